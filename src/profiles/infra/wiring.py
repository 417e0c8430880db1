"""Clients and the vault, built from the settings."""

from functools import cache

from django.conf import settings

from profiles import __version__
from profiles.clients.datacite import DataCite
from profiles.clients.http import HttpClient, Limits
from profiles.clients.orcid_inbox import OrcidInbox
from profiles.clients.orcid_oauth import OrcidClient, OrcidOAuth
from profiles.clients.orcid_record import OrcidRecord, OrcidWebhooks
from profiles.clients.orcid_works import OrcidWorks
from profiles.clients.ssrf_safe_http import SsrfSafeHttpClient
from profiles.domain.consent import Purpose
from profiles.infra.buckets import Limit
from profiles.infra.monitoring import tracing
from profiles.infra.vault import Vault


def http_client(*, in_flight: int = 32) -> HttpClient:
    """Return the HTTP client; open it as a context manager, once for each process."""
    total = settings.ENVIRONMENT.PROFILES_CALL_SECONDS
    return HttpClient(
        user_agent=_agent(),
        limits=Limits(connect=min(5.0, total), read=total, total=total, in_flight=in_flight),
        trace=tracing.passed_on,
    )


def ssrf_safe_http_client() -> SsrfSafeHttpClient:
    """Return the HTTP client for addresses from third parties; it calls only the public internet."""
    total = min(settings.ENVIRONMENT.PROFILES_RECEIVER_SECONDS, settings.ENVIRONMENT.PROFILES_CALL_SECONDS)
    limits = Limits(connect=min(3.0, total), read=total, total=total)
    return SsrfSafeHttpClient(user_agent=_agent(), limits=limits, trace=tracing.passed_on, local=is_local())


def is_local() -> bool:
    """Tell whether this machine and plain HTTP are allowed, as in the demo and tests."""
    return bool(settings.ENVIRONMENT.is_local)


def _agent() -> str:
    env = settings.ENVIRONMENT
    return f"DataCiteProfiles/{__version__} ({env.PROFILES_URL}; mailto:{env.PROFILES_CONTACT})"


def vault() -> Vault:
    """Return the vault that seals tokens."""
    return _vault_of(tuple(settings.ENVIRONMENT.PROFILES_VAULT_KEYS))


@cache
def _vault_of(keys: tuple[str, ...]) -> Vault:
    return Vault(keys)


def orcid_works(http: HttpClient) -> OrcidWorks:
    """Return the client for works on ORCID records."""
    return OrcidWorks(http, api_url=settings.ENVIRONMENT.ORCID_API_URL)


def orcid_oauth(http: HttpClient) -> OrcidOAuth:
    """Return the client for ORCID's tokens."""
    env = settings.ENVIRONMENT
    return OrcidOAuth(http, orcid_url=env.ORCID_TOKEN_URL or env.ORCID_URL)


def orcid_record(http: HttpClient) -> OrcidRecord:
    """Return the client that checks whether a token works."""
    return OrcidRecord(http, api_url=settings.ENVIRONMENT.ORCID_API_URL)


def orcid_inbox(http: HttpClient) -> OrcidInbox | None:
    """Return the client for the ORCID inbox; None without a token for it."""
    env = settings.ENVIRONMENT
    if not env.NOTIFICATION_ACCESS_TOKEN:
        return None
    return OrcidInbox(http, api_url=env.ORCID_API_URL, token=env.NOTIFICATION_ACCESS_TOKEN)


def orcid_webhooks(http: HttpClient, *, token: str) -> OrcidWebhooks:
    """Return the client for ORCID's webhooks."""
    return OrcidWebhooks(http, api_url=settings.ENVIRONMENT.ORCID_API_URL, token=token)


def datacite(http: HttpClient) -> DataCite:
    """Return the client for DOI metadata."""
    return DataCite(http, api_url=settings.ENVIRONMENT.API_URL)


def orcid_client(purpose: Purpose) -> OrcidClient:
    """Return DataCite's client at ORCID for a purpose: one of its own, or the one for all."""
    env = settings.ENVIRONMENT
    if purpose is Purpose.AUTO_UPDATE and env.ORCID_AUTO_UPDATE_CLIENT_ID:
        return OrcidClient(env.ORCID_AUTO_UPDATE_CLIENT_ID, env.ORCID_AUTO_UPDATE_CLIENT_SECRET)
    if purpose is Purpose.SEARCH_AND_LINK and env.ORCID_SEARCH_AND_LINK_CLIENT_ID:
        return OrcidClient(env.ORCID_SEARCH_AND_LINK_CLIENT_ID, env.ORCID_SEARCH_AND_LINK_CLIENT_SECRET)
    return OrcidClient(env.ORCID_CLIENT_ID, env.ORCID_CLIENT_SECRET)


def orcid_limit() -> Limit:
    """Return how fast ORCID may be called with one client."""
    env = settings.ENVIRONMENT
    return Limit(rate=env.PROFILES_ORCID_RATE, burst=env.PROFILES_ORCID_BURST)
