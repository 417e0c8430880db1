"""Leaving: nothing of the person is left, works go or stay as they chose, and no outage stands in the way."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from profiles.accounts import keys
from profiles.accounts import services as accounts
from profiles.accounts.models import Account, MergedOrcidId
from profiles.accounts.services import Names
from profiles.claims import services as claims
from profiles.claims.models import Claim, Lane, SelectedWork, Selection
from profiles.consents import departures
from profiles.consents.models import Consent, Departure, Receipt, Revocation
from profiles.domain.claim import ClaimEvent, Origin
from profiles.domain.consent import Purpose
from profiles.infra import clock, wiring
from profiles.infra.models import Bucket
from profiles.intake.models import Decision
from profiles.pipeline.leaving import close_account
from profiles.pipeline.permissions import grant
from profiles.sso import audit
from profiles.sso.models import AuditEntry
from tests.support.claims import waiting_claim
from tests.support.jobs import make_jobs_due, run_at_once, run_jobs, waiting_jobs
from tests.support.mailbox import text_of
from tests.support.pushing import ALICE, BOB, permitted, registered, run_lanes
from tests.support.shared import ROOT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("nothing_of_others")]
BACKEND = settings.AUTHENTICATION_BACKENDS[0]
MERGED = "0009-0001-0000-9991"
NAME, ADDRESS = "Alice Unmistakable Alvarado", "alice.unmistakable@univ.example"


@pytest.fixture
def tokens(orcid) -> dict[Purpose, str]:
    return permitted(orcid)


@pytest.fixture
def alice(client, orcid, datacite, tokens):
    """Somebody with both permissions, an address, and two works on the record."""
    now = clock.now()
    personal = {"name": NAME, "email": ADDRESS, "email_verified_at": now, "first_signed_in_at": now}
    Account.objects.update(**personal, role="staff_user")
    account = Account.objects.get()
    client.force_login(account, backend=BACKEND)
    for number, origin in enumerate((Origin.SEARCH_AND_LINK, Origin.AUTO_UPDATE)):
        registered(datacite, f"10.5072/w{number}")
        waiting_claim(ALICE, f"10.5072/w{number}", origin=origin)
    run_lanes()
    assert len(at_orcid(orcid)["works"]) == 2
    Decision.objects.create(
        orcid_id=ALICE, doi="10.5072/w1", trigger="t", source="poll", at=clock.now(), rule_version=1,
        result="skip", rule="relations", reason="related-work", change="new",
    )  # fmt: skip
    return account


def close(client, works="keep") -> Departure:
    assert client.post("/settings/leave", {"works": works, "sure": "on"}).status_code == 302
    return Departure.objects.get()


def days_pass() -> None:
    Account.objects.exclude(closed_at=None).update(closed_at=clock.now() - timedelta(days=3))


def where_it_stands(text: str) -> set[str]:
    """Search every table of the database for a text; public metadata of works are left out."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename <> 'intake_doisnapshot'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s', [f"%{text}%"])
            if cursor.fetchone()[0]:
                found.add(table)
    return found


def at_orcid(orcid) -> dict:
    return next(person for person in orcid.state()["people"] if person["orcid"] == ALICE)


def receipt_page(client, departure) -> str:
    return client.get(f"/goodbye/{departure.uuid}").content.decode()


def reopen_the_door() -> None:
    """As if the pause after an outage were over."""
    Bucket.objects.update(blocked_until=None, failures=0)
    make_jobs_due("finish_departure")


def test_nothing_that_names_the_person_is_left_in_any_table(client, alice, orcid, mailbox):
    for text in (ALICE, NAME, ADDRESS):
        assert where_it_stands(text), "the search finds what is there"

    close(client, "remove")
    run_jobs()
    assert where_it_stands(NAME) == set()
    assert where_it_stands(ADDRESS) == set()
    run_jobs()
    days_pass()
    assert close_account.erase_closed() == 1

    assert where_it_stands(ALICE) == set()
    assert not Account.objects.exists()


def test_what_members_of_staff_once_did_stays_without_their_name(client, alice, orcid, mailbox):
    registered_key = keys.give_service_key(name="harvester", scopes=["claims:read"], days=5, by=ALICE).key
    audit.write(audit.Event.PARTY_CHANGED, client_id="commons", by=ALICE)
    other = waiting_claim(BOB, "10.5072/w0")
    claims.move(claim_id=other.pk, event=ClaimEvent.FAIL, problem="record-locked")
    claims.replay(claim_ids=[other.pk], actor=ALICE, note="replayed by staff")
    MergedOrcidId.objects.create(orcid_id=MERGED, kept=ALICE, at=clock.now())

    close(client)
    run_jobs()
    days_pass()
    close_account.erase_closed()

    assert where_it_stands(ALICE) == where_it_stands(MERGED) == set()
    registered_key.refresh_from_db()
    assert registered_key.created_by == "a former user"
    assert AuditEntry.objects.get(client_id="commons").by == "a former user"
    assert other.history.filter(actor="a former user").exists()


def test_works_that_are_to_stay_stay_and_permissions_are_revoked(client, alice, orcid):
    departure = close(client, "keep")
    assert len(at_orcid(orcid)["trusted"]) == 2

    run_jobs()
    assert Departure.objects.get().finished_at

    departure.refresh_from_db()
    assert len(at_orcid(orcid)["works"]) == 2
    assert at_orcid(orcid)["trusted"] == []
    assert (departure.tokens_revoked, departure.tokens) == (2, 2)
    assert departure.sealed is None
    assert departure.finished_at is not None


def test_works_that_are_to_go_are_removed_before_the_permissions_are_revoked(client, alice, orcid):
    departure = close(client, "remove")

    run_jobs()
    assert Departure.objects.get().finished_at

    departure.refresh_from_db()
    assert at_orcid(orcid)["works"] == []
    assert at_orcid(orcid)["trusted"] == []
    assert (departure.works_removed, departure.works) == (2, 2)
    steps = [r["method"] for r in orcid.log() if r["method"] == "DELETE" or r["path"] == "/oauth/revoke"]
    assert steps == ["DELETE", "DELETE", "POST", "POST"]


def test_works_of_others_and_of_the_person_are_left_alone(client, alice, orcid):
    own = {"title": {"title": {"value": "Mine"}}, "type": "book"}
    orcid.order("people", {"orcid": ALICE, "works": [{"work": own}]})

    close(client, "remove")
    run_jobs()

    (left,) = at_orcid(orcid)["works"]
    assert left["title"] == "Mine"


def test_closing_works_while_orcid_is_down_and_the_rest_follows_automatically(client, alice, orcid):
    orcid.fail_next(count=None, status=503)

    departure = close(client, "remove")
    run_jobs()
    assert not Departure.objects.get().finished_at

    assert not Claim.objects.exists()
    assert not Consent.objects.exists()
    assert not Receipt.objects.exists()
    assert client.get("/settings/me").status_code == 302, "signed out"
    assert "0 of 2 removed" in receipt_page(client, departure)
    assert "still being finished" in receipt_page(client, departure)

    orcid.heal()
    reopen_the_door()
    run_jobs()
    assert Departure.objects.get().finished_at

    assert at_orcid(orcid)["works"] == []
    assert "2 of 2 removed" in receipt_page(client, departure)


def test_what_is_kept_for_the_removals_is_sealed_and_ends_after_thirty_days(client, alice, orcid, tokens):
    orcid.fail_next(count=None, status=503)
    departure = close(client, "remove")
    assert all(token.encode() not in bytes(departure.sealed) for token in tokens.values())
    assert departure.ends_by - departure.asked_at == timedelta(days=30)

    Departure.objects.update(ends_by=clock.now())
    run_jobs()
    assert Departure.objects.get().finished_at

    departure.refresh_from_db()
    assert departure.sealed is None
    assert waiting_jobs("finish_departure") == []
    assert departure.works_removed == 0
    assert "Not everything could be done" in receipt_page(client, departure)


def test_works_are_removed_even_when_the_person_took_the_permission_back_at_orcid(client, alice, orcid):
    for purpose in Purpose:
        client_id = wiring.orcid_client(purpose).client_id
        orcid.order("revoke-trust", {"orcid": ALICE, "client_id": client_id})

    close(client, "remove")
    run_jobs()

    assert at_orcid(orcid)["works"] == []


def test_works_whose_permission_was_deleted_here_are_said_to_be_out_of_reach(client, alice, orcid):
    grant.withdraw_permission(orcid_id=ALICE, purpose=Purpose.AUTO_UPDATE)
    run_jobs()

    page = client.get("/settings/leave").content.decode()
    departure = close(client, "remove")
    run_jobs()

    departure.refresh_from_db()
    assert "1 work cannot be removed by us" in page
    assert (departure.works, departure.works_removed) == (2, 1)
    assert len(at_orcid(orcid)["works"]) == 1


def test_a_token_that_still_waited_for_its_revocation_is_revoked_too(client, alice, orcid):
    grant.withdraw_permission(orcid_id=ALICE, purpose=Purpose.AUTO_UPDATE)

    close(client, "keep")
    run_jobs()

    assert at_orcid(orcid)["trusted"] == []
    assert not Revocation.objects.exists()


def test_a_work_that_was_on_its_way_meanwhile_is_found_and_removed(client, alice, orcid, datacite):
    waiting_claim(ALICE, "10.5072/late")
    Claim.objects.filter(doi="10.5072/late").update(state="working", started_at=clock.now())
    departure = close(client, "remove")
    run_jobs()
    departure.refresh_from_db()
    assert departure.finished_at is None, "it waits for what may still arrive"
    client_id = wiring.orcid_client(Purpose.SEARCH_AND_LINK).client_id
    late = {"title": {"title": {"value": "Late"}}, "type": "data-set"}
    orcid.order("people", {"orcid": ALICE, "works": [{"work": late, "source_client": client_id}]})
    minutes_pass(departure)

    run_jobs()
    assert Departure.objects.get().finished_at

    departure.refresh_from_db()
    assert at_orcid(orcid)["works"] == []
    assert (departure.works, departure.works_removed) == (3, 3)


def minutes_pass(departure: Departure) -> None:
    """As if the time to look again had come."""
    remaining = departures.open_remaining(departure)
    remaining.look_again_at = clock.now()
    departures._seal(departure, remaining)
    departure.save()
    make_jobs_due("finish_departure")


def test_two_jobs_at_once_do_everything_once(client, alice, orcid):
    departure = close(client, "remove")

    run_at_once("finish_departure", [departure.pk])

    departure.refresh_from_db()
    assert departure.finished_at is not None
    assert (departure.works_removed, departure.tokens_revoked) == (2, 2)


def test_the_receipt_comes_by_mail_and_as_a_file(client, alice, orcid, mailbox):
    departure = close(client)
    run_jobs()

    (letter,) = mailbox.letters
    assert letter["To"] == ADDRESS
    assert f"/goodbye/{departure.uuid}" in text_of(letter)
    receipt = json.loads(client.get(f"/goodbye/{departure.uuid}.json").content)
    assert receipt["receipt"] == str(departure.uuid)
    assert receipt["permissions_revoked"] == 2
    assert ALICE not in json.dumps(receipt)


def test_an_account_is_not_closed_by_accident(client, alice):
    for form in ({}, {"works": "keep"}, {"sure": "on"}, {"works": "everything", "sure": "on"}):
        assert client.post("/settings/leave", form).status_code == 400

    client.get("/settings/leave")

    assert Account.objects.get().closed_at is None


def test_who_comes_back_begins_again(client, alice, orcid):
    close(client)
    run_jobs()

    accounts.get_or_create_account(orcid_id=ALICE, names=Names("Alice Again"))
    days_pass()
    close_account.erase_closed()

    account = Account.objects.get()
    assert (account.name, account.role, account.email) == ("Alice Again", "user", None)
    assert (account.auto_update_since, account.is_public, account.closed_at) == (None, True, None)
    assert not Claim.objects.exists()
    assert not Consent.objects.exists()


def test_who_comes_back_within_the_days_of_grace_is_not_erased(client, alice, orcid):
    close(client)
    accounts.get_or_create_account(orcid_id=ALICE, names=Names("Alice Again"))
    waiting_claim(ALICE, "10.5072/new")

    assert close_account.erase_closed() == 0

    assert Claim.objects.count() == 1


def test_leaving_touches_no_one_else(client, alice, orcid):
    permitted(orcid, BOB)
    waiting_claim(BOB, "10.5072/w0")

    close(client, "remove")
    run_jobs()
    days_pass()
    close_account.erase_closed()

    assert Consent.objects.filter(orcid_id=BOB).count() == 2
    assert Claim.objects.get().orcid_id == BOB
    assert set(Lane.objects.values_list("orcid_id", flat=True)) == {BOB}


def test_other_sessions_of_the_person_are_over_too(client, alice):
    elsewhere = Client()
    elsewhere.force_login(alice, backend=BACKEND)
    assert elsewhere.get("/settings/me").status_code == 200

    close(client)

    assert elsewhere.get("/settings/me").status_code == 302


def test_the_cookie_of_the_other_services_is_overwritten(client, alice):
    answer = client.post("/settings/leave", {"works": "keep", "sure": "on"})

    assert answer.cookies["_datacite"].value == "%7B%22authenticated%22%3A%7B%7D%7D"


def test_the_file_of_everything_holds_everything_and_no_token(client, alice, orcid, tokens):
    grant.withdraw_permission(orcid_id=ALICE, purpose=Purpose.AUTO_UPDATE)
    keys.give_personal_key(account_id=alice.pk, name="my script", scopes=["claims:read"], days=5)
    MergedOrcidId.objects.create(orcid_id=MERGED, kept=ALICE, at=clock.now())
    chosen = Selection.objects.create(orcid_id=ALICE)
    SelectedWork.objects.create(selection=chosen, position=1, doi="10.5072/chosen")

    answer = client.get("/settings/my-file.json")

    content = json.loads(answer.content)
    assert "attachment" in answer["Content-Disposition"]
    assert content["format"] == 1
    assert content["account"]["email"] == ADDRESS
    assert {one["purpose"] for one in content["permissions"]} == {"auto_update", "search_and_link"}
    assert [one["what"] for one in content["receipts"]] == ["withdrawn"]
    assert {one["doi"] for one in content["claims"]} == {"10.5072/w0", "10.5072/w1"}
    assert all(one["history"] and one["calls"] for one in content["claims"])
    assert content["decisions"][0]["reason"] == "related-work"
    assert content["ways_in"] == []
    assert [one["name"] for one in content["keys"]] == ["my script"]
    assert content["chosen"][0]["works"][0]["doi"] == "10.5072/chosen"
    assert content["account"]["merged_orcid_ids"] == [MERGED]
    assert set(content) >= {"connected_services", "sign_ins_to_services", "messages_to_services"}
    assert not any(token in answer.content.decode() for token in tokens.values())


def test_the_file_is_described(client, alice):
    words = (ROOT / "docs" / "user" / "your-file.md").read_text()
    content = json.loads(client.get("/settings/my-file.json").content)

    assert [name for name in content if f"`{name}`" not in words] == []
