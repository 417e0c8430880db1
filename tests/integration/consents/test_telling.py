"""A permission that is lost: found by two refusals, told once, and mended by a new one."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import transaction

from profiles.accounts.models import Account
from profiles.claims.models import Claim, Lane
from profiles.clients.orcid_oauth import TokenAnswer
from profiles.consents import selectors, services, worker_queries
from profiles.consents.models import Consent, Receipt
from profiles.domain.consent import SCOPES, Purpose
from profiles.infra import clock, wiring
from profiles.infra.jobs import job_names
from profiles.infra.postgres import async_connections
from profiles.pipeline.permissions import grant, lost_notice, refresh
from tests.support.claims import waiting_claim
from tests.support.jobs import make_jobs_due, run_at_once, run_jobs, waiting_jobs
from tests.support.mailbox import text_of
from tests.support.pushing import ALICE, BOB, permitted, registered, run_lanes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_jobs")]


def revoke_at_orcid(orcid, *purposes) -> None:
    for purpose in purposes or tuple(Purpose):
        client = wiring.orcid_client(purpose).client_id
        orcid.order("revoke-trust", {"orcid": ALICE, "client_id": client})


def minutes_pass() -> None:
    """As if two minutes had gone by since the first refusal."""
    moment = clock.now() - worker_queries.LOST_AFTER - timedelta(seconds=1)
    Consent.objects.exclude(first_refused_at=None).update(first_refused_at=moment)


def run_what_waits() -> None:
    """As if the next try of everything had come."""
    Claim.objects.filter(state="waiting").update(due_at=clock.now())
    Lane.objects.update(due_at=clock.now())
    run_lanes()


def lose_both(orcid) -> None:
    permitted(orcid)
    revoke_at_orcid(orcid)
    refuse(*Purpose)
    minutes_pass()
    refuse(*Purpose)


def refuse(*purposes):
    async def record():
        async with await async_connections.connect("test") as connection:
            pairs = [(ALICE, purpose) for purpose in purposes]
            return await worker_queries.record_refusals(connection, refused=pairs, now=clock.now())

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(lambda: asyncio.run(record())).result()


def messages(orcid) -> int:
    return next(p["notifications"] for p in orcid.state()["people"] if p["orcid"] == ALICE)


def with_mail() -> None:
    Account.objects.update(email="alice@univ.example", email_verified_at=clock.now())


def test_one_refusal_loses_nothing_and_the_work_arrives_afterwards(orcid, datacite, mailbox):
    permitted(orcid)
    registered(datacite, "10.5072/one")
    claim = waiting_claim(ALICE, "10.5072/one")
    orcid.order("options", {"introspection_down": True})
    run_lanes()
    assert Consent.objects.get(purpose="search_and_link").health == "doubted"

    orcid.order("options", {"introspection_down": False})
    run_what_waits()

    claim.refresh_from_db()
    assert claim.state == "done"
    assert Consent.objects.get(purpose="search_and_link").health == "works"
    assert waiting_jobs(job_names.SEND_LOST_NOTICE) == []


def test_two_refusals_minutes_apart_park_all_claims_and_send_one_message(orcid, datacite, mailbox):
    permitted(orcid)
    with_mail()
    revoke_at_orcid(orcid)
    for number in range(12):
        registered(datacite, f"10.5072/w{number}")
        waiting_claim(ALICE, f"10.5072/w{number}")
    run_lanes()
    assert not Claim.objects.filter(state="failed").exists()

    minutes_pass()
    run_what_waits()
    run_what_waits()

    assert set(Claim.objects.values_list("state", "problem")) == {("failed", "consent-missing")}
    assert Consent.objects.get(purpose="search_and_link").health == "lost"
    assert Consent.objects.get(purpose="auto_update").health == "unused", "the other one was never refused"
    run_jobs()
    run_jobs()
    (letter,) = mailbox.letters
    assert letter["To"] == "alice@univ.example"
    text = " ".join(text_of(letter).split())
    assert "/settings/me" in text
    assert "ORCID no longer accepts your permission for Search & Link." in text
    assert "ORCID Auto-Update still works." in text
    assert [r.kind for r in Receipt.objects.order_by("id")] == ["lost", "notified"]


def test_a_new_permission_resumes_everything_that_was_parked(orcid, datacite):
    permitted(orcid)
    revoke_at_orcid(orcid)
    registered(datacite, "10.5072/one")
    registered(datacite, "10.5072/two")
    parked = waiting_claim(ALICE, "10.5072/one")
    run_lanes()
    minutes_pass()
    run_what_waits()
    run_what_waits()
    assert Claim.objects.get(pk=parked.pk).state == "failed"

    client = wiring.orcid_client(Purpose.SEARCH_AND_LINK).client_id
    given = orcid.order("tokens", {"client_id": client, "orcid": ALICE})
    answer = TokenAnswer(given["access_token"], None, SCOPES, ALICE, "", None)
    assert grant.grant_permission(orcid_id=ALICE, purpose=Purpose.SEARCH_AND_LINK, token=answer) == 1
    run_lanes()

    parked.refresh_from_db()
    assert parked.state == "done"
    assert Consent.objects.get(purpose="search_and_link").health == "works"


def test_who_has_no_mail_is_asked_in_the_orcid_inbox_once_for_both_permissions(orcid, mailbox):
    lose_both(orcid)

    run_jobs()
    run_jobs()

    assert messages(orcid) == 1
    assert mailbox.letters == []
    assert set(Receipt.objects.filter(kind="notified").values_list("purpose", flat=True)) == set(Purpose)


def test_a_message_whose_answer_was_lost_is_found_and_not_sent_twice(orcid):
    lose_both(orcid)
    orcid.fail_next(path="notification-permission", method="POST", drop_after=True)

    run_jobs()
    assert not Consent.objects.exclude(notified_at=None).exists()
    make_jobs_due(job_names.SEND_LOST_NOTICE)
    run_jobs()

    assert Consent.objects.exclude(notified_at=None).count() == 2
    assert messages(orcid) == 1


def test_a_job_that_runs_twice_at_once_tells_once(orcid):
    lose_both(orcid)

    run_at_once(job_names.SEND_LOST_NOTICE, Consent.objects.values_list("pk", flat=True))

    assert messages(orcid) == 1


def test_an_inbox_that_is_closed_is_left_alone(orcid):
    orcid.order("people", {"orcid": ALICE, "takes_notifications": False})
    lose_both(orcid)

    run_jobs()

    assert waiting_jobs(job_names.SEND_LOST_NOTICE) == []
    assert not Consent.objects.exclude(notified_at=None).exists()
    assert messages(orcid) == 0


def test_a_second_loss_on_the_same_day_is_told_a_day_later(orcid, mailbox):
    lose_both(orcid)
    run_jobs()
    permitted(orcid, purposes=(Purpose.AUTO_UPDATE,))
    Consent.objects.filter(purpose="auto_update").update(notified_at=None)
    with transaction.atomic():
        services.lose(Consent.objects.select_for_update().get(purpose="auto_update"), now=clock.now())

    run_jobs()

    (job,) = waiting_jobs(job_names.SEND_LOST_NOTICE)
    assert job.scheduled_at > clock.now() + timedelta(hours=23)
    assert messages(orcid) == 1
    Receipt.objects.update(at=clock.now() - lost_notice.COOL_DOWN)
    with_mail()
    make_jobs_due(job_names.SEND_LOST_NOTICE)
    run_jobs()
    assert len(mailbox.letters) == 1


def test_a_loss_that_cannot_be_told_stops_no_other(orcid, mailbox):
    Account.objects.create(orcid_id=BOB)
    permitted(orcid)
    with_mail()
    Account.objects.filter(orcid_id=BOB).update(email=None)
    orcid.fail_next(path=f"{BOB}/notification-permission", count=None, status=500)
    consent = Consent.objects.get(purpose="auto_update")
    consent.pk, consent.orcid_id = None, BOB
    consent.save()
    with transaction.atomic():
        for row in Consent.objects.select_for_update().order_by("-pk"):
            services.lose(row, now=clock.now())

    run_jobs()

    assert {row.orcid_id for row in Consent.objects.filter(notified_at=None)} == {BOB}
    assert [letter["To"] for letter in mailbox.letters] == ["alice@univ.example"]
    assert [job.args for job in waiting_jobs(job_names.SEND_LOST_NOTICE)] == [{"row_id": consent.pk}]


def test_who_gave_permission_again_before_the_message_went_out_gets_none(orcid):
    lose_both(orcid)
    for purpose in Purpose:
        client = wiring.orcid_client(purpose).client_id
        given = orcid.order("tokens", {"client_id": client, "orcid": ALICE})
        answer = TokenAnswer(given["access_token"], None, SCOPES, ALICE, "", None)
        grant.grant_permission(orcid_id=ALICE, purpose=purpose, token=answer)

    run_jobs()

    assert messages(orcid) == 0


def test_a_loss_is_found_also_when_nothing_is_on_its_way(orcid):
    permitted(orcid)
    revoke_at_orcid(orcid)
    refuse(Purpose.AUTO_UPDATE)
    assert refresh.check_doubted() == 0

    minutes_pass()

    assert refresh.check_doubted() == 1
    assert Consent.objects.get(purpose="auto_update").health == "lost"


def others_in_doubt(count: int, client: str) -> None:
    """As if ORCID had refused so many other people's permissions minutes ago."""
    then = clock.now() - timedelta(minutes=5)
    for number in range(count):
        Consent.objects.create(
            orcid_id=f"0000-0009-0000-{number:04d}", purpose=Purpose.AUTO_UPDATE.value, client_id=client,
            access_token=b"sealed", health="doubted", granted_at=then, first_refused_at=then,
        )  # fmt: skip


def refused_for_minutes(orcid) -> Consent:
    permitted(orcid)
    consent = Consent.objects.get(purpose="auto_update")
    others_in_doubt(worker_queries.MAX_DOUBTED, consent.client_id)
    refuse(Purpose.AUTO_UPDATE)
    minutes_pass()
    refuse(Purpose.AUTO_UPDATE)
    consent.refresh_from_db()
    return consent


def test_while_orcid_refuses_everyone_no_permission_is_lost(orcid):
    consent = refused_for_minutes(orcid)

    assert (consent.health, consent.lost_at) == ("doubted", None)
    assert waiting_jobs(job_names.SEND_LOST_NOTICE) == []
    assert not Receipt.objects.filter(kind="lost").exists()


def test_a_permission_that_is_refused_while_others_work_is_lost(orcid):
    consent = refused_for_minutes(orcid)
    other = Consent.objects.filter(client_id=consent.client_id).exclude(orcid_id=ALICE).first()
    Consent.objects.filter(pk=other.pk).update(
        health="works", last_used_at=clock.now(), first_refused_at=None
    )

    refuse(Purpose.AUTO_UPDATE)

    consent.refresh_from_db()
    assert consent.health == "lost"


def test_what_is_refused_for_a_day_is_lost_at_last(orcid):
    consent = refused_for_minutes(orcid)
    long_ago = clock.now() - worker_queries.LOST_IN_ANY_CASE - timedelta(seconds=1)
    Consent.objects.filter(pk=consent.pk).update(first_refused_at=long_ago)

    refuse(Purpose.AUTO_UPDATE)

    consent.refresh_from_db()
    assert consent.health == "lost"


def test_a_new_permission_starts_without_the_doubts_about_the_old_one(orcid):
    permitted(orcid)
    purpose = {"orcid_id": ALICE, "purpose": Purpose.AUTO_UPDATE}
    services.doubt(**purpose)
    minutes_pass()
    services.lose(Consent.objects.get(purpose=Purpose.AUTO_UPDATE.value), now=clock.now())
    services.record_notified(orcid_id=ALICE)

    token = TokenAnswer("a new one", None, SCOPES, ALICE, "Alice", None)
    services.grant(**purpose, client_id="APP-PROFILESDEMO0003", token=token)
    services.doubt(**purpose)

    renewed = Consent.objects.get(purpose=Purpose.AUTO_UPDATE.value)
    assert (renewed.lost_at, renewed.notified_at) == (None, None)
    assert renewed.first_refused_at > clock.now() - worker_queries.LOST_AFTER
    assert selectors.doubted_before(clock.now() - worker_queries.LOST_AFTER) == []


def test_a_doubt_that_proves_unfounded_is_taken_back(orcid):
    permitted(orcid)
    refuse(Purpose.AUTO_UPDATE)
    minutes_pass()

    assert refresh.check_doubted() == 0

    consent = Consent.objects.get(purpose="auto_update")
    assert (consent.health, consent.first_refused_at) == ("works", None)
