"""Services whose software knows no PKCE, or reads names from the ID token only."""

import base64
import json

import pytest

from profiles.accounts.models import Account
from profiles.infra import clock
from profiles.sso.registry.registration import RegistrationError
from tests.support import sso
from tests.support.sso import answer_of

pytestmark = pytest.mark.django_db
NO_PKCE = {"code_challenge": None, "code_challenge_method": None}
OLDER = {"nonce_instead_of_pkce": True}


def asked(client, party: sso.Party, **changes: str | None) -> dict[str, str]:
    return answer_of(client.get("/oauth/authorize", party.request(**changes)))


def redeemed(client, party: sso.Party, code: str, **changes: str) -> tuple[int, dict]:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": sso.BACK} | changes
    answer = party.post(client, "/oauth/token", form)
    return answer.status_code, answer.json()


def id_token_of(tokens: dict) -> dict:
    payload = tokens["id_token"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def test_older_software_signs_people_in_with_a_nonce_and_without_pkce(client):
    sso.person(client)
    party = sso.register(**OLDER)

    status, tokens = redeemed(client, party, asked(client, party, **NO_PKCE)["code"])

    assert status == 200
    assert id_token_of(tokens)["nonce"] == "some-nonce"


def test_a_request_with_neither_is_refused_and_the_answer_names_both_settings(client):
    sso.person(client)

    for party in (sso.register(**OLDER), sso.register("Strict")):
        answer = asked(client, party, **NO_PKCE, nonce=None)

        assert answer["error"] == "invalid_request"
        assert "code_challenge_method=S256" in answer["error_description"]
        assert "nonce instead of PKCE" in answer["error_description"]


def test_a_nonce_does_not_replace_pkce_at_other_services(client):
    sso.person(client)

    assert asked(client, sso.register(), **NO_PKCE)["error"] == "invalid_request"


@pytest.mark.parametrize("challenge", [{"code_challenge_method": "plain"}, {"code_challenge_method": None}])
def test_older_software_that_sends_a_challenge_sends_a_good_one(client, challenge):
    sso.person(client)

    assert asked(client, sso.register(**OLDER), **challenge)["error"] == "invalid_request"


def test_what_older_software_protects_by_pkce_stays_protected(client):
    sso.person(client)
    party = sso.register(**OLDER)

    without_verifier = redeemed(client, party, asked(client, party)["code"])
    with_unasked_verifier = redeemed(
        client, party, asked(client, party, **NO_PKCE)["code"], code_verifier=party.verifier
    )

    assert (without_verifier[0], with_unasked_verifier[0]) == (400, 400)


@pytest.mark.parametrize("kind", [{"auth_method": "none"}, {"is_native": True}])
def test_only_a_service_that_keeps_a_secret_may_leave_pkce_out(kind):
    with pytest.raises(RegistrationError) as refused:
        sso.register(**OLDER, **kind)

    assert refused.value.field == "nonce_instead_of_pkce"


def test_by_registration_the_id_token_says_what_userinfo_says(client):
    sso.person(client, email="alice@univ.example", email_verified_at=clock.now(), language="en")
    scope = "openid profile email"

    plain = id_token_of(sso.register().signed_in(client, scope=scope))
    full = id_token_of(sso.register("Older", claims_in_id_token=True).signed_in(client, scope=scope))

    told = {"name", "preferred_username", "email", "email_verified", "locale", "updated_at"}
    assert not told & set(plain)
    assert told <= set(full)
    assert full["email"] == "alice@univ.example"


def test_the_profile_has_the_id_as_user_name_the_language_and_when_it_changed(client):
    alice = sso.person(client, language="en")
    token = sso.register().signed_in(client, scope="openid profile")["access_token"]

    told = client.get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"}).json()

    changed_at = Account.objects.get(pk=alice.pk).updated_at
    assert told["preferred_username"] == alice.orcid_id
    assert (told["locale"], told["updated_at"]) == ("en", int(changed_at.timestamp()))


def test_a_service_with_subjects_of_its_own_gets_no_id_by_the_profile(client):
    sso.person(client)
    party = sso.register(is_pairwise=True)

    for scope, is_told in (("openid profile", False), ("openid profile orcid", True)):
        token = party.signed_in(client, scope=scope)["access_token"]
        told = client.get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"}).json()
        assert ("preferred_username" in told) is is_told
