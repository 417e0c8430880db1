import time

import pytest

from profiles.consents.models import Consent
from profiles.domain.consent import ConsentHealth
from profiles.infra import clock
from tests.support import sso
from tests.support.intake import enrol

pytestmark = pytest.mark.django_db


def learned(client, party: sso.Party, **changes: str) -> dict:
    token = party.signed_in(client, **changes)["access_token"]
    return client.get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"}).json()


def test_one_person_is_one_subject_and_another_one_in_each_sector_that_asks_for_that(client):
    sso.person(client)
    open_ones = [learned(client, sso.register(name))["sub"] for name in ("One", "Two")]

    elsewhere = "https://elsewhere.example/back"
    same = [sso.register(name, is_pairwise=True) for name in ("Three", "Four")]
    other = sso.register("Five", is_pairwise=True, redirect_uris=[elsewhere])
    third, fourth, fifth = (learned(client, party)["sub"] for party in (*same, other))

    assert open_ones[0] == open_ones[1]
    assert third == fourth
    assert len({open_ones[0], third, fifth}) == 3


def test_the_address_is_told_only_when_it_is_proved_and_granted(client):
    alice = sso.person(client, email="alice@univ.example")
    party = sso.register()

    assert "email" not in learned(client, party)
    alice.email_verified_at = clock.now()
    alice.save()

    known = learned(client, party)
    assert (known["email"], known["email_verified"]) == ("alice@univ.example", True)
    assert "email" not in learned(client, party, scope="openid profile")


def test_the_role_is_told_to_our_own_services_and_that_of_staff_after_the_second_step(client):
    sso.person(client, role="staff_admin")
    ours, theirs = sso.register(), sso.register("Theirs", is_first_party=False)
    sso.approve(client, theirs)

    assert learned(client, ours)["role_id"] == "user"
    session = client.session
    session["second_factor_at"] = time.time()
    session.save()

    assert learned(client, ours)["role_id"] == "staff_admin"
    assert not {"role_id", "beta_tester"} & set(learned(client, theirs))


def test_of_permissions_it_is_told_whether_they_can_be_used_and_nothing_more(client):
    alice = sso.person(client)
    party = sso.register()
    assert learned(client, party)["permissions"] == {}

    enrol(alice.orcid_id)
    assert learned(client, party)["permissions"] == {"auto_update": True}

    Consent.objects.update(health=ConsentHealth.LOST.value)
    assert learned(client, party)["permissions"] == {"auto_update": False}
    assert "permissions" not in learned(client, party, scope="openid orcid")
