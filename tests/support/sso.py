"""A relying party as our tests play it: one that we know the inside of."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from asgiref.sync import async_to_sync
from django.conf import settings
from django.test import Client

from profiles.accounts.models import Account
from profiles.infra import clock
from profiles.sso.models import RelyingParty
from profiles.sso.protocol import logout
from profiles.sso.registry import registration
from profiles.sso.registry.registration import Registration
from tests.support.jobs import outside_the_browsers_loop

BACK = "https://service.example/back"
BACKEND = settings.AUTHENTICATION_BACKENDS[0]
SCOPES = ["openid", "orcid", "profile", "email", "permissions", "roles", "offline_access", "claims:read"]


@dataclass
class Party:
    """A relying party with its secret."""

    row: RelyingParty
    secret: str | None
    scope: str = " ".join(SCOPES)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def request(self, **changes: str | None) -> dict[str, str]:
        """The parameters of an authorization request; None leaves one out."""
        usual = {
            "client_id": self.row.client_id,
            "redirect_uri": self.row.redirect_uris[0],
            "response_type": "code",
            "scope": self.scope,
            "state": "some-state",
            "nonce": "some-nonce",
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (usual | changes).items() if value is not None}

    @property
    def basic(self) -> str:
        return "Basic " + base64.b64encode(f"{self.row.client_id}:{self.secret}".encode()).decode()

    def post(self, browser: Client, path: str, form: dict[str, str]):
        """Call an endpoint with our secret in the header."""
        return form_post(browser, path, form, HTTP_AUTHORIZATION=self.basic)

    def redeem(self, browser: Client, code: str, **changes: str):
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.row.redirect_uris[0],
            "code_verifier": self.verifier,
        }
        return self.post(browser, "/oauth/token", form | changes)

    def refresh(self, browser: Client, token: str, **changes: str):
        return self.post(
            browser, "/oauth/token", {"grant_type": "refresh_token", "refresh_token": token} | changes
        )

    def signed_in(self, browser: Client, **changes: str | None) -> dict:
        """Do the whole flow and return the tokens."""
        answer = answer_of(browser.get("/oauth/authorize", self.request(**changes)))
        return self.redeem(browser, answer["code"]).json()


def form_post(browser: Client, path: str, form: dict[str, str], **headers: str):
    from urllib.parse import urlencode

    return browser.post(path, urlencode(form), content_type="application/x-www-form-urlencoded", **headers)


def answer_of(response) -> dict[str, str]:
    """What stands in the address that a browser is sent back to."""
    assert response.status_code == 303, (response.status_code, response.content[:400])
    return {name: values[0] for name, values in parse_qs(urlsplit(response["Location"]).query).items()}


def register(name: str = "A service", **changes) -> Party:
    """Register a relying party; first-party unless told otherwise."""
    said = {"redirect_uris": [BACK], "scopes": SCOPES, "is_first_party": True} | changes
    row, secret = registration.register(Registration(name=name, **said), by="tests")
    return Party(row, secret, scope=" ".join(row.scopes))


def person(browser: Client, orcid_id: str = "0009-0001-0000-0014", **changes) -> Account:
    """Somebody who is signed in, in this browser."""
    account, _ = Account.objects.get_or_create(
        orcid_id=orcid_id, defaults={"name": "Alice Alvarado", "email_asked_at": clock.now()} | changes
    )
    sign_in(browser, account)
    return account


def sign_in(browser: Client, account: Account, **facts) -> None:
    import time

    browser.force_login(account, backend=BACKEND)
    session = browser.session
    session.update({"sid": secrets.token_urlsafe(24), "auth_time": int(time.time()), "amr": ["pwd"]} | facts)
    session.save()


def approve(browser: Client, party: Party, *, answer: str = "yes", **changes: str | None) -> dict[str, str]:
    """Be asked by a service of others, and answer."""
    page = browser.get("/oauth/authorize", party.request(**changes))["Location"]
    asked = browser.get(page)
    assert asked.status_code == 200, asked.status_code
    return answer_of(browser.post(page, {"answer": answer}))


def send_due() -> int:
    """Do for each service what its job about sessions that ended does."""
    return outside_the_browsers_loop(
        lambda: sum(async_to_sync(logout.send_due)(party_id) for party_id in logout.parties_due())
    )
