"""What is asked of whom, when a service wants to know an e-mail address; the browser tests walk the rest."""

import pytest

from profiles.accounts import email
from profiles.accounts.models import Account
from tests.support import sso
from tests.support.sso import answer_of

pytestmark = pytest.mark.django_db
EMAIL = "alice@univ.example"


def question(client, party: sso.Party, **changes: str | None) -> str:
    """Go where the service sends people; return the address of the page that asks."""
    answer = client.get("/oauth/authorize", party.request(**changes))
    assert answer["Location"].startswith("/oauth/resume/"), answer["Location"]
    return answer["Location"]


def test_an_address_that_is_none_is_refused_and_stays_in_the_field(client):
    sso.person(client, email_asked_at=None)
    address = question(client, sso.register())

    page = client.post(address, {"email_answer": "sent", "email": "bob at home"}).content.decode()

    assert "bob at home is not an e-mail address" in page
    assert 'value="bob at home"' in page
    assert Account.objects.get().email_asked_at is None


def test_a_person_who_goes_on_without_is_asked_by_no_other_service(client):
    sso.person(client, email_asked_at=None)
    address = question(client, sso.register())

    client.post(address, {"email_answer": "without"})

    assert answer_of(client.get(address))["code"]
    assert answer_of(client.get("/oauth/authorize", sso.register("Another").request()))["code"]


def test_a_person_who_went_on_without_is_led_to_where_they_can_still_confirm_one(client):
    sso.person(client)
    page = client.get(question(client, sso.register(is_first_party=False))).content.decode()

    assert '<a href="/settings/email">Confirm an e-mail address in Settings</a>' in page


@pytest.mark.parametrize("changes", [{"prompt": "none"}, {"scope": "openid profile"}])
def test_no_one_is_asked_without_a_page_or_without_need(client, changes):
    sso.person(client, email_asked_at=None)

    assert answer_of(client.get("/oauth/authorize", sso.register().request(**changes)))["code"]


def test_no_one_is_asked_where_no_mail_is_sent(client, settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"PROFILES_EMAIL_URL": ""})
    sso.person(client, email_asked_at=None)

    assert answer_of(client.get("/oauth/authorize", sso.register().request()))["code"]


def test_a_link_to_confirm_leads_to_no_other_place(client):
    alice = sso.person(client)
    secrets: list[str] = []

    for target in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        email.ask_for_proof(account_id=alice.pk, email=EMAIL, link_of=lambda s: secrets.append(s) or s)
        page = client.post(f"/settings/email/confirm/{secrets[-1]}?return_to={target}")
        assert page["Location"] == "/settings/me"
