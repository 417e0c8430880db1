"""Pages that are opened out of turn, or by an address with a slash too many, lead to what is true."""

import pytest
from django.conf import settings as django_settings

from profiles.accounts.models import Account
from tests.support.pushing import ALICE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clean_cache")]


@pytest.fixture
def alice(client):
    account = Account.objects.create(orcid_id=ALICE, name="Alice")
    client.force_login(account, backend=django_settings.AUTHENTICATION_BACKENDS[0])
    return account


@pytest.mark.parametrize("path", ["/sign_in/second-step", "/link_orcid/confirm", "/sign_in"])
def test_a_step_of_signing_in_leads_a_person_who_is_signed_in_home(client, alice, path):
    assert client.get(path)["Location"] == "/"


def test_linking_again_leads_a_person_who_is_signed_in_home(client, alice):
    assert client.get("/link_orcid", follow=True).redirect_chain[-1] == ("/", 302)


@pytest.mark.parametrize(
    ("path", "led_to"),
    [("/works/", "/works"), ("/settings/me/?a=1&b=2", "/settings/me?a=1&b=2"), ("/why//", "/why")],
)
def test_a_slash_too_many_leads_to_the_page(client, path, led_to):
    assert client.get(path)["Location"] == led_to


@pytest.mark.parametrize("path", ["/nowhere/", "/%2F%2Fevil.example/", "/%2Fworks/"])
def test_an_address_of_nothing_is_not_there_and_leads_nowhere_else(client, path):
    assert client.get(path).status_code in {400, 404}


def test_a_form_sent_to_a_slash_too_many_is_not_repeated_elsewhere(client, alice):
    assert client.post("/home/read/").status_code == 404
