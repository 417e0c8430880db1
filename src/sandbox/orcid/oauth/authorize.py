"""Parse and check an authorize request, and build its answers."""

import posixpath
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from sandbox.orcid.oauth import scopes
from sandbox.orcid.oauth import tokens as t
from sandbox.orcid.records.people import Client, Person
from sandbox.orcid.state import BrowserSession, OrcidState

_REQUIRED: Final = ("client_id", "response_type", "scope", "redirect_uri")


class AuthorizeRefusedError(Exception):
    """Raised when ORCID shows the error on its own page, without a redirect."""

    def __init__(self, error: str, sentence: str) -> None:
        """Take the OAuth error code and a sentence for people."""
        super().__init__(error)
        self.error = error
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Asked:
    """A valid request for permission."""

    client: Client
    scopes: frozenset[str]
    redirect_uri: str
    parameters: dict[str, str]
    query: str

    @property
    def prompts(self) -> set[str]:
        """The values of ``prompt``."""
        return set(self.parameters.get("prompt", "").split())

    @property
    def is_openid(self) -> bool:
        """Tell whether this is OpenID Connect; without it ``prompt`` and ``max_age`` mean nothing."""
        return "openid" in self.scopes


def read(state: OrcidState, query: str) -> Asked:
    """Read and check an authorize request.

    Raises:
        AuthorizeRefusedError: it must not be answered.
    """
    parameters = dict(parse_qsl(query, keep_blank_values=True))
    for name in _REQUIRED:
        if not parameters.get(name):
            raise AuthorizeRefusedError("invalid_request", f"The request lacks the parameter {name}.")
    client = state.clients.get(parameters["client_id"])
    if client is None:
        raise AuthorizeRefusedError("invalid_request", "Invalid parameter: client_id")
    if client.status != "active":
        raise AuthorizeRefusedError(
            "unauthorized_client", f"The application {client.name} is {client.status}."
        )
    redirect_uri = parameters["redirect_uri"]
    if not any(covers(registered, redirect_uri) for registered in client.redirect_uris):
        raise AuthorizeRefusedError(
            "redirect_uri_mismatch", "The redirect address is not among those this application registered."
        )
    if parameters["response_type"] != "code":
        raise AuthorizeRefusedError("unsupported_response_type", "This stand-in answers with a code only.")
    try:
        asked = scopes.cleaned(parameters["scope"], entitled=client.entitled)
    except scopes.ScopeRefusedError as refusal:
        raise AuthorizeRefusedError("invalid_scope", f"Invalid scope: {refusal}") from refusal
    return Asked(client, asked, redirect_uri, parameters, query)


def covers(registered: str, requested: str) -> bool:
    """Tell whether a registered address covers a requested one: same origin, and a matching path prefix.

    The query is not looked at.
    """
    known, wanted = urlsplit(registered), urlsplit(requested)
    try:
        same_place = (known.scheme, known.netloc) == (wanted.scheme, wanted.netloc)
    except ValueError:
        return False
    return same_place and bool(wanted.scheme) and _clean(wanted.path).startswith(_clean(known.path))


def _clean(path: str) -> str:
    cleaned = posixpath.normpath(unquote(path) or "/")
    return "/" if cleaned in (".", "//") else cleaned


def needs_sign_in(asked: Asked, session: BrowserSession, now: float) -> bool:
    """Tell whether the person has to sign in (again)."""
    if session.orcid_id is None:
        return True
    if not asked.is_openid:
        return False
    if "login" in asked.prompts:
        return True
    longest = asked.parameters.get("max_age", "")
    return longest.isdigit() and now - session.signed_in_at > int(longest)


def without_login(query: str) -> str:
    """Return the request for after the new sign-in, without ``prompt=login``."""
    pairs = []
    for key, value in parse_qsl(query, keep_blank_values=True):
        if key == "prompt":
            rest = " ".join(word for word in value.split() if word != "login")
            if rest:
                pairs.append((key, rest))
        else:
            pairs.append((key, value))
    return urlencode(pairs, quote_via=quote)


def consent_is_given(state: OrcidState, asked: Asked, person: Person) -> bool:
    """Tell whether consent can be skipped: there is a live token with exactly these scopes."""
    return "confirm" not in asked.prompts and state.tokens.has_live(
        person.orcid_id, asked.client.client_id, asked.scopes, state.now()
    )


def granted(state: OrcidState, asked: Asked, person: Person, session: BrowserSession) -> str:
    """Issue a code and return the redirect address with it."""
    value = t.new_code_value()
    while value in state.tokens.codes:
        value = t.new_code_value()
    state.tokens.add_code(
        t.Code(
            value=value,
            client_id=asked.client.client_id,
            orcid_id=person.orcid_id,
            redirect_uri=asked.redirect_uri,
            scopes=asked.scopes,
            made_at=state.now(),
            signed_in_at=session.signed_in_at,
            nonce=asked.parameters.get("nonce"),
            has_challenge="code_challenge" in asked.parameters,
        ),
    )
    return _with(asked, f"code={value}")


def denied(asked: Asked) -> str:
    """Return the redirect address of a denial."""
    return _with(asked, "error=access_denied&error_description=User%20denied%20access")


def silently_failed(asked: Asked, error: str) -> str:
    """Return the answer to ``prompt=none``: in the fragment and without state, as ORCID's page does."""
    return f"{asked.redirect_uri}#{error}"


def _with(asked: Asked, answer: str) -> str:
    joint = "&" if "?" in asked.redirect_uri else "?"
    address = f"{asked.redirect_uri}{joint}{answer}"
    if "state" in asked.parameters:
        address += f"&state={quote(asked.parameters['state'], safe='')}"
    return address
