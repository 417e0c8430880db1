"""“My dataset of last Tuesday is not in ORCID”: a name and a day lead support to the cause."""

import html
import re
from datetime import timedelta

import pytest
from django.utils.html import escape

from profiles.accounts.models import Account
from profiles.claims import services
from profiles.claims.models import Claim
from profiles.domain.claim import ClaimEvent
from profiles.domain.problem import Retry
from profiles.domain.problems import CATALOGUE
from profiles.domain.reasons_for_readers import Reader, reason_for
from profiles.infra import clock
from tests.support.claims import waiting_claim
from tests.support.staff import dana

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clean_cache")]
ALICE, DOI = "0000-0002-1825-0097", "10.5072/of-tuesday"


def missing_since_tuesday(code: str) -> str:
    """Let a work of Alice's stop with this problem six days ago; return that day."""
    Account.objects.create(orcid_id=ALICE, name="Alice Alvarado", first_signed_in_at=clock.now())
    services.request_claims([])
    claim, later = waiting_claim(ALICE, DOI), waiting_claim(ALICE, "10.5072/later")
    waits = CATALOGUE[code].retry is not Retry.NEVER
    services.move(claim_id=claim.pk, event=ClaimEvent.WAIT if waits else ClaimEvent.FAIL, problem=code)
    services.move(claim_id=later.pk, event=ClaimEvent.SKIP, detail="related-work")
    tuesday = clock.now() - timedelta(days=6)
    Claim.objects.filter(pk=claim.pk).update(updated_at=tuesday)
    return tuesday.date().isoformat()


def first_sentence(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page.partition('id="first">')[2].partition("</p>")[0]))


@pytest.mark.parametrize("code", CATALOGUE)
def test_one_search_and_two_clicks_name_the_cause_and_the_words_to_answer_with(code):
    day = missing_since_tuesday(code)
    staff = dana()

    found = staff.get("/staff/search", {"q": f"alvarado {day}"})  # The first click: Find.
    person = staff.get(found["Location"]).content.decode()
    happened = person.partition('id="happened"')[2]
    link = re.search(rf'href="(/staff/dois/{DOI}[^"]*)"', happened)
    assert link, "the work of that day is on the timeline"
    assert "10.5072/later" not in happened
    work = staff.get(html.unescape(link[1])).content.decode()  # The second click: the work.

    cause = reason_for(code, Reader.STAFF).rstrip(".")
    assert cause[1:] in first_sentence(work), first_sentence(work)
    assert cause[1:] in first_sentence(person), first_sentence(person)
    answer = work.partition('<textarea id="answer-text"')[2].partition("</textarea>")[0]
    assert escape(reason_for(code, Reader.OWNER).rstrip(".")[1:]) in answer


def test_the_third_click_tries_again():
    missing_since_tuesday("content-refused")
    staff = dana()

    staff.post(f"/staff/acts/try-again?person={ALICE}&doi={DOI}", {"reason": "ticket 7"})

    assert Claim.objects.get(doi=DOI).state == "waiting"
