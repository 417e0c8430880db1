"""The way to an identity provider and back: begun here, bound to this browser, good once, for ten minutes."""

import base64
import hashlib
import re
import secrets
import time
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Final, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from profiles.accounts import authorization_answers as answers
from profiles.accounts.authorization_answers import Answer
from profiles.domain.access.return_to import safe_return
from profiles.domain.ids import parse_orcid_id
from profiles.sign_in.identity_providers import step_up
from profiles.sign_in.identity_providers.providers import Provider
from profiles.sign_in.identity_providers.verification import (
    LEEWAY_SECONDS,
    Identity,
    NotBelievedError,
    description,
    identity_from_code,
)

ATTEMPTS: Final = "sign_in_journeys"
PENDING: Final = "sign_in_pending"
LINKING: Final = "sign_in_linking"
LIFE_SECONDS: Final = 600
OLDEST_SECONDS: Final = 30 * 24 * 3600
"""A session at the provider that is older than this is to be begun anew there."""
SPENT: Final = "sign_in_spent"
"""Journeys that are over: an answer that comes twice is told apart from one that was never asked for."""
MAX_SPENT: Final = 10
_HINT: Final = re.compile(r"[^\s<>\"'&]{3,200}")
MAX_ATTEMPTS: Final = 5
"""Several tabs may be on their way at once; more than this is somebody playing."""


UNFINISHED: Final = frozenset(
    {"login_required", "consent_required", "interaction_required", "account_selection_required"}
)
"""What a provider answers for somebody who turned back half-way (OpenID Connect Core 3.1.2.6)."""
ON_THE_WAY: Final = ("/sign_", "/users/auth/", "/link_orcid")
"""Pages that one passes while signing in; nobody comes back to them."""
OUT_OF_ORDER: Final = frozenset({"server_error", "temporarily_unavailable"})


class Aim(StrEnum):
    """Why somebody goes to an identity provider."""

    SIGN_IN = "sign_in"
    LINK = "link"
    """A first visitor whose provider knows no iD shows theirs."""
    ADD = "add"
    """Somebody who is signed in adds a way in."""
    AGAIN = "again"
    """Somebody who is signed in proves anew that it is them."""


class AuthorizationError(Exception):
    """The way back does not fit a way there; ``kind`` chooses the sentence."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class AuthorizationAttempt:
    """One way to a provider and back."""

    provider: str
    aim: str
    nonce: str
    verifier: str
    return_to: str
    began: float
    fresh: bool = False
    stronger: bool = False


def begin(
    request: HttpRequest,
    provider: Provider,
    *,
    aim: Aim,
    return_to: str = "",
    fresh: bool = False,
    stronger: bool = False,
    hint: str = "",
) -> str:
    """Store an attempt in this browser's session and return the provider's address.

    ``fresh`` asks the provider to let the person sign in anew, ``stronger`` to let them do so with a second
    factor, as far as it takes such a wish. ``hint`` says who they may be. Nothing else of the visitor's
    query goes along. An age is always named, because only then must a provider say when the person last
    signed in there.

    Raises:
        ServiceError: the provider does not answer.
    """
    about = description(provider)
    oauth_state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    verifier = secrets.token_urlsafe(64) if provider.pkce else ""
    attempts = cast("dict[str, Any]", request.session.get(ATTEMPTS, {}))
    latest = sorted(attempts.items(), key=lambda item: item[1]["began"])[-(MAX_ATTEMPTS - 1) :]
    attempt = AuthorizationAttempt(
        provider.id, aim.value, nonce, verifier, return_to, time.time(), fresh, stronger
    )
    request.session[ATTEMPTS] = {**dict(latest), oauth_state: asdict(attempt)}
    parameters = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": provider.redirect_uri,
        "scope": " ".join(provider.scopes),
        "state": oauth_state,
        "nonce": nonce,
        "max_age": str(LIFE_SECONDS if fresh else OLDEST_SECONDS),
    }
    if verifier:
        digest = hashlib.sha256(verifier.encode()).digest()
        parameters["code_challenge"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        parameters["code_challenge_method"] = "S256"
    if fresh:
        parameters["prompt"] = "login"
    if stronger:
        parameters |= step_up.wish(provider)
    parameters |= _hinted(provider, hint)
    return f"{about['authorization_endpoint']}?{urlencode(parameters)}"


def _hinted(provider: Provider, hint: str) -> dict[str, str]:
    """Name whom a service expects, so that they need not type it: a hint, which nobody believes.

    ORCID fills its form from words of its own (contract 1.2.4); Globus takes none.
    """
    if not _HINT.fullmatch(hint) or provider.is_globus:
        return {}
    if provider.is_orcid:
        return {"orcid" if parse_orcid_id(hint) else "email": parse_orcid_id(hint) or hint}
    return {"login_hint": hint}


def find_attempt(request: HttpRequest, provider: Provider) -> Answer:
    """Return the answer that the browser brought, if it belongs to an attempt of this browser.

    Raises:
        AuthorizationError: it belongs to none, or was used before.
    """
    answer = answers.read(request)
    if answer is None or len(request.GET.getlist("iss")) > 1:
        raise AuthorizationError("unknown")
    known = request.session.get(ATTEMPTS, {}).get(answer.oauth_state)
    if known is None or known["provider"] != provider.id:
        raise AuthorizationError(
            "repeated" if answer.oauth_state in request.session.get(SPENT, ()) else "unknown"
        )
    return answer


def handle_callback(request: HttpRequest, provider: Provider) -> tuple[AuthorizationAttempt, Identity]:
    """Say who came back. The caller has found the attempt and has taken the answer.

    Raises:
        AuthorizationError: expired, refused or not as fresh as asked.
        NotBelievedError, ServiceError: see ``identity_from_code``.
    """
    given = request.GET
    attempt = _spend(request.session, given["state"])
    if time.time() - attempt.began > LIFE_SECONDS:
        raise AuthorizationError("expired")
    issuer = given.get("iss")
    if issuer and issuer.rstrip("/") != provider.issuer.rstrip("/"):
        raise NotBelievedError("the answer comes from another issuer")
    if given.get("error"):
        raise AuthorizationError(_why_not(given["error"]))
    if not given.get("code"):
        raise AuthorizationError("unknown")
    identity = identity_from_code(
        provider,
        code=given["code"],
        verifier=attempt.verifier,
        nonce=attempt.nonce,
        how_since=attempt.began - LEEWAY_SECONDS if attempt.stronger else None,
    )
    return attempt, _as_fresh_as_asked(attempt, identity)


def _why_not(error: str) -> str:
    if error == "access_denied":
        return "refused"
    if error in UNFINISHED:
        return "cancelled"
    return "provider" if error in OUT_OF_ORDER else "not_accepted"


def _as_fresh_as_asked(attempt: AuthorizationAttempt, identity: Identity) -> Identity:
    """Believe a fresh sign-in only when the provider does not contradict it.

    ``prompt=login`` obliges a provider to ask the person anew or to fail; one that names no time has done
    so since the attempt began.
    """
    if not attempt.fresh:
        return identity
    if identity.auth_time is None:
        return replace(identity, auth_time=int(attempt.began))
    if identity.auth_time < attempt.began - LEEWAY_SECONDS:
        raise AuthorizationError("not_fresh")
    return identity


def _spend(session: SessionBase, oauth_state: str) -> AuthorizationAttempt:
    """Take an attempt out of the session. It is valid once, also when what follows fails."""
    attempts = dict(session[ATTEMPTS])
    found = attempts.pop(oauth_state)
    session[ATTEMPTS] = attempts
    spent = {**session.get(SPENT, {}), oauth_state: found["return_to"]}
    session[SPENT] = dict(list(spent.items())[-MAX_SPENT:])
    session.save()
    return AuthorizationAttempt(**found)


def store_pending(session: SessionBase, key: str, identity: Identity, return_to: str) -> None:
    """Keep an identity in the session until the person has said what is to be done with it."""
    session[key] = {"identity": asdict(identity), "return_to": return_to, "at": time.time()}


def load_pending(session: SessionBase, key: str) -> tuple[Identity, str] | None:
    """Return what was put aside, unless it is too old."""
    kept = session.get(key)
    if not kept or time.time() - kept["at"] > LIFE_SECONDS:
        return None
    return read_identity(kept["identity"]), kept["return_to"]


def read_identity(stored: dict[str, Any]) -> Identity:
    """Read an identity from what the session holds of it."""
    return Identity(**{**stored, "linked": tuple(stored["linked"]), "amr": tuple(stored["amr"])})


def return_of_attempt(request: HttpRequest) -> str:
    """Return where the person was going when this attempt began, so that the way on is never lost."""
    oauth_state = request.GET.get("state", "")
    attempt = request.session.get(ATTEMPTS, {}).get(oauth_state)
    spent: dict[str, str] = request.session.get(SPENT, {})
    return str(attempt["return_to"]) if attempt else spent.get(oauth_state) or return_of(request)


def return_of(request: HttpRequest) -> str:
    """Say where the person wants to go back to: as asked, else where they came from, if that is allowed."""
    env = settings.ENVIRONMENT
    hosts = env.PROFILES_RETURN_HOSTS
    for target in (
        request.POST.get("return_to"),
        request.GET.get("return_to"),
        request.headers.get("Referer"),
    ):
        allowed = safe_return(target, hosts=hosts, own=env.PROFILES_URL)
        # A person who began at our home page wants to be signed in, not to see it again; and one who starts
        # again after a refusal does not want to see that answer a second time.
        path = urlsplit(allowed).path if allowed else ""
        if allowed and allowed.removeprefix(env.PROFILES_URL).rstrip("/") and not path.startswith(ON_THE_WAY):
            return allowed
    return ""
