"""The last migrations that no installation applied while it was in use.

Nothing is deployed yet: a migration that is not safe for a running service may be named here. From the first
release on, leave this list as it is.
"""

BEFORE_THE_FIRST_RELEASE = {
    "accounts": "0013_chosen_mails",
    "claims": "0017_left_out_works",
    "consents": "0011_revocation_was_stored",
    "infra": "0009_mails_of_accounts",
    "intake": "0014_trace_of_event",
    "sso": "0006_the_way_on",
    "webhooks": "0003_event_cursor",
}
