"""Signing in once more because somebody wants fresh proof: really at the provider, and by the same person."""

import time

import pytest
import requests
from django.test import Client

from profiles.accounts import services, signals
from profiles.accounts.models import Account
from tests.support.globus_browser import changed, parameters_of, sign_in_at_globus
from tests.support.signing_in import back, begin, by_globus, by_orcid, ended_sessions, who

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
BOB = "0009-0001-0000-0022"


def test_each_sign_in_names_its_session_and_never_twice_alike(client, stands):
    other = Client()
    by_globus(client)
    by_globus(other)

    first, second = client.session["sid"], other.session["sid"]
    assert first != second
    assert min(len(first), len(second)) >= 22  # 128 bits and more, base64
    assert first != client.session.session_key


def test_signing_out_tells_which_session_ended(client, stands):
    by_globus(client)
    sid = client.session["sid"]

    with ended_sessions() as told:
        client.post("/sign_out")

    assert told == [sid]


def test_closing_an_account_ends_its_sessions_everywhere(client, stands):
    other = Client()
    by_globus(client)
    by_globus(other)
    sids = {client.session["sid"], other.session["sid"]}

    with ended_sessions() as told:
        signals.closed.send(sender=Account, account=Account.objects.get())

    assert set(told) == sids
    assert (who(client), who(other)) == (None, None)


def test_signing_in_as_another_person_ends_the_session_before(client, stands):
    by_globus(client)
    sid = client.session["sid"]

    with ended_sessions() as told:
        by_orcid(client, "0009-0001-0000-0014")

    assert told == [sid]
    assert client.session["sid"] != sid


def test_signing_in_elsewhere_leaves_other_sessions_alone(client, stands):
    by_globus(client)
    by_globus(Client())

    assert client.get("/settings/me").status_code == 200


def test_an_ordinary_sign_in_says_when_the_person_proved_it_at_their_provider(client, stands):
    browser = requests.Session()
    sign_in_at_globus(begin(Client()), "bob@univ.example", browser=browser)
    time.sleep(1.1)
    before = int(time.time())

    by_globus(client, browser=browser)

    assert 0 < client.session["auth_time"] < before


def test_a_session_at_the_provider_is_not_enough_where_fresh_proof_is_asked_for(client, stands):
    browser = requests.Session()
    by_globus(client, browser=browser)
    sid, key, first = client.session["sid"], client.session.session_key, client.session["auth_time"]
    time.sleep(1.1)

    page = client.get("/sign_in?fresh=1&return_to=/works")
    assert b"Please sign in again" in page.content
    address = begin(client, fresh="1", return_to="/works")
    assert parameters_of(address)["prompt"] == "login"
    answer = back(client, sign_in_at_globus(address, "bob@univ.example", browser=browser))

    assert answer["Location"] == "/works"
    assert client.session["auth_time"] > first
    assert client.session["sid"] == sid
    assert client.session.session_key != key


def test_orcid_too_lets_the_person_sign_in_again_and_its_word_for_how_is_kept(client, stands):
    browser = requests.Session()
    by_orcid(client, BOB, browser=browser)
    first = client.session["auth_time"]
    time.sleep(1.1)

    by_orcid(client, BOB, browser=browser, fresh="1")

    assert client.session["auth_time"] > first
    assert client.session["amr"] == ["pwd"]


def test_fresh_proof_of_another_person_changes_nothing_and_is_explained(client, stands):
    by_globus(client)
    before = dict(client.session.items())

    answer = by_orcid(client, "0009-0001-0000-0014", fresh="1")

    assert answer.status_code == 400
    assert b"belongs to another person" in answer.content
    assert client.session["_auth_user_id"] == before["_auth_user_id"]
    assert client.session["auth_time"] == before["auth_time"]


def test_a_provider_that_lets_an_old_sign_in_pass_as_fresh_is_not_believed(client, stands):
    browser = requests.Session()
    services.get_or_create_account(orcid_id=BOB, names=services.Names())
    sign_in_at_globus(begin(Client()), "bob@univ.example", browser=browser)
    address = begin(client, fresh="1")
    # As if the provider did not know the word: the session there answers at once.
    careless = changed(address, prompt=None, max_age="5000")
    location = sign_in_at_globus(careless, "bob@univ.example", browser=browser)
    session = client.session
    attempts = session["sign_in_attempts"]
    for attempt in attempts.values():
        attempt["began"] += 500
    session.save()

    answer = back(client, location)

    assert (answer.status_code, who(client)) == (400, None)
