import base64
import itertools
import json
import subprocess
import time
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.test import override_settings
from joserfc import jwt
from joserfc.jwk import RSAKey

from profiles.accounts import signals
from profiles.accounts.bearer import authenticate_bearer
from profiles.accounts.models import Account
from profiles.config.env import environment
from profiles.sso import keys
from profiles.sso.cookie import shared_cookie
from profiles.sso.protocol import id_tokens
from profiles.sso.registry import registration
from tests.support import installed, sso

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


def test_a_person_who_is_signed_in_gets_the_cookie_in_todays_format(client, alice):
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


def test_a_person_whose_name_is_private_still_has_a_name_in_the_token(client):
    account = Account.objects.create(orcid_id=ALICE)

    said = claims_of(shared_cookie.token_for(account))

    assert said["name"] == ALICE


def test_every_sign_out_overwrites_the_cookie_also_without_a_session(client):
    for answer in (client.post("/sign_out"), client.get("/sign_out")):
        assert inside(answer) == {"authenticated": {}}


def test_a_cookie_that_is_there_and_fresh_is_left_alone(client, alice):
    client.get("/works")

    assert "_datacite" not in client.get("/works").cookies


def test_a_second_that_passes_while_the_cookie_is_signed_does_not_have_it_written_again(
    client, alice, monkeypatch
):
    seconds = itertools.count(int(time.time()))
    monkeypatch.setattr(shared_cookie, "time", SimpleNamespace(time=lambda: next(seconds)))
    client.get("/works")

    assert "_datacite" not in client.get("/works").cookies


def test_the_token_is_accepted_as_a_bearer_and_a_broken_one_is_no_one(alice):
    token = shared_cookie.token_for(alice)

    assert authenticate_bearer(token).name == ALICE
    assert authenticate_bearer(token[:-4] + "AAAA") is None
    assert authenticate_bearer(shared_cookie.token_for(alice, now=int(time.time()) - 40 * 24 * 3600)) is None


READERS = """
// The page of Commons, by js-cookie itself, and its server, as Next.js reads a cookie.
import Cookies from "js-cookie";
const raw = process.argv[1];
globalThis.document = { cookie: `_ga=GA1.2.3; _datacite=${raw}; _consent=true` };
const token = JSON.parse(Cookies.get("_datacite")).authenticated.access_token;
const payload = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString("utf8"));
const next = JSON.parse(decodeURIComponent(raw)).authenticated.access_token;
console.log(JSON.stringify({ uid: payload.uid, name: payload.name, same: next === token }));
"""


def test_commons_reads_the_cookie_in_the_browser_and_on_its_server(client, alice):
    folder = installed.node_folder()
    raw = raw_cookie(client.get("/works"))

    command = ["node", "--input-type=module", "--eval", READERS, raw]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == {"uid": ALICE, "name": "Zoë 山田", "same": True}


def test_a_cookie_near_its_end_is_written_again(client, alice):
    client.get("/works")
    session = client.session
    session[shared_cookie.SESSION_KEY] = int(time.time()) + shared_cookie.lifetime() // 2 - 60
    session.save()

    assert claims_of(inside(client.get("/works"))["authenticated"]["access_token"])["uid"] == ALICE


def test_a_cookie_that_is_not_the_one_we_gave_out_is_written_again(client, alice):
    client.get("/works")
    for strange in (raw_cookie(client.post("/sign_out")), "nothing", ""):
        client.force_login(alice, backend=BACKEND)
        client.get("/works")
        client.cookies["_datacite"] = strange

        assert claims_of(inside(client.get("/sign_in"))["authenticated"]["access_token"])["uid"] == ALICE


def test_signing_in_writes_it_again_also_for_a_person_who_was_signed_in(client, alice):
    client.get("/works")
    request = client.get("/works").wsgi_request

    signals.signed_in.send(sender=Account, request=request, account=alice)
    request.session.save()

    assert inside(client.get("/works"))["authenticated"]["access_token"]


def test_whose_session_was_ended_elsewhere_loses_the_cookie_at_the_next_page(client, alice):
    client.get("/works")
    client.session.flush()

    assert inside(client.get("/")) == {"authenticated": {}}
    assert "_datacite" not in client.get("/").cookies


def test_a_visitor_without_a_session_keeps_what_they_have(client, alice):
    client.get("/works")
    del client.cookies[settings.SESSION_COOKIE_NAME]

    assert "_datacite" not in client.get("/").cookies


def test_it_travels_with_nothing_that_caches_share(client, alice):
    party = sso.register()
    registration.set_logo(party.row, b"\x89PNG", by="tests")

    answer = client.get(f"/services/{party.row.client_id}/logo")

    assert "_datacite" in answer.cookies
    assert "private" in answer["Cache-Control"]


def test_a_deployment_without_the_cookie_neither_writes_nor_clears_it(client, alice):
    with override_settings(ENVIRONMENT=environment().model_copy(update={"PROFILES_SHARED_COOKIE": False})):
        assert "_datacite" not in client.get("/works").cookies
        assert "_datacite" not in client.post("/sign_out").cookies


def test_its_key_is_published_and_signs_no_identity(client):
    published = json.loads(client.get("/.well-known/jwks.json").content)["keys"]
    kid = RSAKey.import_key(settings.ENVIRONMENT.JWT_PUBLIC_KEY).thumbprint()

    assert kid in {key["kid"] for key in published}
    assert kid not in {key["kid"] for key in keys.ring().public.as_dict()["keys"]}


def test_its_token_is_no_hint_at_who_signs_in_or_out(alice):
    with pytest.raises(id_tokens.HintError):
        id_tokens.read_hint(shared_cookie.token_for(alice))
