"""The page of one person: one timeline in the sentences that its owner reads, quick at any size."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from profiles.accounts.models import Account, StaffAudit
from profiles.claims import services
from profiles.claims.models import Claim
from profiles.consents.services import write_receipt
from profiles.domain.claim import ClaimEvent
from profiles.domain.consent import ReceiptKind
from profiles.infra import clock
from profiles.intake.models import Decision
from tests.support.claims import permitted_claim, waiting_claim
from tests.support.staff import DANA, dana

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clean_cache")]
ALICE, DOI = "0000-0002-1825-0097", "10.5072/lemurs"
PAGE = f"/staff/people/{ALICE}"


@pytest.fixture
def alice():
    return Account.objects.create(
        orcid_id=ALICE, name="Alice Alvarado", email="alice@univ.example", first_signed_in_at=clock.now()
    )


def text_of(client, **query) -> str:
    answer = client.get(PAGE, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_first_what_keeps_works_from_the_record(alice):
    claim = waiting_claim(ALICE, DOI)
    services.move(claim_id=claim.pk, event=ClaimEvent.FAIL, problem="content-refused", detail="9001: title")

    page = text_of(dana())

    assert '<p class="lead fact-first" id="first">One of the works: ORCID refused the content' in page
    assert "Not on the ORCID record of Alice Alvarado: ORCID refused the content" in page
    assert f"claim_id {claim.pk} ·" in page
    assert "9001: title" in page


def test_everything_is_on_one_timeline_and_can_be_narrowed(alice):
    claim = permitted_claim(ALICE, DOI, "a-token")
    write_receipt(alice_consent(), ReceiptKind.LOST, clock.now())
    Decision.objects.create(
        orcid_id=ALICE, doi="10.5072/skipped", trigger="t", source="poll", at=clock.now(), rule_version=1,
        result="skip", rule="relations", reason="related-work", change="new",
    )  # fmt: skip
    services.block(orcid_id=ALICE, doi="10.5072/foreign", reason="a namesake")
    staff = dana()

    page = text_of(staff)

    assert Claim.objects.get(pk=claim).doi in page
    for sentence in (
        "ORCID no longer accepted the permission for Search &amp; Link.",
        "By the rules, Auto-Update does nothing for this work.",
        "a namesake",
        "Its owner signed in for the first time.",
        f"{DANA} of the staff looked at this page.",
    ):
        assert sentence in page, sentence
    narrowed = text_of(staff, kind="permissions")
    assert "no longer accepted the permission" in narrowed
    assert "a namesake" not in narrowed


def alice_consent():
    from profiles.consents.models import Consent

    return Consent.objects.get(orcid_id=ALICE)


def test_a_day_shows_what_had_happened_by_then(alice):
    early, late = waiting_claim(ALICE, "10.5072/early"), waiting_claim(ALICE, "10.5072/late")
    Claim.objects.filter(pk=early.pk).update(updated_at=clock.now() - timedelta(days=9))

    page = text_of(dana(), until=(clock.now() - timedelta(days=8)).date().isoformat(), kind="works")

    assert early.doi in page
    assert late.doi not in page


def test_a_person_without_an_account_gets_an_answer():
    waiting_claim(ALICE, DOI)

    page = text_of(dana())

    assert "No one has signed in here with this ORCID iD, so nothing can be sent to its record." in page
    assert DOI in page
    assert "None<" not in page


def many_works(count: int) -> None:
    now = clock.now()
    Claim.objects.bulk_create(
        Claim(
            orcid_id=ALICE, doi=f"10.5072/many-{n}", origin="orcid_update", state="done", requested_at=now,
            updated_at=now - timedelta(seconds=n), claimed_at=now, put_code=n + 1, owner_client="APP-1",
        )
        for n in range(count)
    )  # fmt: skip
    Decision.objects.bulk_create(
        Decision(
            orcid_id=ALICE, doi=f"10.5072/skip-{n}", trigger=f"t{n}", source="poll", rule_version=1,
            at=now - timedelta(seconds=n), result="skip", rule="relations", reason="related-work",
            change="new",
        )
        for n in range(count)
    )  # fmt: skip


def test_a_person_with_thousands_of_works_takes_at_most_ten_queries_by_indexes(alice):
    many_works(3000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE claims_claim, intake_decision")
    staff = dana()
    staff.get("/staff")

    for query in ({}, {"kind": "works", "page": "40"}, {"state": "done"}):
        with CaptureQueriesContext(connection) as queries:
            text_of(staff, **query)
        assert_few_by_indexes(queries)


def assert_few_by_indexes(queries):
    assert len(queries) <= 10, [query["sql"] for query in queries]
    (union,) = [query["sql"] for query in queries if "event_at" in (query["sql"] or "")]
    with connection.cursor() as cursor:
        # All rows are this person's, so reading them all may cost as little: ask whether an index fits.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {union}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Scan using claim_" in plan
    assert "Seq Scan on claims_claim" not in plan
    assert "Seq Scan on intake_decision" not in plan


def test_pages_of_a_timeline_show_each_work_once(alice):
    now = clock.now()
    many_works(60)
    Claim.objects.update(updated_at=now)
    Decision.objects.all().delete()
    staff = dana()

    pages = [text_of(staff, kind="works", page=number) for number in (1, 2, 3)]

    shown = [
        sum(f'?person={ALICE}"><bdi>10.5072/many-{n}</bdi>' in page for page in pages) for n in range(60)
    ]
    assert shown == [1] * 60


def test_each_look_is_one_row_that_its_person_sees(alice, client):
    text_of(dana("staff_user"))

    row = StaffAudit.objects.get()
    assert (row.act, row.account_id, row.about) == ("looked", alice.pk, "")
    client.force_login(alice)
    receipts = client.get("/settings/receipts").content.decode()
    assert "DataCite’s staff looked at your data" in receipts
    assert DANA not in receipts
    assert client.get("/settings/my-file.json").json()["acts_of_staff"][0]["act"] == "looked"


@pytest.mark.parametrize("page", [PAGE, f"/staff/dois/{DOI}", "/staff/search?q=x"])
def test_only_staff_see_it_and_only_after_their_second_step(client, page, alice):
    assert client.get(page).status_code == 302
    client.force_login(alice)
    assert client.get(page).status_code == 403
    Account.objects.update(role="staff_user")
    assert client.get(page)["Location"] == "/settings/second-step"
    assert not StaffAudit.objects.exists()


def test_other_forms_of_an_id_lead_to_the_page_and_nonsense_to_none(alice):
    staff = dana()

    assert staff.get("/staff/people/https:%2F%2Forcid.org%2F" + ALICE).status_code in {302, 404}
    assert staff.get("/staff/people/0000-0002-1825-0098").status_code == 404
