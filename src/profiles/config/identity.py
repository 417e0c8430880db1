"""Settings of signing in: django-allauth as we use it. The branch of each is facts of its documentation."""

# None of allauth's own pages is reachable here: its tables and its second factors are used, people come in by
# our flow alone (ADR 12). So it is told of an account with nothing but an e-mail address, the kind without
# passwords that it knows; SOCIALACCOUNT_ONLY would say more, but it refuses second factors.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_AUTO_SIGNUP = False
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_ADAPTER = "profiles.sign_in.second_factor.SealedSecrets"
MFA_TOTP_TOLERANCE = 1
