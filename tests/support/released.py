"""The last migrations that no installation applied while it was in use.

Nothing is deployed yet: a migration that is not safe for a running service may be named here. From the first
release on, leave this list as it is.
"""

BEFORE_THE_FIRST_RELEASE = dict.fromkeys(
    ("accounts", "claims", "consents", "infra", "intake", "sso", "webhooks"), "0001_initial"
)
