"""Verify the answer of an identity provider: the ID token, userinfo, and the identity in them."""

import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.core.cache import cache
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from profiles.clients.http import HttpClient
from profiles.clients.openid import OpenIdClient
from profiles.clients.orcid_oauth import read_token
from profiles.domain.access.visible_text import without_invisible
from profiles.domain.consent import SCOPES
from profiles.domain.ids import OrcidId, parse_orcid_id
from profiles.domain.records.loose_json import without_nul
from profiles.infra import clock
from profiles.infra.web import page_calls
from profiles.sign_in.identity_providers import step_up
from profiles.sign_in.identity_providers.providers import Provider

ALGORITHMS: Final = ["RS256", "RS512", "ES256"]
"""Globus signs RS512, ORCID RS256. Never ``none``, never a shared secret."""
LEEWAY_SECONDS: Final = 120
"""Clocks differ by this much at most; a larger difference makes a token invalid."""
METADATA_SECONDS: Final = 3600
KEYS_RELOAD_SECONDS: Final = 30
"""A wrong signature makes us load the keys again, but not more often: anyone can send one."""
_MAX_NAME_LENGTH: Final = 200


class VerificationError(Exception):
    """The provider's answer is invalid; ``reason`` is for the log, people get a plain sentence.

    ``is_clock``: only its times are wrong, so one of the two clocks is.
    """

    def __init__(self, reason: str, *, is_clock: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_clock = is_clock


@dataclass(frozen=True, slots=True)
class Identity:
    """A person's identity at a provider."""

    provider: str
    subject: str
    orcid_id: OrcidId | None
    name: str = ""
    given_names: str = ""
    family_name: str = ""
    organisation: str = ""
    label: str = ""
    email: str = ""
    linked: tuple[str, ...] = ()
    auth_time: int | None = None
    amr: tuple[str, ...] = field(default=())


def provider_metadata(provider: Provider) -> dict[str, Any]:
    """Return the provider's discovery document, read at most once an hour for all processes."""
    key = f"openid:{provider.id}:{provider.issuer}"
    metadata: dict[str, Any] | None = cache.get(key)
    if metadata is None:
        metadata = _call(provider, lambda client: client.discover(provider.issuer))
        cache.set(key, metadata, METADATA_SECONDS)
    return metadata


def _call(provider: Provider, question: Any) -> Any:
    return page_calls.call(provider.id, lambda http: question(OpenIdClient(http, name=provider.id)))


def exchange(
    provider: Provider, *, code: str, verifier: str, with_methods: bool
) -> Callable[[HttpClient], Coroutine[Any, Any, dict[str, Any]]]:
    """Return the calls that exchange the code, to be made once, for the tokens and what they tell.

    ``with_methods``: also introspect how the person signed in, if the provider supports it (``step_up``).

    Raises:
        ServiceError: the provider does not answer; nothing was exchanged.
    """
    metadata = provider_metadata(provider)

    async def calls(http: HttpClient) -> dict[str, Any]:
        client = OpenIdClient(http, name=provider.id)
        tokens = await client.redeem(
            metadata["token_endpoint"],
            client_id=provider.client_id,
            client_secret=provider.client_secret,
            code=code,
            redirect_uri=provider.redirect_uri,
            verifier=verifier,
        )
        access = tokens.get("access_token")
        if not isinstance(access, str) or not isinstance(tokens.get("id_token"), str):
            return {}
        userinfo = await client.userinfo(metadata["userinfo_endpoint"], access_token=access)
        introspection = await step_up.introspect(client, provider, access) if with_methods else None
        result = {"id_token": tokens["id_token"], "userinfo": userinfo, "introspection": introspection}
        if provider.with_permission:
            permission = read_token(tokens, clock.now())
            # OAuth lets a server leave the scopes out when they are the requested ones.
            result["permission"] = permission if permission.scopes else replace(permission, scopes=SCOPES)
        return result

    return calls


def identity_from_exchange(
    provider: Provider, result: dict[str, Any], *, nonce: str, methods_since: float
) -> Identity:
    """Verify what the exchange brought, and return the identity.

    A sign-in before ``methods_since`` says nothing about how the person signed in now.

    Raises:
        VerificationError: the audience, time or signature is wrong, or it is not about one person.
        ServiceError: the provider's keys cannot be read now; try again.
    """
    if "id_token" not in result:
        raise VerificationError("no tokens in the answer")
    token_claims = verify_id_token(provider, provider_metadata(provider), result["id_token"], nonce=nonce)
    if result["userinfo"].get("sub") != token_claims["sub"]:
        raise VerificationError("userinfo is about another person")
    identity = read_identity(provider, token_claims, result["userinfo"])
    methods = step_up.methods_of(result["introspection"], subject=token_claims["sub"], since=methods_since)
    return replace(identity, amr=methods) if methods else identity


def verify_id_token(
    provider: Provider, metadata: dict[str, Any], id_token: str, *, nonce: str
) -> dict[str, Any]:
    """Check the id_token (OpenID Connect Core 3.1.3.7) and return its claims.

    Raises:
        VerificationError: signature, issuer, audience, time or nonce is wrong.
    """
    token_claims: dict[str, Any] = without_nul(_decode(provider, metadata, id_token))
    now = time.time()
    audience = token_claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    checks = {
        "issuer": str(token_claims.get("iss", "")).rstrip("/") == provider.issuer.rstrip("/"),
        "audience": audiences == [provider.client_id],
        "party": token_claims.get("azp", provider.client_id) == provider.client_id,
        "expired": _number(token_claims.get("exp")) > now - LEEWAY_SECONDS,
        "from the future": _number(token_claims.get("iat")) < now + LEEWAY_SECONDS,
        "nonce": token_claims.get("nonce") == nonce,
        "subject": isinstance(token_claims.get("sub"), str) and bool(token_claims["sub"]),
    }
    wrong = [name for name, right in checks.items() if not right]
    if wrong:
        is_clock = set(wrong) <= {"expired", "from the future"}
        raise VerificationError(f"id_token: {', '.join(wrong)}", is_clock=is_clock)
    return token_claims


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def _decode(provider: Provider, metadata: dict[str, Any], id_token: str) -> dict[str, Any]:
    """Check the signature; if the cached keys do not match, load them again, because keys rotate."""
    reason = ""
    for fresh in (False, True):
        try:
            return jwt.decode(
                id_token, _keys(provider, metadata["jwks_uri"], fresh=fresh), algorithms=ALGORITHMS
            ).claims
        except (JoseError, ValueError) as error:
            reason = type(error).__name__
    raise VerificationError(f"id_token: {reason}")


def _keys(provider: Provider, url: str, *, fresh: bool) -> KeySet:
    """Return the provider's keys; ``fresh`` loads them again unless that has just happened."""
    key = f"openid:keys:{provider.id}"
    keys = cache.get(key)
    if keys is None or (fresh and cache.add(f"{key}:asked", 1, KEYS_RELOAD_SECONDS)):
        keys = _call(provider, lambda client: client.keys(url))
        cache.set(key, keys, METADATA_SECONDS)
    # ORCID's key names no algorithm; RS256 is what it is used with (contract 1.7.2).
    return KeySet.import_key_set(keys)


def read_identity(provider: Provider, token_claims: dict[str, Any], userinfo: dict[str, Any]) -> Identity:
    """Build the identity; names may be missing or private."""
    subject = token_claims["sub"]
    own = parse_orcid_id(subject) if provider.is_orcid else _orcid_among(userinfo.get("identity_set"))
    amr = token_claims.get("amr")
    return Identity(
        provider=provider.id,
        subject=subject,
        orcid_id=own,
        name=_text(userinfo, "name")
        or f"{_text(userinfo, 'given_name')} {_text(userinfo, 'family_name')}".strip(),
        given_names=_text(userinfo, "given_name"),
        family_name=_text(userinfo, "family_name"),
        organisation=_text(userinfo, "organization"),
        label=subject
        if provider.is_orcid
        else _text(userinfo, "preferred_username") or _text(userinfo, "email"),
        email=_text(userinfo, "email"),
        linked=tuple(_subjects(userinfo.get("identity_set"))),
        auth_time=int(_number(token_claims.get("auth_time"))) or None,
        amr=tuple(amr) if isinstance(amr, list) else (amr,) if isinstance(amr, str) else (),
    )


def _text(userinfo: dict[str, Any], key: str) -> str:
    value = userinfo.get(key)
    return without_invisible(value)[:_MAX_NAME_LENGTH] if isinstance(value, str) else ""


def _subjects(identity_set: Any) -> list[str]:
    if not isinstance(identity_set, list):
        return []
    return [
        entry["sub"]
        for entry in identity_set
        if isinstance(entry, dict) and isinstance(entry.get("sub"), str)
    ]


def _orcid_among(identity_set: Any) -> OrcidId | None:
    """Find the verified ORCID identity that Globus links: ``<iD>@orcid.org``, used at least once.

    It is never taken from another user name: a Google address may begin with sixteen digits too.
    """
    for entry in identity_set if isinstance(identity_set, list) else ():
        if not isinstance(entry, dict) or entry.get("status") != "used":
            continue
        name, _, domain = str(entry.get("username", "")).rpartition("@")
        if domain == "orcid.org" and parse_orcid_id(name) == name:
            return OrcidId(name)
    return None
