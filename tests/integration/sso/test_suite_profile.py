import pytest
from django.test import override_settings
from pydantic import ValidationError

from profiles.accounts.models import Account
from profiles.config.env import Environment, environment
from profiles.sso.models import RelyingParty
from profiles.sso.registry import preregistered_clients

pytestmark = pytest.mark.django_db


@pytest.fixture
def for_suites():
    with override_settings(ENVIRONMENT=environment().model_copy(update={"PROFILES_TEST_SUITE": True})):
        yield


@pytest.mark.parametrize("mode", ["production", "stage"])
def test_people_with_known_passwords_never_come_in_in_production(mode):
    with pytest.raises(ValidationError, match="PROFILES_TEST_SUITE"):
        Environment(PROFILES_MODE=mode, PROFILES_TEST_SUITE=True)

    assert Environment(PROFILES_MODE="test", PROFILES_TEST_SUITE=True).PROFILES_TEST_SUITE


def test_without_the_switch_there_are_no_test_people(client):
    known = {"username": "suite-alice", "password": "suite-alice-password"}

    assert client.post("/sign_in/suite", known).status_code == 404
    assert b"suite" not in client.get("/sign_in").content


def test_a_test_person_signs_in_by_a_plain_form(client, for_suites):
    page = client.get("/sign_in?return_to=/works")
    assert b'type="password"' in page.content

    known = {"username": "suite-alice", "password": "suite-alice-password", "return_to": "/works"}
    answer = client.post("/sign_in/suite", known)

    assert answer["Location"] == "/works"
    assert client.session["amr"] == ["pwd"]
    assert Account.objects.get(orcid_id="0009-0009-0000-0012").name == "Alice Suite"


def test_a_wrong_password_is_told_and_lets_no_one_in(client, for_suites):
    for given in ("suite-bob-password", ""):
        answer = client.post("/sign_in/suite", {"username": "suite-alice", "password": given}, follow=True)
        assert "not the password" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_test_person_who_must_sign_in_again_cannot_be_another_one(client, for_suites):
    alice = {"username": "suite-alice", "password": "suite-alice-password"}
    bob = {"username": "suite-bob", "password": "suite-bob-password"}
    client.post("/sign_in/suite", alice)
    before = client.session["_auth_user_id"]

    refused = client.post("/sign_in/suite", {**bob, "fresh": "1"})
    assert refused.status_code == 400
    assert b"belongs to another person" in refused.content
    assert client.session["_auth_user_id"] == before

    client.post("/sign_in/suite", {**bob, "fresh": "1", "aim": "switch"})
    assert client.session["_auth_user_id"] != before


def test_wrong_passwords_of_test_people_count_like_other_failures(client):
    changes = {"PROFILES_TEST_SUITE": True, "PROFILES_SIGN_IN_TRIES": 0.001}
    wrong = {"username": "suite-alice", "password": "guessed"}

    with override_settings(ENVIRONMENT=environment().model_copy(update=changes)):
        answers = [client.post("/sign_in/suite", wrong).status_code for _ in range(2)]

    assert answers == [302, 429]


def test_a_suite_may_sign_in_more_often_than_people(client, clean_cache):
    changes = {"PROFILES_TEST_SUITE": True, "PROFILES_SIGN_IN_TRIES": 1}
    known = {"username": "suite-alice", "password": "suite-alice-password", "return_to": "/works"}

    with override_settings(ENVIRONMENT=environment().model_copy(update=changes)):
        answers = [client.post("/sign_in/suite", known) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [302] * 4
    assert {answer["Location"] for answer in answers} == {"/works"}


def test_the_parties_of_suites_are_brought_once_and_stay_as_described(for_suites):
    preregistered_clients.sync_all()
    RelyingParty.objects.filter(client_id="suite-asking").update(is_first_party=True)
    preregistered_clients.sync_all()

    found = {party.client_id: party.is_first_party for party in RelyingParty.objects.all()}
    assert found == {"suite-one": True, "suite-two": True, "suite-asking": False}


def test_a_deployment_names_its_parties_in_a_file(tmp_path):
    file = tmp_path / "parties.json"
    file.write_text(
        '[{"client_id": "commons", "client_secret": "s3cret", "name": "DataCite Commons",'
        ' "redirect_uris": ["https://commons.datacite.org/callback"], "is_first_party": true}]'
    )
    env = environment().model_copy(update={"PROFILES_RELYING_PARTIES": file})
    with override_settings(ENVIRONMENT=env):
        preregistered_clients.sync_all()

    assert RelyingParty.objects.get(client_id="commons").name == "DataCite Commons"
