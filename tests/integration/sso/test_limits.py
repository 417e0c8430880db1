"""How often an address, a client and a person may ask: counted for all processes together."""

from datetime import timedelta

import pytest
from django.test import override_settings

from profiles.config.env import environment
from profiles.infra import rate_limit
from profiles.infra.models import Tries
from profiles.sso import limits
from tests.support import sso

pytestmark = pytest.mark.django_db
ADDRESS = "127.0.0.1"


@pytest.fixture(autouse=True)
def in_production():
    """Limits as they are in production; elsewhere in tests they are a thousand times as high."""
    changes = {"PROFILES_MODE": "production", "PROFILES_TEST_SUITE": False}
    with override_settings(ENVIRONMENT=environment().model_copy(update=changes)):
        yield


def use_up(limit: rate_limit.Limit, who: object) -> None:
    rate_limit.hit(limit, str(who), count=limit.most)


def userinfo(client, address: str = ADDRESS, token: str = "unknown"):
    headers = {"Authorization": f"Bearer {token}"}
    return client.get("/oauth/userinfo", headers=headers, secure=True, REMOTE_ADDR=address)


def test_failures_of_one_address_are_limited_and_what_succeeds_there_is_not(client):
    sso.person(client)
    token = sso.register().signed_in(client)["access_token"]
    assert userinfo(client).status_code == 401
    use_up(limits.FAILURES, ADDRESS)

    refused = userinfo(client)

    assert (refused.status_code, refused.json()) == (429, {"error": "temporarily_unavailable"})
    assert 0 < int(refused["Retry-After"]) <= 60
    assert refused["Cache-Control"] == "no-store"
    assert userinfo(client, token=token).status_code == 200
    assert userinfo(client, "192.0.2.7").status_code == 401


def test_all_addresses_that_one_household_is_given_count_as_one(client):
    use_up(limits.FAILURES, "2001:db8:1:2::")

    assert userinfo(client, "2001:db8:1:2:abcd::7").status_code == 429
    assert userinfo(client, "2001:db8:1:3::7").status_code == 401
    assert userinfo(client, "::ffff:192.0.2.7").status_code == 401


def test_a_window_ends(client):
    use_up(limits.FAILURES, ADDRESS)
    assert userinfo(client).status_code == 429
    Tries.objects.update(until="2020-01-01T00:00:00Z")

    assert userinfo(client).status_code == 401


def test_a_window_ends_though_its_caller_never_pauses(client):
    use_up(limits.FAILURES, ADDRESS)
    window = Tries.objects.filter(key__startswith=f"{limits.FAILURES.name}:")
    end = window.get().until - timedelta(seconds=30)
    window.update(until=end)

    assert userinfo(client).status_code == 429

    assert window.get().until == end


def introspect(client, party: sso.Party):
    form = {"token": "nothing"}
    return sso.form_post(client, "/oauth/introspect", form, HTTP_AUTHORIZATION=party.basic, secure=True)


def test_a_client_that_asks_without_end_is_told_to_wait_and_no_other(client):
    party, other = sso.register(), sso.register("Another")
    use_up(limits.PER_CLIENT, party.row.pk)

    assert introspect(client, party).json()["error"] == "temporarily_unavailable"
    assert introspect(client, other).status_code == 200


def test_a_person_who_names_a_client_without_its_secret_uses_up_nothing_of_its_share(client):
    party = sso.register()
    form = {"token": "nothing", "client_id": party.row.client_id, "client_secret": "guessed"}
    assert sso.form_post(client, "/oauth/introspect", form, secure=True).status_code == 401

    assert rate_limit.hit(limits.PER_CLIENT, str(party.row.pk)).hits == 1


def test_a_person_who_is_sent_to_and_fro_without_end_is_told_to_wait_and_no_one_else(client):
    party = sso.register()
    alice = sso.person(client)
    use_up(limits.PER_PERSON, alice.pk)

    def ask():
        return client.get("/oauth/authorize", party.request(), secure=True)

    assert ask().status_code == 429
    sso.person(client, "0009-0001-0000-0022")
    assert ask().status_code == 303


def test_no_address_is_stored(client):
    userinfo(client)

    assert Tries.objects.exists()
    assert not any(ADDRESS in key for key in Tries.objects.values_list("key", flat=True))
