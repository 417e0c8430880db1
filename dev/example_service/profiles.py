"""Profiles from the view of a service: sign-in with OpenID Connect, the claims API, sign-out.

The protocol is Authlib's and joserfc's; this module has what a service decides itself. Nothing is
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
    """Raised when the sign-in failed; the message is for people."""


@dataclass(frozen=True)
class Attempt:
    """What we store about a sign-in that was started."""

    oauth_state: str
    nonce: str
    verifier: str


@dataclass
class SignedIn:
    """A person who signed in."""

    tokens: dict[str, Any] = field(repr=False)
    token_claims: dict[str, Any]


class Profiles:
    """A deployment of Profiles, and our registration there."""

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
        """The discovery document; its issuer must be the one we called."""
        found = _json(requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=LIMIT_SECONDS))
        if found["issuer"] != self.issuer:
            raise RefusedError(f"{self.issuer} calls itself {found['issuer']}.")
        return found

    def begin(self, **more: str) -> tuple[str, Attempt]:
        """Return the address to redirect to, and the attempt to store until the callback."""
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        url, oauth_state = self._session(SCOPE).create_authorization_url(
            self.places["authorization_endpoint"], nonce=nonce, code_verifier=verifier, **more
        )
        return url, Attempt(oauth_state, nonce, verifier)

    def finish(self, came_to: str, attempt: Attempt) -> SignedIn:
        """Exchange the code of a callback for tokens, and check them.

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
        """Return userinfo; the subject must be the one who signed in."""
        said = self._get(self.places["userinfo_endpoint"], person)
        if said.get("sub") != person.token_claims["sub"]:
            raise RefusedError("Profiles described another person.")
        return said

    def claims_of(self, person: SignedIn) -> list[dict[str, Any]]:
        """Read a person's claims through the API: DOIs on their ORCID record, and DOIs on their way."""
        found: list[dict[str, Any]] = self._get(f"{self.issuer}/claims", person)["data"]
        return found

    def sign_out_address(self, person: SignedIn) -> str:
        """Return the address to redirect to at sign-out, so that the person is signed out everywhere."""
        asked = {"id_token_hint": person.tokens["id_token"], "post_logout_redirect_uri": f"{self.own_url}/"}
        return f"{self.places['end_session_endpoint']}?{urlencode(asked)}"

    def session_that_ended(self, logout_token: str) -> str:
        """Return the ``sid`` of a session that Profiles reports as ended.

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
        """Call the API with the person's access token, which is sent only in the header."""
        headers = {"Authorization": f"Bearer {person.tokens['access_token']}"}
        return _json(requests.get(url, headers=headers, timeout=LIMIT_SECONDS))

    def _read(self, token: str, *, nonce: str = "", kind: str = "JWT") -> dict[str, Any]:
        """Check the signature, audience, time and nonce of a token.

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
        """Return the keys of Profiles, fetched again for an unknown key, because keys change."""
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
