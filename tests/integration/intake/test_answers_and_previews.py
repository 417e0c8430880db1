"""What people chose, agreed to and tried out is done as told, also for odd DOIs and late answers."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from structlog.testing import capture_logs

from profiles.accounts.services import switch_auto_update
from profiles.claims.models import Claim
from profiles.claims.services import block
from profiles.consents.models import Consent
from profiles.domain.claim import Origin
from profiles.domain.consent import Purpose
from profiles.domain.eligibility.case import Source
from profiles.domain.eligibility.researcher_rules import ResearcherRules
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.records.sighting import read_sighting
from profiles.infra import clock
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import app
from profiles.intake.models import Decision, DoiSnapshot, LookBack, Reconciliation
from profiles.intake.selectors import open_questions
from profiles.pipeline.requests import backfill
from profiles.pipeline.requests.answers import answer
from profiles.pipeline.works import replay
from profiles.pipeline.works.explain import personal_verdict
from profiles.pipeline.works.reconcile import RECONCILE_INTERVAL, reconcile, reconcile_due
from tests.support.claims import waiting_claim
from tests.support.finding import add_pasted
from tests.support.intake import enrol, take_in
from tests.support.pushing import ALICE, BOB, permitted, registered, run_lanes
from tests.support.records import ANNA, BEN, DOI, creator, record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_jobs")]

WITH_COMMA = "10.5072/one,two"


def test_a_work_whose_doi_holds_a_comma_is_added_when_it_is_chosen(datacite):
    enrol()
    datacite.order("dois", [record(WITH_COMMA)])

    add_pasted(ANNA, WITH_COMMA)

    assert Claim.objects.get().doi == WITH_COMMA


def test_a_yes_to_a_work_that_datacite_no_longer_shows_is_decided_and_hides_it_from_no_one_else(datacite):
    enrol(rules={"ask_first": True})
    enrol(BEN)
    take_in(record(creators=[creator(), creator(BEN)]))
    question = Decision.objects.get(orcid_id=ANNA)

    taken = answer(ANNA, [question.pk], yes=True)

    assert taken == 1
    newest = Decision.objects.filter(orcid_id=ANNA).latest("id")
    assert (newest.result, newest.reason) == ("skip", "no-longer-shown")
    assert DoiSnapshot.objects.get().state == "findable"


OLD = {"registered": "2019-01-01T00:00:00Z", "created": "2019-01-01T00:00:00Z"}


def test_a_question_stays_open_when_only_the_title_changes_meanwhile():
    enrol(rules={"ask_first": True})
    LookBack.objects.create(orcid_id=ANNA, at=clock.now(), found=0)
    take_in(record(updated="2026-07-02T00:00:00Z", **OLD))
    take_in(record(titles=[{"title": "Corrected"}], updated="2026-07-03T00:00:00Z", **OLD))

    assert [question.doi for question in open_questions(ANNA)] == [DOI]


def test_who_said_yes_is_not_asked_again_before_the_work_has_arrived(datacite):
    enrol(rules={"ask_first": True}, name="Ivan Petrov")
    datacite.order("dois", [record()])
    take_in(record())
    answer(ANNA, [Decision.objects.get().pk], yes=True)
    take_in(record(creators=[creator(), creator(None)], updated="2026-07-03T00:00:00Z"))

    assert not open_questions(ANNA).exists()
    assert Claim.objects.get().state == "waiting"


def test_an_old_doi_that_is_re_indexed_before_past_works_were_looked_up_is_not_added():
    enrol()

    take_in(record(updated="2026-07-02T00:00:00Z", **OLD))

    assert (Decision.objects.get().result, Decision.objects.get().reason) == ("skip", "not-looked-back")


def test_a_doi_registered_within_the_second_of_the_switch_is_new_to_the_look_back_too(datacite):
    enrol(auto_update_since=datetime(2026, 7, 1, 10, 0, 0, 400_000, tzinfo=UTC))
    datacite.order("dois", [record()])

    backfill.look_back(ANNA)
    take_in(record())

    assert Claim.objects.get().doi == DOI


@pytest.mark.slow
def test_who_has_more_works_than_a_list_shows_has_them_all_looked_up(datacite):
    enrol(auto_update_since=clock.now())
    many = backfill.MAX_LISTED_WORKS + 1
    for begin in range(0, many, 1_000):
        numbers = range(begin, min(begin + 1_000, many))
        datacite.order("dois", [record(f"10.5072/of-many-{number}", **OLD) for number in numbers])

    assert backfill.look_back(ANNA) == many
    assert DoiSnapshot.objects.exclude(seen_at=None).count() == many


@pytest.mark.parametrize("source", [Source.POLL, Source.FILE])
def test_what_was_left_out_before_the_look_back_stays_so_when_the_rules_are_asked_again(source, datacite):
    enrol()
    seen = record(updated="2026-07-02T00:00:00Z", **OLD)
    take_in(seen, source=source)
    datacite.order("dois", [seen])
    backfill.look_back(ANNA)

    decided = Decision.objects.get()
    explained = personal_verdict(Doi(DOI), OrcidId(ANNA), read_sighting(seen))

    assert (explained.result, explained.reason) == (decided.result, decided.reason)
    assert replay.replay(act=True).acted == 0
    assert not Claim.objects.exists()


def test_the_look_up_of_past_works_is_tried_again_when_datacite_did_not_answer(datacite):
    account = enrol(auto_update_since=None)
    switch_auto_update(account_id=account.pk, on=True)
    datacite.fail_next(None, path="/dois", status=503)

    asyncio.run(run_jobs_once())

    job = ProcrastinateJob.objects.get(task_name=job_names.BACKFILL)
    assert (job.status, job.attempts) == ("todo", 1)


def test_the_look_up_of_past_works_ends_when_datacite_refuses_the_question_again_and_again(datacite):
    account = enrol(auto_update_since=None)
    switch_auto_update(account_id=account.pk, on=True)
    job = ProcrastinateJob.objects.get(task_name=job_names.BACKFILL)

    with capture_logs() as lines:
        for _ in range(50):
            datacite.fail_next(None, path="/dois", status=400)
            ProcrastinateJob.objects.filter(pk=job.pk).update(scheduled_at=None)
            asyncio.run(run_jobs_once())
            job.refresh_from_db()
            if job.status != "todo":
                break

    assert (job.status, job.attempts) == ("succeeded", 5)
    (given_up,) = [line for line in lines if line["event"] == "backfill.given_up"]
    assert (given_up["log_level"], given_up["problem"]) == ("error", "datacite-refused")


async def run_jobs_once():
    worker_app = app.with_connector(app.connector.get_worker_connector())
    async with worker_app.open_async():
        await worker_app.run_worker_async(queues=[job_names.QUEUE], wait=False, install_signal_handlers=False)


def test_a_preview_leaves_out_what_the_live_path_leaves_out(datacite):
    enrol()
    project = record("10.5072/project", client="demo.raid")  # a registry of projects
    datacite.order("dois", [project, record("10.5072/foreign"), record("10.5072/own")])
    block(orcid_id=ANNA, doi="10.5072/foreign", reason="not-mine", actor=ANNA)

    shown = {p.doi: p.after.reason for p in backfill.preview(ANNA, ResearcherRules())}

    assert shown == {"10.5072/project": "raid", "10.5072/foreign": "blocked", "10.5072/own": "new"}


def test_a_doi_with_a_comma_is_not_taken_for_hidden(orcid, datacite):
    permitted(orcid, ALICE, purposes=(Purpose.AUTO_UPDATE,))
    enrol(ALICE, permission=False)
    registered(datacite, WITH_COMMA)
    take_in(record(WITH_COMMA, creators=[creator(ALICE)]))
    waiting_claim(ALICE, WITH_COMMA, origin=Origin.AUTO_UPDATE)
    run_lanes()

    drift = reconcile(ALICE)

    assert drift.hidden == []


def compared(orcid_id, at):
    Consent.objects.filter(orcid_id=orcid_id).update(compared_at=at)


def test_the_record_that_was_not_read_for_the_longest_time_is_read_first(orcid, datacite):
    permitted(orcid, ALICE)
    permitted(orcid, BOB)
    first, second = sorted([ALICE, BOB])
    now = clock.now()
    compared(first, now - RECONCILE_INTERVAL - timedelta(days=1))
    compared(second, now - RECONCILE_INTERVAL - timedelta(days=9))

    assert reconcile_due(limit=1) == 1

    assert list(Reconciliation.objects.values_list("orcid_id", flat=True)) == [second]


def test_who_was_never_read_is_read_before_all_others(orcid, datacite):
    permitted(orcid, ALICE)
    permitted(orcid, BOB)
    compared(ALICE, clock.now() - RECONCILE_INTERVAL - timedelta(days=9))

    assert reconcile_due(limit=1) == 1
    assert list(Reconciliation.objects.values_list("orcid_id", flat=True)) == [BOB]

    assert reconcile_due() == 1
    assert set(Reconciliation.objects.values_list("orcid_id", flat=True)) == {ALICE, BOB}
    assert reconcile_due() == 0
