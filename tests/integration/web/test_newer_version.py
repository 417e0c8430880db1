"""What ORCID has beside what DataCite says: titles, dates, why the newer is not sent, and a button."""

import html

import pytest
from django.urls import reverse

from profiles.accounts.models import Account
from profiles.claims.models import Claim
from profiles.consents.models import Consent
from tests.integration.intake.test_past_works import on_record
from tests.support.pushing import ALICE, registered, run_lanes, works_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
DOI = "10.5072/a"


@pytest.fixture
def alice(client, orcid, datacite):
    on_record(orcid, datacite, DOI)
    client.force_login(Account.objects.get(orcid_id=ALICE))
    return client


def compared(client) -> str:
    uuid = Claim.objects.get().uuid
    return html.unescape(client.get(reverse("newer_version", args=[uuid])).content.decode())


def corrected(datacite):
    registered(datacite, DOI, title="Ice cores, second edition", publicationYear=2027)


def test_where_they_differ_both_are_shown_with_the_reason_and_a_button_sends_the_newer(
    alice, orcid, datacite
):
    corrected(datacite)
    Account.objects.update(auto_update_since=None)
    claim = Claim.objects.get()

    page = compared(alice)
    assert (
        reverse("newer_version", args=[claim.uuid])
        in alice.get(reverse("work", args=[claim.uuid])).content.decode()
    )
    for shown in ("Ice cores", "Ice cores, second edition", "2026", "2027"):
        assert f">{shown}<" in page
    assert "It was not sent: Auto-Update is off." in page

    alice.post(reverse("act_on_work", args=[claim.uuid, "send-newer"]), {"stay": "1"})
    assert "on its way" in compared(alice)
    run_lanes()

    assert [work["title"]["title"]["value"] for work in works_of(orcid)] == ["Ice cores, second edition"]
    assert "DataCite has a newer version" not in compared(alice)
    answer = alice.get(reverse("why"), {"doi": DOI, "orcid": ALICE, "format": "json"}).json()["answer"]
    assert answer.endswith(": Auto-Update added it."), "a click that brings it up to date adds nothing"


def test_where_nothing_differs_orcid_is_not_asked(alice, orcid):
    before = len(orcid.log())

    page = compared(alice)

    assert "ORCID has what DataCite says." in page
    assert len(orcid.log()) == before


def test_while_orcid_or_datacite_does_not_answer_the_page_says_so(alice, orcid, datacite):
    corrected(datacite)
    orcid.fail_next(None, path="/work/", status=503)
    assert "could not be compared" in compared(alice)

    orcid.heal()
    datacite.fail_next(None, path="/dois/", status=503)
    Claim.objects.update(sent_digest=None)
    assert "Ice cores" in compared(alice) or "ORCID has what DataCite says." in compared(alice)


def test_without_a_usable_permission_what_orcid_has_is_not_known(alice, datacite):
    corrected(datacite)
    Consent.objects.update(health="lost", access_token=None)

    assert "could not be compared" in compared(alice)


def test_no_one_else_sees_the_comparison(alice, client):
    uuid = Claim.objects.get().uuid
    other = Account.objects.create(orcid_id="0009-0001-0000-0022", name="Bob")
    client.force_login(other)

    assert client.get(reverse("newer_version", args=[uuid])).status_code == 404
