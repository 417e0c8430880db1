"""The protocol as a party speaks it, by hand: what it sends can be wrong in any way a check wants."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

import requests

if TYPE_CHECKING:
    from tests.contract.openid.person import Arrival

LIMIT: Final = 30
SCOPE: Final = "openid profile email offline_access"


@dataclass(frozen=True)
class Party:
    """A registered service."""

    client_id: str
    secret: str
    redirect_uri: str
    signed_out_uri: str = ""

    @property
    def basic(self) -> tuple[str, str]:
        """Its credentials for HTTP Basic, encoded as OAuth wants it."""
        return quote(self.client_id, safe=""), quote(self.secret, safe="")


@dataclass(frozen=True)
class Request:
    """An authorization request, and what the party remembers of it."""

    party: Party
    url: str
    parameters: dict[str, str]
    verifier: str

    def with_text(self, text: str) -> "Request":
        """Append raw text to the query."""
        return replace(self, url=self.url + text)


@dataclass(frozen=True)
class Tokens:
    """What a party holds."""

    party: Party
    answer: dict[str, Any]
    arrival: "Arrival | None" = field(default=None, repr=False)

    @property
    def access(self) -> str:
        return str(self.answer["access_token"])

    @property
    def refresh(self) -> str:
        return str(self.answer["refresh_token"])

    @property
    def identity(self) -> str:
        return str(self.answer["id_token"])


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class Provider:
    """The provider, known by what it says about itself."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.http = requests.Session()
        adapter = requests.adapters.HTTPAdapter(pool_maxsize=32)
        self.http.mount("http://", adapter)
        self.http.mount("https://", adapter)
        self.http.trust_env = False

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """Read the discovery document once."""
        answer = self.get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        assert answer.status_code == 200, f"discovery answers {answer.status_code}"
        found: dict[str, Any] = answer.json()
        return found

    def keys(self) -> dict[str, Any]:
        """Read the keys, now."""
        found: dict[str, Any] = self.get(self.metadata["jwks_uri"]).json()
        return found

    def get(self, url: str, **more: Any) -> requests.Response:
        """Ask, without following redirects and without a cookie."""
        self.http.cookies.clear()
        return self.http.get(url, timeout=LIMIT, allow_redirects=False, **more)

    def post(self, endpoint: str, form: Any = None, **more: Any) -> requests.Response:
        """Send a form to an endpoint that the metadata names."""
        self.http.cookies.clear()
        return self.http.post(
            self.metadata[endpoint], data=form, timeout=LIMIT, allow_redirects=False, **more
        )

    def request(self, party: Party, **changes: str | None) -> Request:
        """Make a right authorization request, then change it."""
        verifier = secrets.token_urlsafe(48)
        parameters: dict[str, str | None] = {
            "response_type": "code",
            "client_id": party.client_id,
            "redirect_uri": party.redirect_uri,
            "scope": SCOPE,
            "state": secrets.token_urlsafe(16),
            "nonce": secrets.token_urlsafe(16),
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
            **changes,
        }
        kept = {name: value for name, value in parameters.items() if value is not None}
        return Request(party, f"{self.metadata['authorization_endpoint']}?{urlencode(kept)}", kept, verifier)

    def redeem(
        self,
        party: Party,
        arrival: "Arrival",
        *,
        auth: tuple[str, str] | bool | None = True,
        **changes: str | None,
    ) -> requests.Response:
        """Exchange a code, rightly or with changes; None leaves a parameter out."""
        form: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": arrival.parameters["code"],
            "redirect_uri": arrival.request.party.redirect_uri,
            "code_verifier": arrival.request.verifier,
            **changes,
        }
        kept = {name: value for name, value in form.items() if value is not None}
        return self.post("token_endpoint", kept, auth=party.basic if auth is True else auth or None)

    def tokens(self, party: Party, arrival: "Arrival", **changes: str | None) -> Tokens:
        """Exchange a code that is good."""
        answer = self.redeem(party, arrival, **changes)
        assert answer.status_code == 200, f"the exchange answers {answer.status_code}: {answer.text[:300]}"
        return Tokens(party, answer.json(), arrival)

    def renew(self, party: Party, refresh_token: str, **more: str) -> requests.Response:
        """Send a refresh token."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, **more}
        return self.post("token_endpoint", form, auth=party.basic)

    def userinfo(self, token: str, **more: Any) -> requests.Response:
        """Ask who this token is about."""
        return self.get(
            self.metadata["userinfo_endpoint"], headers={"Authorization": f"Bearer {token}"}, **more
        )

    def revoke(self, party: Party, token: str, **more: str) -> requests.Response:
        """Give a token back."""
        return self.post("revocation_endpoint", {"token": token, **more}, auth=party.basic)

    def introspect(self, party: Party, token: str, **more: str) -> requests.Response:
        """Ask what a token is worth."""
        return self.post("introspection_endpoint", {"token": token, **more}, auth=party.basic)

    def is_alive(self, tokens: Tokens) -> bool:
        """Say whether the access token is still good for something."""
        return self.userinfo(tokens.access).status_code == 200

    def can_renew(self, tokens: Tokens) -> bool:
        """Say whether the refresh token is still good (and use it up)."""
        return self.renew(tokens.party, tokens.refresh).status_code == 200


def at_once(count: int, call: Callable[[], requests.Response]) -> list[requests.Response]:
    """Send the same from many threads at the same moment."""
    with ThreadPoolExecutor(count) as threads:
        return [each.result() for each in [threads.submit(call) for _ in range(count)]]


def refused(answer: requests.Response, *errors: str, status: tuple[int, ...] = (400, 401)) -> None:
    """See that an endpoint refuses in the form of OAuth: JSON, a known error, no token."""
    assert answer.status_code in status, f"answers {answer.status_code}: {answer.text[:300]}"
    said = answer.json()
    assert not {"access_token", "refresh_token", "id_token"} & set(said), said
    assert said.get("error") in errors, said
