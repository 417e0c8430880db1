"""Names with characters that cannot be seen, or that turn the text around them, are refused or cleaned."""

import pytest
from django.test import Client

from profiles.accounts.models import AccessKey, Account
from profiles.sso.models import RelyingParty
from profiles.webhooks.models import Webhook
from tests.support import sso
from tests.support.api_callers import BOB, Consumer, service_key
from tests.support.signing_in import by_orcid
from tests.support.staff import dana

pytestmark = pytest.mark.django_db
OVERRIDE = "Alice \u202etxt.exe"
NAMES = {"direction override": OVERRIDE, "isolate": "A\u2066b", "line break": "A\nb", "NUL": "A\0b"}
KEY = {"scopes": ["claims:read"], "days": "30"}
PARTY = {
    "redirect_uris": "https://a.example/back",
    "scopes": ["openid"],
    "auth_method": "client_secret_basic",
    "grant_types": ["authorization_code"],
    "id_token_alg": "RS256",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_that_cannot_be_read_as_it_is_written_is_refused_everywhere(clean_cache, name):
    browser, staff = Client(), dana()
    sso.person(browser, name="Alice")
    agent = Consumer(token=service_key())

    refusals = {
        "own name": browser.post("/settings/edit", {"name": name, "language": "en"}),
        "other name": browser.post("/settings/edit", {"other_names": f"Good; {name}"}),
        "organisation": browser.post("/settings/edit", {"organisation": name}),
        "own key": browser.post("/settings/keys", {"name": name, **KEY}),
        "service key": staff.post("/staff/keys", {"name": name, **KEY}),
        "service": staff.post("/staff/services/new", {"name": name, **PARTY}),
        "its sentence": staff.post("/staff/services/new", {"name": "A", "about": name, **PARTY}),
    }
    calls = {
        "announced": agent.call(
            "put", "/users/0009-0001-0000-0057", {"data": {"attributes": {"name": name}}}
        ),
        "webhook": agent.call(
            "post",
            "/webhooks",
            {"webhook": {"name": name, "url": "https://a.example/", "events": ["claim.done"]}},
        ),
    }

    assert {what: page.status_code for what, page in refusals.items()} == dict.fromkeys(refusals, 200)
    assert {what: answer.status_code for what, answer in calls.items()} == dict.fromkeys(calls, 422)
    if "\0" not in name:  # which forms and the API refuse before us
        assert all("cannot be seen" in answer.content.decode() for answer in calls.values())
        for what, page in refusals.items():
            assert "cannot be seen (U+" in page.content.decode(), what
    assert not AccessKey.objects.exclude(name="agent").exists()
    assert not RelyingParty.objects.exists()
    assert not Webhook.objects.exists()
    assert set(Account.objects.values_list("name", flat=True)) == {"Alice", "Dana"}


def test_joiners_and_marks_that_names_are_written_with_are_kept():
    browser, name = Client(), "علی\u200cرضا \u200f(Ali)"
    sso.person(browser)

    browser.post("/settings/edit", {"name": name, "language": "en"})

    assert Account.objects.get().name == name


def test_of_a_name_that_an_identity_provider_gives_only_what_can_be_read_is_kept(stands, clean_cache):
    stands.orcid.order("people", {"orcid": BOB, "given_names": "Alice\u2066", "family_name": "\u202etxt.exe"})
    browser = Client()

    by_orcid(browser, BOB)

    assert Account.objects.get(orcid_id=BOB).name == "Alice txt.exe"
