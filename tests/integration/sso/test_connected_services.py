import pytest

from profiles.accounts.bearer import authenticate_bearer
from profiles.sso.models import AuditEntry
from tests.support import sso

pytestmark = pytest.mark.django_db


def test_a_person_who_takes_access_away_ends_it_at_once_and_is_asked_again(client):
    alice = sso.person(client)
    party = sso.register("Theirs", is_first_party=False)
    sso.approve(client, party)
    tokens = party.signed_in(client)
    assert "Theirs" in client.get("/settings/connected").content.decode()

    client.post(f"/settings/connected/{party.row.client_id}/remove")

    assert authenticate_bearer(tokens["access_token"]) is None
    assert party.refresh(client, tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert client.get("/oauth/authorize", party.request())["Location"].startswith("/oauth/resume")
    assert AuditEntry.objects.filter(account_id=alice.pk, event="removed by the person").exists()


def test_no_one_takes_access_away_for_another_person(client):
    sso.person(client)
    party = sso.register("Theirs", is_first_party=False)
    sso.approve(client, party)
    tokens = party.signed_in(client)
    sso.person(client, "0009-0001-0000-0022")

    client.post(f"/settings/connected/{party.row.client_id}/remove")

    assert authenticate_bearer(tokens["access_token"]) is not None


def test_moments_are_told_so_that_the_reader_sees_their_own_time(client):
    sso.person(client)
    sso.register("Ours").signed_in(client)

    page = client.get("/settings/connected").content.decode()

    assert page.count("<time datetime=") == 2
    assert "m.." not in page
