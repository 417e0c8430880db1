"""Our service, as it is registered at the stand-ins."""

from django.conf import settings

from sandbox.serving import Stands


def register(stands: Stands, *further: str) -> None:
    """Let ORCID and Globus send people back to where the tests run, beside the usual and further places."""
    env = settings.ENVIRONMENT
    bases = [env.PROFILES_URL, "http://127.0.0.1:8000", *further]
    for client, secret in (
        (env.ORCID_CLIENT_ID, env.ORCID_CLIENT_SECRET),
        (env.ORCID_SEARCH_AND_LINK_CLIENT_ID, env.ORCID_SEARCH_AND_LINK_CLIENT_SECRET),
        (env.ORCID_AUTO_UPDATE_CLIENT_ID, env.ORCID_AUTO_UPDATE_CLIENT_SECRET),
    ):
        known = {"client_id": client, "client_secret": secret, "name": "DataCite Profiles"}
        stands.orcid.order("clients", {**known, "redirect_uris": [f"{base}/" for base in bases]})
    stands.globus.order(
        "clients",
        {
            "client_id": env.GLOBUS_CLIENT_ID,
            "client_secret": env.GLOBUS_CLIENT_SECRET,
            "name": "DataCite Profiles",
            "redirect_uris": [f"{base}/users/auth/globus/callback" for base in bases],
        },
    )
    inbox = {"client_id": env.ORCID_AUTO_UPDATE_CLIENT_ID, "scopes": ["/premium-notification"]}
    stands.orcid.order("tokens", {**inbox, "access_token": env.NOTIFICATION_ACCESS_TOKEN})
