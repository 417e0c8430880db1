"""How often an address, a client and a person may ask: counted for all processes together."""

import pytest
from django.test import override_settings

from profiles.config.env import environment
from profiles.infra import rate_limit
from profiles.infra.models import Tries
from profiles.sso import limits
from tests.support import sso

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_earnest():
    """Limits as they are in earnest; elsewhere in tests they are a thousand times as high."""
    limits._counts.clear()
    earnest = {"PROFILES_MODE": "production", "PROFILES_TEST_SUITE": False}
    with override_settings(ENVIRONMENT=environment().model_copy(update=earnest)):
        yield
    limits._counts.clear()


def counted_elsewhere(key: str, most: int) -> None:
    """As if other processes had used this up, in this minute and in the next, which may begin on the way."""
    for minute in (limits.window(), limits.window() + 1):
        rate_limit.add(f"sso-{minute}", key, count=most, seconds=120)


def refused(ask, most: int):
    """Ask until it is too often, and no more often than that must take."""
    return next((answer for answer in (ask() for _ in range(most)) if answer.status_code == 429), None)


def test_one_address_that_asks_without_end_is_told_to_wait(client):
    # Twice as many and one: the minute may change on the way.
    answer = refused(lambda: client.get("/oauth/userinfo", secure=True), 2 * limits.PER_ADDRESS + 1)

    assert 0 < int(answer["Retry-After"]) <= 60
    assert answer["Cache-Control"] == "no-store"


def test_an_address_that_asked_other_processes_too_often_is_refused_here(client):
    counted_elsewhere("address:userinfo:127.0.0.1", limits.PER_ADDRESS)

    assert refused(lambda: client.get("/oauth/userinfo", secure=True), 2 * limits.PER_ADDRESS // limits.PARTS)
    assert client.get("/oauth/userinfo", secure=True, REMOTE_ADDR="192.0.2.7").status_code == 401


def test_all_addresses_that_one_household_is_given_count_as_one(client):
    counted_elsewhere("address:userinfo:2001:db8:1:2::", limits.PER_ADDRESS)

    def comes_from(address: str) -> bool:
        def ask():
            return client.get("/oauth/userinfo", secure=True, REMOTE_ADDR=address)

        return refused(ask, 2 * limits.PER_ADDRESS // limits.PARTS) is not None

    assert comes_from("2001:db8:1:2:abcd::7")
    assert not comes_from("2001:db8:1:3::7")
    assert not comes_from("::ffff:192.0.2.7")


def test_a_client_that_asks_without_end_is_told_to_wait_and_no_other(client):
    party, other = sso.register(), sso.register("Another")
    counted_elsewhere(f"client:{party.row.pk}", limits.PER_CLIENT)
    addresses = (f"192.0.2.{number % 250}" for number in range(10_000))

    def ask(one):
        form = {"token": "nothing"}
        return sso.form_post(
            client,
            "/oauth/introspect",
            form,
            HTTP_AUTHORIZATION=one.basic,
            REMOTE_ADDR=next(addresses),
            secure=True,
        )

    answer = refused(lambda: ask(party), 2 * limits.PER_CLIENT // limits.PARTS)

    assert answer.json()["error"] == "temporarily_unavailable"
    assert ask(other).status_code == 200


def test_a_person_who_names_a_client_without_its_secret_uses_up_nothing_of_its_share(client):
    party = sso.register()
    for _ in range(3):
        form = {"token": "nothing", "client_id": party.row.client_id, "client_secret": "guessed"}
        assert sso.form_post(client, "/oauth/introspect", form, secure=True).status_code == 401

    assert f"client:{party.row.pk}" not in limits._counts


def test_a_person_who_is_sent_to_and_fro_without_end_is_told_to_wait_and_no_one_else(client):
    party = sso.register()
    alice = sso.person(client)
    counted_elsewhere(f"person:{alice.pk}", limits.PER_PERSON)

    def ask():
        return client.get("/oauth/authorize", party.request(), secure=True)

    assert refused(ask, 2 * limits.PER_PERSON // limits.PARTS)
    sso.person(client, "0009-0001-0000-0022")
    assert ask().status_code == 303


def test_counting_writes_once_in_a_twentieth_of_the_limit_and_keeps_no_address(client):
    for _ in range(limits.PER_ADDRESS // limits.PARTS - 1):
        client.get("/oauth/userinfo", secure=True)
    few = Tries.objects.filter(key__startswith="sso-").count()
    for _ in range(2 * limits.PER_ADDRESS // limits.PARTS):
        client.get("/oauth/userinfo", secure=True)

    kept = list(Tries.objects.filter(key__startswith="sso-").values_list("key", flat=True))
    assert (few, bool(kept)) == (0, True)
    assert not any("127.0.0.1" in key for key in kept)
