"""Profiles as a service meets it: sign-in by OpenID Connect, the API of claims, sign-out.

The protocol is Authlib's and joserfc's; what stands here is what a service has to decide itself. Nothing is
known of Profiles but its address: all others stand in its discovery document.
"""

import secrets
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

SCOPE: Final = "openid orcid profile email claims:read offline_access"
ALGORITHMS: Final = ["RS256", "ES256"]
LIMIT_SECONDS: Final = 10
SLACK_SECONDS: Final = 30
READ_KEYS_AGAIN_SECONDS: Final = 10
SIGNED_OUT: Final = "http://schemas.openid.net/event/backchannel-logout"


class RefusedError(Exception):
    """Somebody did not come back signed in; the message says why, in words for people."""


@dataclass(frozen=True)
class Attempt:
    """What we remember of somebody whom we sent to sign in."""

    oauth_state: str
    nonce: str
    verifier: str


@dataclass
class SignedIn:
    """Somebody who came back."""

    tokens: dict[str, Any] = field(repr=False)
    token_claims: dict[str, Any]


class Profiles:
    """One deployment of Profiles, and our registration there."""

    def __init__(self, issuer: str, *, client_id: str, secret: str, own_url: str) -> None:
        self.issuer = issuer
        self.own_url = own_url
        self._client = {
            "client_id": client_id,
            "client_secret": secret,
            "redirect_uri": f"{own_url}/callback",
        }
        self._keys: KeySet | None = None
        self._keys_read_at = 0.0

    @cached_property
    def places(self) -> dict[str, Any]:
        """The discovery document; what it says of itself must be what we asked."""
        found = _json(requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=LIMIT_SECONDS))
        if found["issuer"] != self.issuer:
            raise RefusedError(f"{self.issuer} calls itself {found['issuer']}.")
        return found

    def begin(self, **more: str) -> tuple[str, Attempt]:
        """Return where to send somebody, and what to remember until they come back."""
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        url, oauth_state = self._session(SCOPE).create_authorization_url(
            self.places["authorization_endpoint"], nonce=nonce, code_verifier=verifier, **more
        )
        return url, Attempt(oauth_state, nonce, verifier)

    def finish(self, came_to: str, attempt: Attempt) -> SignedIn:
        """Exchange the code that somebody brought for tokens, and check every word of them.

        Raises:
            RefusedError: they said no, or something does not fit.
        """
        said = {name: values[0] for name, values in parse_qs(urlsplit(came_to).query).items()}
        if said.get("iss") != self.issuer:
            raise RefusedError("The answer does not come from Profiles.")
        if said.get("error") == "access_denied":
            raise RefusedError("You did not allow it, so you are not signed in here. Nothing was passed on.")
        try:
            tokens = self._session().fetch_token(
                self.places["token_endpoint"],
                authorization_response=came_to,
                state=attempt.oauth_state,
                code_verifier=attempt.verifier,
                timeout=LIMIT_SECONDS,
            )
        except OAuthError as error:
            raise RefusedError(f"Profiles did not accept it: {error.error}.") from error
        return SignedIn(dict(tokens), self._read(tokens["id_token"], nonce=attempt.nonce))

    def renew(self, person: SignedIn) -> None:
        """Get new tokens; the old refresh token is used up.

        Raises:
            RefusedError: the person signed out, or took back what they allowed.
        """
        try:
            tokens = self._session().refresh_token(
                self.places["token_endpoint"], person.tokens["refresh_token"], timeout=LIMIT_SECONDS
            )
        except OAuthError as error:
            raise RefusedError("Your sign-in is over. Please sign in again.") from error
        person.tokens, person.token_claims = dict(tokens), self._read(tokens["id_token"])

    def about(self, person: SignedIn) -> dict[str, Any]:
        """Ask who somebody is; the subject must be the one who signed in."""
        said = self._get(self.places["userinfo_endpoint"], person)
        if said.get("sub") != person.token_claims["sub"]:
            raise RefusedError("Profiles spoke of somebody else.")
        return said

    def claims_of(self, person: SignedIn) -> list[dict[str, Any]]:
        """Read somebody's claims by the API: which DOI is on their ORCID record, which is on its way."""
        found: list[dict[str, Any]] = self._get(f"{self.issuer}/claims", person)["data"]
        return found

    def sign_out_address(self, person: SignedIn) -> str:
        """Return where to send somebody who signs out here, so that they are signed out everywhere."""
        asked = {"id_token_hint": person.tokens["id_token"], "post_logout_redirect_uri": f"{self.own_url}/"}
        return f"{self.places['end_session_endpoint']}?{urlencode(asked)}"

    def session_that_ended(self, logout_token: str) -> str:
        """Return the ``sid`` of a session that Profiles tells us has ended.

        Raises:
            RefusedError: it is not Profiles who says so.
        """
        said = self._read(logout_token, kind="logout+jwt")
        if SIGNED_OUT not in said.get("events", {}) or "nonce" in said or "sid" not in said:
            raise RefusedError("This is no message about a sign-out.")
        return str(said["sid"])

    def _session(self, scope: str | None = None) -> OAuth2Session:
        return OAuth2Session(**self._client, scope=scope, code_challenge_method="S256")

    def _get(self, url: str, person: SignedIn) -> Any:
        """Ask with the person's access token, which travels in the header and nowhere else."""
        headers = {"Authorization": f"Bearer {person.tokens['access_token']}"}
        return _json(requests.get(url, headers=headers, timeout=LIMIT_SECONDS))

    def _read(self, token: str, *, nonce: str = "", kind: str = "JWT") -> dict[str, Any]:
        """Check who signed a token, for whom, when, and for which request.

        Raises:
            RefusedError: something does not fit.
        """
        rules = jwt.JWTClaimsRegistry(
            leeway=SLACK_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self._client["client_id"]},
            exp={"essential": True},
            **({"nonce": {"essential": True, "value": nonce}} if nonce else {}),
        )
        try:
            found = jwt.decode(token, self._key_set, algorithms=ALGORITHMS)
            rules.validate(found.claims)
        except (JoseError, ValueError) as error:
            raise RefusedError("The token does not fit.") from error
        if found.header.get("typ") != kind:
            raise RefusedError("The token is of another kind.")
        return dict(found.claims)

    def _key_set(self, token: Any) -> KeySet:
        """Return the keys of Profiles, read anew when one is named that we do not know: keys change."""
        known = self._keys and token.headers().get("kid") in {key.kid for key in self._keys.keys}
        if not known and time.monotonic() - self._keys_read_at > READ_KEYS_AGAIN_SECONDS:
            self._keys = KeySet.import_key_set(
                _json(requests.get(self.places["jwks_uri"], timeout=LIMIT_SECONDS))
            )
            self._keys_read_at = time.monotonic()
        assert self._keys is not None
        return self._keys


def _json(answer: requests.Response) -> Any:
    if answer.status_code in {401, 403}:
        raise RefusedError("Profiles does not accept our token any more. Renew the tokens, or sign in again.")
    answer.raise_for_status()
    return answer.json()
