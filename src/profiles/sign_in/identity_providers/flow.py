"""Authorization attempts at an identity provider: bound to this browser, valid once, for ten minutes."""

import base64
import hashlib
import re
import secrets
import time
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Final, cast
from urllib.parse import urlencode, urlsplit

import structlog
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.translation import get_language

from profiles.accounts.authorization import code_exchange, linking_answers
from profiles.accounts.authorization.answers import Answer
from profiles.accounts.authorization.code_exchange import Exchange
from profiles.accounts.authorization.return_hosts import return_hosts
from profiles.clients.errors import RefusedError, ServiceError
from profiles.consents import unconfirmed
from profiles.domain.access.return_to import safe_return
from profiles.domain.ids import parse_orcid_id
from profiles.infra.web.languages import language_at_orcid
from profiles.sign_in.identity_providers import step_up
from profiles.sign_in.identity_providers.providers import Provider
from profiles.sign_in.identity_providers.verification import (
    LEEWAY_SECONDS,
    Identity,
    VerificationError,
    exchange,
    identity_from_exchange,
    provider_metadata,
)

log = structlog.get_logger(__name__)
ATTEMPTS: Final = "sign_in_attempts"
PENDING: Final = "sign_in_pending"
PENDING_LINK: Final = "sign_in_pending_link"
ATTEMPT_SECONDS: Final = 600
MAX_PROVIDER_SESSION_SECONDS: Final = 30 * 24 * 3600
"""A session at the provider that is older than this must be renewed there."""
FINISHED_ATTEMPTS: Final = "sign_in_finished_attempts"
"""Finished attempts: they distinguish an answer that comes twice from one that was never requested."""
MAX_FINISHED_ATTEMPTS: Final = 10
_HINT: Final = re.compile(r"[^\s<>\"'&]{3,200}")
MAX_ATTEMPTS: Final = 10
"""Several tabs may sign in at once; of more attempts than this the oldest are dropped."""
DROPPED_ATTEMPTS: Final = "sign_in_dropped_attempts"
MAX_DROPPED_ATTEMPTS: Final = 20


CANCELLED_ERRORS: Final = frozenset(
    {"login_required", "consent_required", "interaction_required", "account_selection_required"}
)
"""Errors of a provider when the person did not finish (OpenID Connect Core 3.1.2.6)."""
SIGN_IN_PATHS: Final = ("/sign_", "/users/auth/", "/link_orcid")
"""Pages of the sign-in itself; no one returns to them afterwards."""
UNAVAILABLE_ERRORS: Final = frozenset({"server_error", "temporarily_unavailable"})


class Aim(StrEnum):
    """Why a person goes to an identity provider."""

    SIGN_IN = "sign_in"
    LINK = "link"
    """A first-time visitor, whose provider knows no ORCID iD, proves theirs."""
    LINK_AND_PERMIT = "link_and_permit"
    """The same, and they permit Auto-Update on the same page of ORCID."""
    ADD = "add"
    """A signed-in person adds an identity."""
    REAUTHENTICATE = "reauthenticate"
    """A signed-in person authenticates again."""


class AuthorizationError(Exception):
    """The callback belongs to no open attempt, or failed; ``kind`` selects the sentence on the page."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class AuthorizationAttempt:
    """One attempt to authorize at a provider."""

    provider: str
    aim: str
    nonce: str
    verifier: str
    return_to: str
    began: float
    fresh: bool = False
    stronger: bool = False


def start_authorization(
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

    ``fresh`` asks the provider to let the person sign in again, ``stronger`` to ask for a second factor, if
    the provider supports it. ``hint`` says who the person may be. Nothing else of the visitor's query is
    passed on. ``max_age`` is always sent, because only then must a provider return ``auth_time``.

    Raises:
        ServiceError: the provider does not answer.
    """
    metadata = provider_metadata(provider)
    oauth_state = linking_answers.new_oauth_state() if provider.with_permission else secrets.token_urlsafe(32)
    nonce = secrets.token_urlsafe(32)
    verifier = secrets.token_urlsafe(64) if provider.pkce else ""
    attempts = cast("dict[str, Any]", request.session.get(ATTEMPTS, {}))
    by_age = sorted(attempts.items(), key=lambda item: item[1]["began"])
    dropped, latest = by_age[: -(MAX_ATTEMPTS - 1)], by_age[-(MAX_ATTEMPTS - 1) :]
    if dropped:
        _remember_dropped(request.session, dict(dropped))
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
        "max_age": str(ATTEMPT_SECONDS if fresh else MAX_PROVIDER_SESSION_SECONDS),
    }
    if verifier:
        digest = hashlib.sha256(verifier.encode()).digest()
        parameters["code_challenge"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        parameters["code_challenge_method"] = "S256"
    if fresh:
        parameters["prompt"] = "login"
    if stronger:
        parameters |= step_up.mfa_parameters(provider)
    parameters |= _hint_parameters(provider, hint) | _language_parameters(provider, get_language() or "")
    return f"{metadata['authorization_endpoint']}?{urlencode(parameters)}"


def _remember_dropped(session: SessionBase, attempts: dict[str, Any]) -> None:
    """Remember where the people of dropped attempts were going."""
    places = {oauth_state: attempt["return_to"] for oauth_state, attempt in attempts.items()}
    known = {**session.get(DROPPED_ATTEMPTS, {}), **places}
    session[DROPPED_ATTEMPTS] = dict(list(known.items())[-MAX_DROPPED_ATTEMPTS:])


def _hint_parameters(provider: Provider, hint: str) -> dict[str, str]:
    """Return parameters that name the expected person, so that they need not type it. It is only a hint.

    ORCID fills its form from parameters of its own (contract 1.2.4); Globus accepts none.
    """
    if not _HINT.fullmatch(hint) or provider.is_globus:
        return {}
    if provider.is_orcid:
        return {"orcid" if parse_orcid_id(hint) else "email": parse_orcid_id(hint) or hint}
    return {"login_hint": hint}


def _language_parameters(provider: Provider, code: str) -> dict[str, str]:
    """Return the parameter by which the provider's pages are in the language of ours; Globus has none."""
    if provider.is_globus or not code:
        return {}
    return {"lang": language_at_orcid(code)} if provider.is_orcid else {"ui_locales": code}


def find_attempt(request: HttpRequest, provider: Provider, answer: Answer | None) -> AuthorizationAttempt:
    """Return the attempt of this browser that the answer belongs to.

    Raises:
        AuthorizationError: it belongs to no attempt, or was used before.
    """
    if answer is None or len(request.GET.getlist("iss")) > 1:
        raise AuthorizationError("unknown")
    attempt = request.session.get(ATTEMPTS, {}).get(answer.oauth_state)
    if attempt is None and answer.oauth_state in request.session.get(DROPPED_ATTEMPTS, ()):
        raise AuthorizationError("dropped")
    is_of_provider = attempt is not None and (
        attempt["provider"] == provider.id
        and (attempt["aim"] == Aim.LINK_AND_PERMIT) == provider.with_permission
    )
    if not is_of_provider:
        raise AuthorizationError("repeated" if is_finished(request.session, answer) else "unknown")
    return AuthorizationAttempt(**attempt)


def start_exchange(
    request: HttpRequest, provider: Provider, answer: Answer, attempt: AuthorizationAttempt, *, holder: str
) -> Exchange[dict[str, Any]] | None:
    """Send the code of an answer to the provider, once; None: another call has done so.

    Raises:
        AuthorizationError, VerificationError: the answer holds no code that may be exchanged.
        ServiceError: the provider cannot be called now; nothing was sent.
    """
    params = request.GET
    if time.time() - attempt.began > ATTEMPT_SECONDS:
        raise AuthorizationError("expired")
    issuer = params.get("iss")
    if issuer and issuer.rstrip("/") != provider.issuer.rstrip("/"):
        raise VerificationError("the answer comes from another issuer")
    if params.get("error"):
        raise AuthorizationError(_error_kind(params["error"]))
    if not params.get("code"):
        raise AuthorizationError("unknown")
    work = exchange(provider, code=params["code"], verifier=attempt.verifier, with_methods=attempt.stronger)
    return code_exchange.start(answer, holder=holder, service=provider.id, work=work, record=_result)


def _result(end: dict[str, Any] | ServiceError) -> dict[str, Any]:
    """Return what is stored of an exchange until the browser completes it."""
    if not isinstance(end, ServiceError):
        permission = end.pop("permission", None)
        return end if permission is None else {**end, "held": unconfirmed.hold(permission)}
    log.warning("sign_in.not_exchanged", problem=end.entry.code)
    return {"stopped": "code_refused" if isinstance(end, RefusedError) else "provider"}


def identity_of(provider: Provider, attempt: AuthorizationAttempt, result: dict[str, Any]) -> Identity:
    """Return the identity that the exchange proved.

    Raises:
        AuthorizationError: the provider refused or failed, or the sign-in is not as fresh as requested.
        VerificationError, ServiceError: see ``identity_from_exchange``.
    """
    if "stopped" in result:
        raise AuthorizationError(result["stopped"])
    identity = identity_from_exchange(
        provider, result, nonce=attempt.nonce, methods_since=attempt.began - LEEWAY_SECONDS
    )
    return _with_fresh_auth_time(attempt, identity)


def _error_kind(error: str) -> str:
    if error == "access_denied":
        return "refused"
    if error in CANCELLED_ERRORS:
        return "cancelled"
    return "provider" if error in UNAVAILABLE_ERRORS else "not_accepted"


def _with_fresh_auth_time(attempt: AuthorizationAttempt, identity: Identity) -> Identity:
    """Accept a fresh sign-in unless the provider's ``auth_time`` contradicts it.

    ``prompt=login`` obliges a provider to ask the person again or to fail. Without ``auth_time`` the
    sign-in counts from the start of the attempt.
    """
    if not attempt.fresh:
        return identity
    if identity.auth_time is None:
        return replace(identity, auth_time=int(attempt.began))
    if identity.auth_time < attempt.began - LEEWAY_SECONDS:
        raise AuthorizationError("not_fresh")
    return identity


def finish_attempt(session: SessionBase, answer: Answer) -> None:
    """Take an attempt out of the session. It is valid once, even if a later step fails."""
    attempts = dict(session[ATTEMPTS])
    attempt = attempts.pop(answer.oauth_state)
    session[ATTEMPTS] = attempts
    finished = {**session.get(FINISHED_ATTEMPTS, {}), answer.oauth_state: attempt["return_to"]}
    session[FINISHED_ATTEMPTS] = dict(list(finished.items())[-MAX_FINISHED_ATTEMPTS:])
    session.save()


def is_finished(session: SessionBase, answer: Answer) -> bool:
    """Tell whether this session finished the attempt that the answer belongs to."""
    return answer.oauth_state in session.get(FINISHED_ATTEMPTS, ())


def store_pending(session: SessionBase, key: str, identity: Identity, return_to: str, **more: Any) -> None:
    """Store an identity, and what else belongs to it, until the person has decided what to do with it."""
    session[key] = {"identity": asdict(identity), "return_to": return_to, "at": time.time(), **more}


def load_pending(session: SessionBase, key: str) -> tuple[Identity, str] | None:
    """Return the stored identity and return address, unless they are too old."""
    pending = session.get(key)
    if not pending or time.time() - pending["at"] > ATTEMPT_SECONDS:
        return None
    return read_identity(pending["identity"]), pending["return_to"]


def read_identity(stored: dict[str, Any]) -> Identity:
    """Rebuild an identity from the session's copy."""
    return Identity(**{**stored, "linked": tuple(stored["linked"]), "amr": tuple(stored["amr"])})


def return_url_of_attempt(request: HttpRequest) -> str:
    """Return where the person was going when this attempt began, so that the target is never lost."""
    oauth_state = request.GET.get("state", "")
    attempt = request.session.get(ATTEMPTS, {}).get(oauth_state)
    session = request.session
    finished: dict[str, str] = session.get(DROPPED_ATTEMPTS, {}) | session.get(FINISHED_ATTEMPTS, {})
    return str(attempt["return_to"]) if attempt else finished.get(oauth_state) or return_url(request)


def return_url(request: HttpRequest) -> str:
    """Return where the person wants to return to: as requested, else where they came from, if allowed."""
    env = settings.ENVIRONMENT
    hosts = return_hosts()
    for target in (
        request.POST.get("return_to"),
        request.GET.get("return_to"),
        request.headers.get("Referer"),
    ):
        allowed = safe_return(target, hosts=hosts, own=env.PROFILES_URL)
        # From our home page people want to reach their own pages, not the home page again; and a person who
        # starts again after a refusal does not want to see that answer a second time.
        path = urlsplit(allowed).path if allowed else ""
        if (
            allowed
            and allowed.removeprefix(env.PROFILES_URL).rstrip("/")
            and not path.startswith(SIGN_IN_PATHS)
        ):
            return allowed
    return ""
