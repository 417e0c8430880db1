import base64
import json
import shutil
import subprocess
import time
from urllib.parse import unquote

import pytest
from django.conf import settings
from joserfc import jwt
from joserfc.jwk import RSAKey

from profiles.accounts.bearer import caller_of
from profiles.accounts.models import Account
from profiles.sso import shared_cookie

pytestmark = pytest.mark.django_db
ALICE = "0009-0001-0000-0014"
BACKEND = settings.AUTHENTICATION_BACKENDS[0]


@pytest.fixture
def alice(client):
    account = Account.objects.create(orcid_id=ALICE, name="Zoë 山田")
    client.force_login(account, backend=BACKEND)
    return account


def claims_of(token: str) -> dict:
    key = RSAKey.import_key(settings.ENVIRONMENT.JWT_PUBLIC_KEY)
    return jwt.decode(token, key, algorithms=["RS256"]).claims


def raw_cookie(answer) -> str:
    return answer.cookies["_datacite"].value


def inside(answer) -> dict:
    return json.loads(unquote(raw_cookie(answer)))


def test_whoever_is_signed_in_gets_the_cookie_in_todays_format(client, alice):
    answer = client.get("/works")

    found = inside(answer)["authenticated"]
    assert list(found) == ["authenticator", "access_token", "expires_in", "expires_at"]
    assert (found["authenticator"], found["expires_in"]) == ("authenticator:oauth2", 2_592_000)
    assert abs(found["expires_at"] - time.time() - 2_592_000) < 60
    cookie = answer.cookies["_datacite"]
    assert (cookie["path"], cookie["samesite"], cookie["httponly"], cookie["max-age"]) == ("/", "Lax", "", "")
    assert not set(raw_cookie(answer)) & set('" +;,{}')


def test_its_token_says_who_it_is_and_names_nothing_else_in_its_header(client, alice):
    token = inside(client.get("/works"))["authenticated"]["access_token"]

    header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    said = jwt.decode(
        token, RSAKey.import_key(settings.ENVIRONMENT.JWT_PUBLIC_KEY), algorithms=["RS256"]
    ).claims
    assert header == {"alg": "RS256"}
    assert (said["uid"], said["name"], said["role_id"]) == (ALICE, "Zoë 山田", "user")
    assert set(said) == {"uid", "name", "role_id", "beta_tester", "has_orcid_token", "features", "iat", "exp"}


def test_somebody_whose_name_is_private_still_has_a_name_in_the_token(client):
    account = Account.objects.create(orcid_id=ALICE)

    said = claims_of(shared_cookie.token_for(account))

    assert said["name"] == ALICE


def test_every_sign_out_overwrites_the_cookie_also_without_a_session(client):
    for answer in (client.post("/sign_out"), client.get("/sign_out")):
        assert inside(answer) == {"authenticated": {}}


def test_a_cookie_that_is_there_and_fresh_is_left_alone(client, alice):
    client.get("/works")

    assert "_datacite" not in client.get("/works").cookies


def test_the_token_is_accepted_as_a_bearer_and_a_broken_one_is_nobody(alice):
    token = shared_cookie.token_for(alice)

    assert caller_of(token).name == ALICE
    assert caller_of(token[:-4] + "AAAA") is None
    assert caller_of(shared_cookie.token_for(alice, now=int(time.time()) - 40 * 24 * 3600)) is None


JS_COOKIE = """
// What js-cookie 3 does with document.cookie, then what Commons does with the value.
const raw = process.argv[1];
const value = raw.replace(/(%[\\dA-F]{2})+/gi, decodeURIComponent);
const token = JSON.parse(value).authenticated.access_token;
const payload = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString('utf8'));
const next = JSON.parse(decodeURIComponent(raw)).authenticated.access_token;
console.log(JSON.stringify({uid: payload.uid, name: payload.name, same: next === token}));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="Node reads the cookie as Commons does")
def test_commons_reads_the_cookie_in_the_browser_and_on_its_server(client, alice):
    raw = raw_cookie(client.get("/works"))

    done = subprocess.run(["node", "-e", JS_COOKIE, raw], capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == {"uid": ALICE, "name": "Zoë 山田", "same": True}
