"""What an identity provider says about somebody, believed only when every mark of it is right."""

import time
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.core.cache import cache
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from profiles.clients.openid import OpenIdClient
from profiles.domain.ids import OrcidId, parse_orcid_id
from profiles.domain.records.loose_json import without_nul
from profiles.infra import page_calls
from profiles.sign_in.identity_providers import step_up
from profiles.sign_in.identity_providers.providers import Provider

ALGORITHMS: Final = ["RS256", "RS512", "ES256"]
"""Globus signs RS512, ORCID RS256. Never ``none``, never a shared secret."""
LEEWAY_SECONDS: Final = 120
"""Clocks differ; more than this is a token from another time."""
DESCRIPTION_SECONDS: Final = 3600
KEYS_AGAIN_SECONDS: Final = 30
"""A signature that does not fit makes us ask again, but not more often than this: anybody can send one."""
_MAX_NAME_LENGTH: Final = 200


class NotBelievedError(Exception):
    """The provider's answer has a wrong mark; ``reason`` is for the log, people get a plain sentence.

    ``is_clock``: nothing but its times is wrong, so a clock is, here or there.
    """

    def __init__(self, reason: str, *, is_clock: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_clock = is_clock


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is, as a provider vouches for."""

    provider: str
    subject: str
    orcid_id: OrcidId | None
    name: str = ""
    given_names: str = ""
    family_name: str = ""
    organisation: str = ""
    label: str = ""
    linked: tuple[str, ...] = ()
    auth_time: int | None = None
    amr: tuple[str, ...] = field(default=())


def description(provider: Provider) -> dict[str, Any]:
    """Return the provider's description of itself, read at most once an hour for all processes."""
    key = f"openid:{provider.id}:{provider.issuer}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = _ask(provider, lambda client: client.discover(provider.issuer))
        cache.set(key, found, DESCRIPTION_SECONDS)
    return found


def _ask(provider: Provider, question: Any, *, seconds: float = page_calls.PAGE_SECONDS) -> Any:
    return page_calls.call(
        provider.id, lambda http: question(OpenIdClient(http, name=provider.id)), seconds=seconds
    )


def identity_from_code(
    provider: Provider, *, code: str, verifier: str, nonce: str, how_since: float | None = None
) -> Identity:
    """Redeem the code and say who it is.

    ``how_since``: also ask how they signed in, where the provider says so only then (``step_up``); what was
    before this moment does not count.

    Raises:
        NotBelievedError: the answer is not for us, not now, not by them, or not about one person.
        ServiceError: the provider refused the code or does not answer.
    """
    about = description(provider)

    async def ask(client: OpenIdClient) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None]:
        tokens = await client.redeem(
            about["token_endpoint"],
            client_id=provider.client_id,
            client_secret=provider.client_secret,
            code=code,
            redirect_uri=provider.redirect_uri,
            verifier=verifier,
        )
        access = tokens.get("access_token")
        if not isinstance(access, str) or not isinstance(tokens.get("id_token"), str):
            raise NotBelievedError("no tokens in the answer")
        person = await client.userinfo(about["userinfo_endpoint"], access_token=access)
        how = await step_up.told(client, provider, access) if how_since is not None else None
        return tokens, person, how

    tokens, person, how = _ask(provider, ask, seconds=page_calls.EXCHANGE_SECONDS)
    said = verified(provider, about, tokens["id_token"], nonce=nonce)
    if person.get("sub") != said["sub"]:
        raise NotBelievedError("userinfo is about somebody else")
    identity = read_identity(provider, said, person)
    methods = step_up.methods_of(how, subject=said["sub"], since=how_since or 0)
    return replace(identity, amr=methods) if methods else identity


def verified(provider: Provider, about: dict[str, Any], id_token: str, *, nonce: str) -> dict[str, Any]:
    """Check the id_token (OpenID Connect Core 3.1.3.7) and return what it says.

    Raises:
        NotBelievedError: signature, issuer, audience, time or nonce is wrong.
    """
    said: dict[str, Any] = without_nul(_signed(provider, about, id_token))
    now = time.time()
    audience = said.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    checks = {
        "issuer": str(said.get("iss", "")).rstrip("/") == provider.issuer.rstrip("/"),
        "audience": audiences == [provider.client_id],
        "party": said.get("azp", provider.client_id) == provider.client_id,
        "expired": _number(said.get("exp")) > now - LEEWAY_SECONDS,
        "from the future": _number(said.get("iat")) < now + LEEWAY_SECONDS,
        "nonce": said.get("nonce") == nonce,
        "subject": isinstance(said.get("sub"), str) and bool(said["sub"]),
    }
    wrong = [name for name, right in checks.items() if not right]
    if wrong:
        is_clock = set(wrong) <= {"expired", "from the future"}
        raise NotBelievedError(f"id_token: {', '.join(wrong)}", is_clock=is_clock)
    return said


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def _signed(provider: Provider, about: dict[str, Any], id_token: str) -> dict[str, Any]:
    """Check the signature; with keys read anew when those we remember do not fit, because keys rotate."""
    reason = ""
    for fresh in (False, True):
        try:
            return jwt.decode(
                id_token, _keys(provider, about["jwks_uri"], fresh=fresh), algorithms=ALGORITHMS
            ).claims
        except (JoseError, ValueError) as error:
            reason = type(error).__name__
    raise NotBelievedError(f"id_token: {reason}")


def _keys(provider: Provider, url: str, *, fresh: bool) -> KeySet:
    """Return the provider's keys; ``fresh`` asks again unless somebody just did."""
    key = f"openid:keys:{provider.id}"
    found = cache.get(key)
    if found is None or (fresh and cache.add(f"{key}:asked", 1, KEYS_AGAIN_SECONDS)):
        found = _ask(provider, lambda client: client.keys(url))
        cache.set(key, found, DESCRIPTION_SECONDS)
    # ORCID's key names no algorithm; RS256 is what it is used with (contract 1.7.2).
    return KeySet.import_key_set(found)


def read_identity(provider: Provider, said: dict[str, Any], person: dict[str, Any]) -> Identity:
    """Put together who it is; names may be missing or private."""
    subject = said["sub"]
    own = parse_orcid_id(subject) if provider.is_orcid else _orcid_among(person.get("identity_set"))
    amr = said.get("amr")
    return Identity(
        provider=provider.id,
        subject=subject,
        orcid_id=own,
        name=_text(person, "name") or f"{_text(person, 'given_name')} {_text(person, 'family_name')}".strip(),
        given_names=_text(person, "given_name"),
        family_name=_text(person, "family_name"),
        organisation=_text(person, "organization"),
        label=subject if provider.is_orcid else _text(person, "preferred_username") or _text(person, "email"),
        linked=tuple(_subjects(person.get("identity_set"))),
        auth_time=int(_number(said.get("auth_time"))) or None,
        amr=tuple(amr) if isinstance(amr, list) else (amr,) if isinstance(amr, str) else (),
    )


def _text(person: dict[str, Any], key: str) -> str:
    value = person.get(key)
    return value[:_MAX_NAME_LENGTH] if isinstance(value, str) else ""


def _subjects(identity_set: Any) -> list[str]:
    if not isinstance(identity_set, list):
        return []
    return [one["sub"] for one in identity_set if isinstance(one, dict) and isinstance(one.get("sub"), str)]


def _orcid_among(identity_set: Any) -> OrcidId | None:
    """Find the verified ORCID identity that Globus links: ``<iD>@orcid.org``, used at least once.

    Never cut out of any other user name: a Google address may begin with sixteen digits too.
    """
    for one in identity_set if isinstance(identity_set, list) else ():
        if not isinstance(one, dict) or one.get("status") != "used":
            continue
        name, _, domain = str(one.get("username", "")).rpartition("@")
        if domain == "orcid.org" and parse_orcid_id(name) == name:
            return OrcidId(name)
    return None
