"""The comparison of somebody's ORCID record, as they see it."""

import pytest
from django.urls import reverse

from profiles.accounts.models import Account
from profiles.claims.models import Claim
from profiles.claims.services import move
from profiles.consents.models import Consent
from profiles.domain.claim import ClaimEvent
from profiles.domain.consent import Purpose
from profiles.intake.models import Reconciliation
from tests.integration.intake.test_past_works import delete_at_orcid, on_record
from tests.support.claims import waiting_claim
from tests.support.finding import added_by_crossref
from tests.support.intake import enrol
from tests.support.pushing import ALICE, permitted

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_was_removed_in_orcid_is_told_with_what_can_be_done(client, orcid, datacite):
    on_record(orcid, datacite, "10.5072/a", "10.5072/b")
    delete_at_orcid(orcid, Claim.objects.get(doi="10.5072/a").put_code)
    client.force_login(Account.objects.get(orcid_id=ALICE))
    before = client.get(reverse("record")).content.decode()

    page = client.post(reverse("record"), follow=True).content.decode()

    assert "It was not compared yet." in before
    assert "You removed them in ORCID (1)" in page
    assert "10.5072/a" in page
    assert "10.5072/b" not in page
    assert "restore them under My works" in page


def test_who_compares_again_at_once_is_told_to_wait_and_not_that_it_was_done(client, orcid, datacite):
    on_record(orcid, datacite, "10.5072/a")
    client.force_login(Account.objects.get(orcid_id=ALICE))
    client.post(reverse("record"), follow=True)
    delete_at_orcid(orcid, Claim.objects.get().put_code)

    page = client.post(reverse("record"), follow=True).content.decode()

    assert "It was compared less than half a minute ago." in page
    assert "was compared with what we know of it" not in page


def test_a_comparison_that_orcid_did_not_answer_is_not_said_to_be_made(client, orcid, datacite):
    on_record(orcid, datacite, "10.5072/a")
    client.force_login(Account.objects.get(orcid_id=ALICE))
    orcid.fail_next(None, path="/works", status=503)

    page = client.post(reverse("record"), follow=True).content.decode()

    assert "was compared with what we know of it" not in page
    assert "We try again automatically." in page


def test_a_work_that_is_there_from_another_source_too_is_told_and_left_alone(client, orcid, datacite):
    on_record(orcid, datacite, "10.5072/a")
    added_by_crossref(orcid, "10.5072/a")
    client.force_login(Account.objects.get(orcid_id=ALICE))

    page = client.post(reverse("record"), follow=True).content.decode()

    assert "Another source has put them there, too (1)" in page
    assert Claim.objects.get().state == "done"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("doubled", "They are on your record twice, both from us"),
        ("private", "You made them private in ORCID"),
        ("hidden", "Their DOIs are not public any more"),
        ("adopted", "We found them on your record again"),
    ],
)
def test_every_difference_has_its_words(client, name, words):
    client.force_login(enrol())
    Reconciliation.objects.create(
        orcid_id=Account.objects.get().orcid_id, at="2026-11-01T00:00:00Z", report={name: ["10.5072/x"]}
    )

    assert words in client.get(reverse("record")).content.decode()


def test_where_nothing_differs_that_is_said(client, orcid, datacite):
    on_record(orcid, datacite, "10.5072/a")
    client.force_login(Account.objects.get(orcid_id=ALICE))

    assert "Nothing differs." in client.post(reverse("record"), follow=True).content.decode()


def test_without_permission_the_page_says_what_is_missing(client):
    client.force_login(enrol(permission=False))

    assert (
        "Without your permission we cannot read your record."
        in client.get(reverse("record")).content.decode()
    )


def test_what_orcid_said_stands_on_the_why_page(client, orcid, datacite):
    on_record(orcid, datacite, "10.5072/a")
    client.force_login(Account.objects.get(orcid_id=ALICE))

    page = client.get(reverse("why"), {"doi": "10.5072/a", "orcid": ALICE}).content.decode()

    assert "We asked ORCID to add the work, and it did." in page


def test_a_work_that_another_permission_shows_is_not_passed_over_after_one_is_lost(client, orcid, datacite):
    on_record(orcid, datacite, "10.5072/a", "10.5072/b")
    permitted(orcid, ALICE, purposes=(Purpose.SEARCH_AND_LINK,))
    Consent.objects.filter(purpose=Purpose.AUTO_UPDATE).update(health="lost", access_token=None)
    added_by_crossref(orcid, "10.5072/c")
    Claim.objects.filter(doi="10.5072/a").update(put_code=None, state="failed", problem="consent-lost")
    claim = waiting_claim(ALICE, "10.5072/c")
    move(claim_id=claim.pk, event=ClaimEvent.FAIL, problem="consent-lost")
    client.force_login(Account.objects.get(orcid_id=ALICE))

    page = client.post(reverse("record"), follow=True).content.decode()

    assert "Nothing differs." not in page
    assert "We found them on your record again (1)" in page
    assert "Another source has put them there, and DataCite has not added them (1)" in page
    assert Claim.objects.get(doi="10.5072/a").put_code is not None
