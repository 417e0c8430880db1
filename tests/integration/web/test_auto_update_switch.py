"""Auto-Update: on with its permission, off when the person says so, and every page says which it is."""

import re

import pytest
from django.conf import settings as django_settings

from profiles.accounts.models import Account
from profiles.accounts.services import switch_auto_update
from profiles.consents.models import Consent
from profiles.infra import clock
from tests.integration.web.test_permission_flow import answer_of_orcid
from tests.support.pushing import ALICE, permitted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
BACKEND = django_settings.AUTHENTICATION_BACKENDS[0]
IS_ON = "Auto-Update is on: new works that name your ORCID iD are added to your ORCID record automatically."
STILL_OFF = "Permission given. Auto-Update is still off, as you left it."
CHOSEN_WORKS = "Permission given. DataCite can now add the works you choose to your ORCID record."


@pytest.fixture
def alice(client):
    account = Account.objects.create(orcid_id=ALICE, name="Alice")
    client.force_login(account, backend=BACKEND)
    return account


@pytest.fixture
def one_client(settings):
    """The deployment has one client at ORCID for everything."""
    empty = dict.fromkeys(("ORCID_AUTO_UPDATE_CLIENT_ID", "ORCID_SEARCH_AND_LINK_CLIENT_ID"), "")
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update=empty)


def is_on() -> bool:
    return Account.objects.get().auto_update_since is not None


def give(client, purpose="auto_update", **how) -> str:
    """Give this permission at ORCID and return the page one comes back to, as text."""
    return text_of(client.get(answer_of_orcid(client, path=f"/orcid/{purpose}/auth", **how), follow=True))


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def switch(client, *, on: bool):
    return client.post("/settings/auto-update", {"on": "1"} if on else {}, follow=True)


def test_giving_the_permission_switches_auto_update_on_and_offers_to_switch_it_off(client, alice, orcid):
    page = give(client)

    assert is_on()
    assert IS_ON in page
    assert "Switch Auto-Update off" in page
    assert "Thank you" not in page


def test_the_button_switches_auto_update_off_and_back_on(client, alice, orcid):
    give(client)

    off = text_of(switch(client, on=False))
    was_on_after = is_on()
    on = text_of(switch(client, on=True))

    assert not was_on_after
    assert "Auto-Update is off: nothing is added or changed automatically." in off
    assert "Switch Auto-Update on" in off
    assert IS_ON in on
    assert is_on()


def test_the_message_brings_the_button_where_the_page_has_none(client, alice, orcid):
    page = give(client, return_to="/works")

    assert IS_ON in page
    assert "Switch Auto-Update off" in page


def test_a_renewed_permission_leaves_off_what_the_person_switched_off(client, alice, orcid):
    give(client)
    switch(client, on=False)
    Consent.objects.update(health="lost", lost_at=clock.now())

    page = give(client)

    assert not is_on()
    assert STILL_OFF in page
    assert "Switch Auto-Update on" in page


def test_a_renewed_permission_keeps_the_moment_since_when_auto_update_is_on(client, alice, orcid):
    give(client)
    since = Account.objects.get().auto_update_since
    Consent.objects.update(health="lost", lost_at=clock.now())

    page = give(client)

    assert Account.objects.get().auto_update_since == since
    assert IS_ON in page


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/settings/update", {"is_public": "on", "auto_update": "on"}),
        ("/settings/auto-update", {"on": "1"}),
        ("/settings/auto-update", {"on": "1", "return_to": "/find"}),
    ],
)
def test_switching_on_without_permission_leads_to_orcid_and_comes_back_with_it_on(
    client, alice, orcid, path, form
):
    # Off by the person's own choice: what they ask for now counts.
    switch_auto_update(account_id=alice.pk, on=True)
    switch_auto_update(account_id=alice.pk, on=False)

    page = text_of(client.get(answer_of_orcid(client, path=path, form=form), follow=True))

    assert is_on()
    assert IS_ON in page


def test_saying_no_at_orcid_leaves_auto_update_off(client, alice, orcid):
    begun = client.post("/settings/auto-update", {"on": "1"})
    state = re.search(r"state=([^&]+)", begun["Location"])[1]

    client.get(f"/orcid/auto_update/callback?error=access_denied&state={state}")

    assert not is_on()


def test_what_else_the_update_window_holds_is_saved_before_going_to_orcid(client, alice, orcid):
    client.post("/settings/update", {"auto_update": "on"})

    assert not Account.objects.get().is_public


def test_saving_the_update_window_without_touching_the_switch_does_not_lead_to_orcid(client, alice, orcid):
    switch_auto_update(account_id=alice.pk, on=True)

    answer = client.post("/settings/update", {"is_public": "on", "auto_update": "on"})

    assert answer["Location"] == "/settings/me"


def test_the_permission_for_search_and_link_has_its_own_message_and_switches_nothing_on(client, alice, orcid):
    page = give(client, "search_and_link")

    assert CHOSEN_WORKS in page
    assert IS_ON not in page
    assert not is_on()


def test_with_one_client_only_asking_for_auto_update_switches_it_on(client, alice, orcid, one_client):
    chosen = give(client, "search_and_link")
    was_on_after = is_on()
    card = client.get("/settings/me").content.decode()
    page = give(client)

    assert CHOSEN_WORKS in chosen
    assert not was_on_after
    assert 'action="/orcid/auto_update/auth"' in card
    assert IS_ON in page
    assert is_on()


def test_a_permission_that_allows_no_writing_does_not_switch_auto_update_on(client, alice, orcid):
    orcid.order("people", {"orcid": ALICE, "token_answer": {"scope": "/read-limited"}})

    page = give(client)

    assert not is_on()
    assert "You allowed less than we asked for: works cannot be added." in page
    assert IS_ON not in page


def test_settings_say_that_auto_update_waits_for_a_permission_and_offer_it(client, alice, orcid):
    permitted(orcid)
    switch_auto_update(account_id=alice.pk, on=True)
    Consent.objects.filter(purpose="auto_update").update(health="lost", lost_at=clock.now())

    page = text_of(client.get("/settings/me"))

    assert "Waiting for your permission" in page
    assert "Give it again" in page
    assert "On since" not in page
