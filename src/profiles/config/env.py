"""The environment, read once and typed.

Names that DataCite's deployment already sets keep their name and meaning; new ones begin with
``PROFILES_``. Every secret may also come from a file, named by ``NAME_FILE``.
"""

import os
from collections.abc import Mapping
from functools import cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[3]
DATA = (ROOT if (ROOT / "pyproject.toml").exists() else Path.cwd()) / "var"
"""Where data are by default: in the checkout, or in the working folder of an installed service."""
CommaList = Annotated[list[str], NoDecode]
NetworkList = Annotated[list[IPv4Network | IPv6Network], NoDecode]


class Environment(BaseSettings):
    """What the operator decides."""

    model_config = SettingsConfigDict(extra="ignore", case_sensitive=True, populate_by_name=True)

    # The service itself
    PROFILES_URL: str = Field("http://127.0.0.1:8000", description="our own public base, no slash at the end")
    PROFILES_MODE: Literal["production", "stage", "test", "demo"] = Field(
        "production", description="demo and test allow plain HTTP and say so"
    )
    PROFILES_VAR: Path = Field(DATA, description="where the embedded database and local files live")
    PROFILES_HOSTS: CommaList = Field(default=[], description="further host names we answer to")
    PROFILES_RETURN_HOSTS: CommaList = Field(
        default=[], description="hosts people may be sent back to, '.datacite.org' for a whole domain"
    )
    PROFILES_WEB_THREADS: int = Field(8, description="threads of each web process; set by serve --threads")
    PROFILES_BODY_SECONDS: float = Field(
        30.0, description="how long the body of a request may take to arrive"
    )
    PROFILES_EXCHANGE_SECONDS: float = Field(
        2.0, description="how long a sign-in waits for ORCID or Globus before its page says so and polls"
    )
    PROFILES_DATABASE_SECONDS: float = Field(
        8.0, description="how long a page waits for one answer of the database before it says that it is away"
    )
    PROFILES_TRUSTED_PROXIES: NetworkList = Field(
        default=[], description="addresses or networks of our proxies, whose forwarded headers count"
    )
    PROFILES_COOKIE_DOMAIN: str = Field("", description="domain of the shared cookie; empty: host only")
    PROFILES_SHARED_COOKIE: bool = Field(True, description="write the shared cookie _datacite at all")
    PROFILES_SHARED_COOKIE_DAYS: int = Field(30, description="life of the token in the shared cookie, days")
    PROFILES_CONTACT: str = Field("support@datacite.org", description="for people and in our user agent")
    PROFILES_EMAIL_URL: str = Field(
        "", description="smtp[s]://user:password@host, or file:///folder; empty: no mail goes out"
    )
    PROFILES_EMAIL_FROM: str = Field("", description="sender of our mails; empty: the contact")
    PROFILES_OPENID_PROVIDERS: str = Field(
        "[]", description="more identity providers, JSON: id, label, issuer, client_id, client_secret, icon"
    )
    PROFILES_SIGN_OUT_AT_GLOBUS: bool = Field(
        False, description="signing out here leads to Globus's own sign-out; otherwise it is offered"
    )
    PROFILES_SESSION_IDLE_HOURS: float = Field(12.0, description="a session unused for so long ends")
    PROFILES_SESSION_DAYS: float = Field(7.0, description="a session ends after so long, used or not")
    PROFILES_SIGN_IN_TRIES: int = Field(
        60, description="failed sign-ins of one address in five minutes; those that succeed never count"
    )
    PROFILES_REQUESTS_PER_ADDRESS: int = Field(
        3000, description="requests to the APIs and /why from one address in five minutes; 0: no limit"
    )
    PROFILES_REQUESTS_PER_PERSON: int = Field(3000, description="the same, of one person")
    PROFILES_REQUESTS_PER_KEY: int = Field(60_000, description="the same, of one key or service of DataCite")
    PROFILES_RELYING_PARTIES: Path | None = Field(
        None, description="JSON file of services that sign people in through us, registered by each migration"
    )
    PROFILES_TEST_SUITE: bool = Field(
        False, description="test clients and people for conformance suites; only in mode demo or test"
    )
    PROFILES_TEST_SUITE_AT: str = Field(
        "http://127.0.0.1:8105", description="where such a suite listens on this machine"
    )
    SITE_TITLE: str = Field("DataCite Profiles", description="the name of the service on its pages")
    SENTRY_DSN: str = Field("", description="where errors are reported, without personal data")
    LOG_LEVEL: str = Field("INFO", description="the least level that is logged")
    PROFILES_METRICS_HOST: str = Field(
        "127.0.0.1", description="internal address where metrics and health are served; never a public one"
    )
    PROFILES_METRICS_PORT: int = Field(9101, description="port there for the web processes; 0: none")
    PROFILES_WORKER_METRICS_PORT: int = Field(9102, description="port there for a worker; 0: none")
    DATABASE_URL: str = Field(
        "", description="a PostgreSQL server; empty: the embedded one under PROFILES_VAR"
    )

    # Secrets
    SECRET_KEY_BASE: str = Field("", description="signs sessions; at least 50 characters")
    PROFILES_VAULT_KEYS: CommaList = Field(
        default=[], description="keys that seal tokens, newest first (base64 of 32 bytes each)"
    )
    JWT_PRIVATE_KEY: str = Field("", description="PEM, signs the token in the shared cookie")
    JWT_PUBLIC_KEY: str = Field("", description="PEM, checks bearer tokens that carry it")

    # ORCID
    ORCID_URL: str = Field(
        "https://orcid.org", description="ORCID's site, where people sign in and give permission"
    )
    ORCID_API_URL: str = Field("https://api.orcid.org", description="ORCID's member API")
    ORCID_CLIENT_ID: str = Field(
        "", description="our client for sign-in, and for what has no client of its own"
    )
    ORCID_CLIENT_SECRET: str = Field("", description="its secret")
    ORCID_SEARCH_AND_LINK_CLIENT_ID: str = Field(
        "", description="our client for works that people add themselves"
    )
    ORCID_SEARCH_AND_LINK_CLIENT_SECRET: str = Field("", description="its secret")
    ORCID_SEARCH_AND_LINK_REDIRECT_URI: str = Field(
        "", description="where ORCID sends people back; empty: below PROFILES_URL"
    )
    ORCID_AUTO_UPDATE_CLIENT_ID: str = Field("", description="our client for works that Auto-Update adds")
    ORCID_AUTO_UPDATE_CLIENT_SECRET: str = Field("", description="its secret")
    ORCID_AUTO_UPDATE_REDIRECT_URI: str = Field(
        "", description="where ORCID sends people back; empty: below PROFILES_URL"
    )
    ORCID_TOKEN_URL: str = Field("", description="where codes become tokens; empty: ORCID_URL")
    PROFILES_ORCID_RATE: float = Field(23.5, description="calls a second to ORCID for each client")
    # ORCID lets 40 through (contract 2.11.4); the rest is for calls that are on their way while these begin.
    PROFILES_ORCID_BURST: int = Field(24, description="calls made to ORCID at once after a pause")
    PROFILES_ORCID_IN_FLIGHT: int = Field(32, description="calls to ORCID under way at once, per worker")
    PROFILES_STOP_SECONDS: float = Field(
        27.0,
        description="a worker ends within so many seconds of a signal to stop; another continues its work",
    )
    PROFILES_CALL_SECONDS: float = Field(25.0, description="how long one outside call may take")
    PROFILES_RECEIVER_SECONDS: float = Field(
        10.0, description="how long a receiver of webhooks or of notices of sign-out may take to answer"
    )
    PROFILES_PROBE_ORCID: str = Field(
        "", description="record of DataCite's own that gets one unchanged work in quiet times; empty: none"
    )
    PROFILES_PROBE_DOI: str = Field("", description="the work on it")
    NOTIFICATION_ACCESS_TOKEN: str = Field("", description="ORCID inbox token; empty: the inbox is not used")
    PROFILES_ORCID_WEBHOOKS: bool = Field(
        False, description="ORCID calls us when a record changes; our client there needs /webhook (premium)"
    )
    PROFILES_INVITE_AUTHORS: bool = Field(
        False, description="ask authors who are not with us, once, in their ORCID inbox"
    )

    # Globus, DataCite
    GLOBUS_URL: str = Field("https://auth.globus.org", description="Globus Auth, by which people sign in")
    GLOBUS_CLIENT_ID: str = Field("", description="our client there")
    GLOBUS_CLIENT_SECRET: str = Field("", description="its secret")
    API_URL: str = Field("https://api.datacite.org", description="DataCite REST API")
    COMMONS_URL: str = Field("https://commons.datacite.org", description="DataCite Commons")
    BRACCO_URL: str = Field("https://doi.datacite.org", description="Fabrica")
    PROFILES_HARVEST_SECONDS: int = Field(60, description="how often changed DOIs are polled for")
    PROFILES_HARVEST_FROM: str = Field("", description="where polling starts the first time; empty: now")
    EXCLUDE_PREFIXES_FROM_ORCID_CLAIMING: CommaList = Field(
        default=[], description="prefixes of DOIs that Auto-Update skips"
    )
    PROFILES_SKIP_RELATIONS: CommaList = Field(
        default=["IsPartOf"], description="relation types whose DOIs Auto-Update skips"
    )
    PROFILES_SKIP_REPOSITORIES: CommaList = Field(
        default=[], description="repositories whose DOIs Auto-Update skips"
    )
    PROFILES_CONTENT_UPDATES: bool = Field(
        True, description="works on the record follow every change, not only those that trigger"
    )
    PROFILES_REMOVALS_FREE: int = Field(
        10, description="so many DOIs may look gone or unnamed within a day without stopping removals"
    )
    PROFILES_REMOVALS_SHARE: float = Field(
        1.0, description="percent of the kept DOIs that may look gone or unnamed within a day"
    )

    @field_validator(
        "PROFILES_HOSTS",
        "PROFILES_RETURN_HOSTS",
        "PROFILES_TRUSTED_PROXIES",
        "PROFILES_VAULT_KEYS",
        "EXCLUDE_PREFIXES_FROM_ORCID_CLAIMING",
        "PROFILES_SKIP_RELATIONS",
        "PROFILES_SKIP_REPOSITORIES",
        mode="before",
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("PROFILES_URL", "ORCID_URL", "ORCID_API_URL", "GLOBUS_URL", "API_URL", mode="after")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("JWT_PRIVATE_KEY", "JWT_PUBLIC_KEY", mode="after")
    @classmethod
    def _real_line_breaks(cls, value: str) -> str:
        """Undo the escaped line breaks that today's deployment puts into PEM variables."""
        return value.replace("\\n", "\n")

    @model_validator(mode="after")
    def _no_test_people_in_production(self) -> Self:
        if self.PROFILES_TEST_SUITE and not self.is_local:
            raise ValueError(
                "PROFILES_TEST_SUITE lets people in whose passwords are public; unset it, "
                "or set PROFILES_MODE to test"
            )
        return self

    @property
    def is_local(self) -> bool:
        """Whether plain HTTP on this machine is fine: the demo and tests."""
        return self.PROFILES_MODE in {"demo", "test"}

    @property
    def has_https(self) -> bool:
        """Whether browsers reach us by https."""
        return self.PROFILES_URL.startswith("https://")


def with_files(variables: Mapping[str, str]) -> dict[str, str]:
    """Add what ``NAME_FILE`` variables point to, under ``NAME``.

    Raises:
        OSError: a named file cannot be read; the operator should look at its path and rights.
    """
    known = Environment.model_fields
    read = {
        name.removesuffix("_FILE"): Path(path).read_text().strip()
        for name, path in variables.items()
        if name.endswith("_FILE") and name.removesuffix("_FILE") in known and path
    }
    return {**variables, **read}


@cache
def environment() -> Environment:
    """Return this process's environment.

    Raises:
        pydantic.ValidationError: a value is not valid; the message names it.
    """
    given = with_files(os.environ)
    return Environment(**{name: given[name] for name in Environment.model_fields if name in given})  # type: ignore[arg-type]
