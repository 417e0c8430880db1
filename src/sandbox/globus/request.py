"""Parse and check an authorize request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from sandbox.globus.state import SCOPES, Client, GlobusState

_ONCE: Final = ("client_id", "redirect_uri", "response_type", "scope", "state", "nonce")
_PROMPTS: Final = frozenset({"", "login"})


class UnansweredError(Exception):
    """Raised when the client or its address is unknown, so the answer is a page and not a redirect."""


class RefusedError(Exception):
    """Raised when a redirect reports the error to the client."""

    def __init__(self, error: str, description: str, *, redirect_uri: str, state: str | None) -> None:
        """Take the error code and its description."""
        super().__init__(description)
        self.location = answer_url(redirect_uri, error=error, error_description=description, state=state)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A valid authorize request."""

    client: Client
    redirect_uri: str
    scopes: frozenset[str]
    state: str | None
    nonce: str | None
    challenge: str | None
    offline: bool
    login_again: bool
    max_age: int | None
    with_second_factor: bool
    query: str
    """The original query, for the forms of the sign-in pages."""


def answer_url(redirect_uri: str, **parameters: str | None) -> str:
    """Return the redirect address with these parameters."""
    query = urlencode({name: value for name, value in parameters.items() if value is not None})
    return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{query}"


def read(parameters: Mapping[str, str], state: GlobusState) -> Wanted:
    """Read an authorize request.

    Raises:
        UnansweredError: the client is unknown, or the redirect URI is not one of its own.
        RefusedError: anything else is wrong.
    """
    client, redirect_uri = _whom_to_answer(parameters, state)
    oauth_state = parameters.get("state")

    mistake = _mistake(parameters)
    if mistake:
        raise RefusedError(*mistake, redirect_uri=redirect_uri, state=oauth_state)
    max_age = parameters.get("max_age", "")
    return Wanted(
        client=client,
        redirect_uri=redirect_uri,
        scopes=frozenset(parameters["scope"].split()),
        state=oauth_state,
        nonce=parameters.get("nonce"),
        challenge=parameters.get("code_challenge"),
        offline=parameters.get("access_type") == "offline",
        login_again=parameters.get("prompt") == "login",
        max_age=int(max_age) if max_age else None,
        with_second_factor=parameters.get("session_required_mfa", "").lower() == "true",
        query=urlencode(list(parameters.items())),
    )


def _mistake(parameters: Mapping[str, str]) -> tuple[str, str] | None:
    getall: Any = getattr(parameters, "getall", None)
    scopes = set(parameters.get("scope", "").split())
    with_challenge = "code_challenge" in parameters
    max_age = parameters.get("max_age", "")
    if getall and any(len(getall(name, [])) > 1 for name in _ONCE):
        return "invalid_request", "A parameter is there twice."
    if parameters.get("response_type") != "code":
        return "unsupported_response_type", "Only the code flow is played here."
    if not scopes or not scopes <= set(SCOPES):
        unknown = " ".join(sorted(scopes - set(SCOPES)))
        return "invalid_scope", f"Unknown scopes: {unknown}" if unknown else "No scope."
    wrong = {
        "The code_challenge_method must be S256.": with_challenge
        and parameters.get("code_challenge_method") != "S256",
        "The only prompt is login.": parameters.get("prompt", "") not in _PROMPTS,
        "max_age is a number of seconds.": bool(max_age) and not max_age.isdecimal(),
    }
    return next((("invalid_request", sentence) for sentence, is_so in wrong.items() if is_so), None)


def _whom_to_answer(parameters: Mapping[str, str], state: GlobusState) -> tuple[Client, str]:
    client = state.clients.get(parameters.get("client_id", ""))
    if client is None:
        raise UnansweredError("Unknown client: no service is registered under this client_id.")
    redirect_uri = parameters.get("redirect_uri", "")
    if redirect_uri not in client.redirect_uris:
        raise UnansweredError(
            f"Mismatching redirect URI: '{redirect_uri}' is not registered for {client.name}."
        )
    return client, redirect_uri
