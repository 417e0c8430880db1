"""A service proves who it is by what it signs (private_key_jwt)."""

import base64
import time
from dataclasses import dataclass

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from profiles.sso.protocol import provider
from tests.support import sso

pytestmark = pytest.mark.django_db
KIND = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def new_key() -> ECKey:
    return ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)


@dataclass
class Signer:
    """A service with a key of its own, and what it signs."""

    party: sso.Party
    key: ECKey
    number: int = 0

    def statement(self, *, key: ECKey | None = None, **changes: object) -> str:
        self.number += 1
        name = self.party.row.client_id
        usual = {"iss": name, "sub": name, "aud": provider.issuer(), "exp": int(time.time()) + 60}
        said = {**usual, "jti": str(self.number), **changes}
        header = {"alg": "ES256", "kid": self.key.kid}
        kept = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(header, kept, key or self.key, algorithms=["ES256"])

    def asks(self, client, statement: str, place: str = "/oauth/token", **form: str):
        proof = {"client_assertion": statement, "client_assertion_type": KIND}
        return sso.form_post(client, place, {"grant_type": provider.MACHINE} | form | proof)

    def told(self, client, **changes) -> int:
        return self.asks(client, self.statement(**changes)).status_code


@pytest.fixture
def signer() -> Signer:
    key = new_key()
    party = sso.register(
        auth_method="private_key_jwt",
        public_keys={"keys": [key.as_dict(private=False)]},
        grant_types=[provider.MACHINE, provider.CODE],
        scopes=["openid", "claims:read"],
    )
    return Signer(party, key)


def test_a_statement_that_a_service_signs_is_good_once_and_only_from_its_own_key(client, signer):
    once = [signer.told(client, jti=number) for number in ("one", "one", "two")]

    assert once == [200, 401, 200]
    assert signer.told(client, key=new_key()) == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://elsewhere.example"},
        {"aud": None},
        {"iss": "somebody-else"},
        {"sub": "somebody-else"},
        {"exp": None},
        {"exp": 1},
        {"exp": 9_999_999_999},
        {"exp": 10**18},
        {"exp": 10**30},
        {"jti": None},
        {"nbf": 9_999_999_999},
    ],
    ids=str,
)
def test_a_statement_that_says_something_else_proves_nothing(client, signer, changes):
    answer = signer.asks(client, signer.statement(**changes))

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_statement_that_no_one_can_read_is_refused_and_breaks_nothing(client, signer):
    header, _content, signature = signer.statement().split(".")
    deep = base64.urlsafe_b64encode(b"[" * 40_000).rstrip(b"=").decode()

    answer = signer.asks(client, f"{header}.{deep}.{signature}")

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("place", ["", "/oauth/token", "/oauth/par"])
def test_a_pushed_request_may_be_signed_for_the_door_it_is_pushed_through(client, signer, place):
    statement = signer.statement(aud=f"{provider.issuer()}{place}")

    answer = signer.asks(client, statement, "/oauth/par", **signer.party.request())

    assert answer.status_code == 201
