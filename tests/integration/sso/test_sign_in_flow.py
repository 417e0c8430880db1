import json
import time

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from profiles.accounts.bearer import authenticate_bearer
from profiles.domain.access.assurance import MFA
from profiles.sso.models import AuditEntry
from tests.support import sso

pytestmark = pytest.mark.django_db


def keys_of(client) -> KeySet:
    return KeySet.import_key_set(json.loads(client.get("/.well-known/jwks.json").content))


def test_a_service_signs_a_person_in_and_learns_who_it_is(client):
    alice = sso.person(client)
    party = sso.register()

    answer = sso.answer_of(client.get("/oauth/authorize", party.request()))
    tokens = party.redeem(client, answer["code"]).json()
    known = client.get("/oauth/userinfo", HTTP_AUTHORIZATION=f"Bearer {tokens['access_token']}").json()

    said = jwt.decode(tokens["id_token"], keys_of(client), algorithms=["RS256"])
    assert (answer["state"], answer["iss"]) == ("some-state", said.claims["iss"])
    assert (said.claims["aud"], said.claims["nonce"]) == (party.row.client_id, "some-nonce")
    assert said.header["typ"] == "JWT"
    assert {"auth_time", "sid", "amr", "acr", "at_hash", "exp", "iat"} <= set(said.claims)
    assert known["sub"] == said.claims["sub"]
    assert (known["orcid"], known["name"]) == (alice.orcid_id, "Alice Alvarado")
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 1800)
    trail = AuditEntry.objects.filter(account_id=alice.pk).order_by("id")
    assert list(trail.values_list("event", flat=True)) == ["signed in", "issued"]


def test_a_refresh_token_is_exchanged_for_the_next(client):
    sso.person(client)
    party = sso.register()
    first = party.signed_in(client)

    second = party.refresh(client, first["refresh_token"]).json()

    assert second["refresh_token"] != first["refresh_token"]
    assert authenticate_bearer(first["access_token"]) is None
    assert authenticate_bearer(second["access_token"]).scopes == set(sso.SCOPES)


def test_a_person_who_is_not_signed_in_is_sent_to_sign_in_and_comes_back(client):
    party = sso.register()

    there = client.get("/oauth/authorize", party.request())
    back = sso.answer_of(there)["return_to"]
    sso.person(client)

    assert there["Location"].startswith("/sign_in?")
    assert "code" in sso.answer_of(client.get(back))


def test_only_an_installed_program_chooses_its_port_on_its_own_machine(client):
    sso.person(client)
    registered = "http://127.0.0.1:1/back"
    native = sso.register("Tool", is_native=True, auth_method="none", redirect_uris=[registered])
    other = sso.register("Site", redirect_uris=[registered])

    def came(party: sso.Party, place: str) -> int:
        return client.get("/oauth/authorize", party.request(redirect_uri=place)).status_code

    assert came(native, "http://127.0.0.1:51234/back") == 303
    for elsewhere in ("http://localhost:51234/back", "http://127.0.0.1:51234/", "http://10.0.0.1:1/back"):
        assert came(native, elsewhere) == 400
    for nearly in (" {}", "{}\n", "{}\r\nSet-Cookie: a=b", "{}?", "{}#", "{}/", "{};x"):
        assert came(native, nearly.format("http://127.0.0.1:51234/back")) == 400
    for nearly in ("HTTP://127.0.0.1:51234/back", "http://127.0.0.1:/back", "http://127.0.0.1:051234/back"):
        assert came(native, nearly) == 400
    assert came(other, "http://127.0.0.1:51234/back") == 400


def test_a_service_that_asks_for_a_second_factor_gets_it_and_learns_how_strong_it_was(
    client,
):
    sso.person(client)
    party = sso.register()
    wish = party.request(acr_values=MFA)

    first = client.get("/oauth/authorize", wish)
    assert first["Location"].startswith("/sign_in?")
    assert sso.answer_of(first)["fresh"] == "1"

    sso.person(client)
    session = client.session
    session.update({"amr": ["pwd", "otp"], "second_factor_at": time.time()})
    session.save()
    tokens = party.redeem(client, sso.answer_of(client.get("/oauth/authorize", wish))["code"]).json()
    said = jwt.decode(tokens["id_token"], keys_of(client), algorithms=["RS256"]).claims
    assert (said["acr"], said["amr"]) == (MFA, ["pwd", "otp", "mfa"])
