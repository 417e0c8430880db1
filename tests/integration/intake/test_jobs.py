"""The jobs of intake: known to the queue, harmless when run twice, and each other's trigger."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from profiles.accounts.services import switch_auto_update
from profiles.claims.models import Claim
from profiles.domain.eligibility.case import Source
from profiles.infra import clock
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import app
from profiles.intake.models import DoiEvent, LookBack
from profiles.jobs import intake as jobs
from profiles.pipeline.intake.receive import AnnouncedDoi, take_in_events
from profiles.pipeline.requests import backfill
from tests.support.intake import enrol
from tests.support.jobs import make_jobs_due, run_jobs
from tests.support.records import ANNA, DOI, record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs")]


def waiting(name):
    return ProcrastinateJob.objects.filter(task_name=name, status="todo")


@pytest.mark.parametrize(
    "name",
    [
        job_names.HARVEST,
        job_names.DECIDE_EVENTS,
        job_names.BACKFILL,
        job_names.RECONCILE,
        job_names.LOOK_FOR_HIDDEN,
    ],
)
def test_a_job_is_known_to_the_queue(name):
    assert name in app.tasks


def test_switching_on_asks_for_the_look_back_once(datacite):
    person = enrol(auto_update_since=None)
    datacite.order("dois", [record()])

    switch_auto_update(account_id=person.pk, on=True)
    switch_auto_update(account_id=person.pk, on=True)
    assert len(waiting(job_names.BACKFILL)) == 1
    run_jobs()
    backfill.look_back(ANNA)

    assert LookBack.objects.get().orcid_id == ANNA
    assert not Claim.objects.exists()


def test_an_announced_doi_is_decided_by_the_job_that_it_asked_for(datacite):
    enrol()
    datacite.order("dois", [record()])
    take_in_events([AnnouncedDoi("e1", DOI), AnnouncedDoi("e2", "10.5072/none")], source=Source.AGENT)
    take_in_events([AnnouncedDoi("e3", DOI)], source=Source.AGENT)

    assert waiting(job_names.DECIDE_EVENTS).count() == 1
    jobs.decide_events()
    jobs.decide_events()

    assert Claim.objects.count() == 1
    assert not DoiEvent.objects.filter(due_at__isnull=False).exists()


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(hours=1)])
def test_polling_more_often_than_a_minute_asks_for_its_own_next_run(datacite, settings, monkeypatch, ahead):
    """Also on a host whose clock is ahead: the waiting job keeps those of all other hosts away."""
    enrol()
    right = clock.now
    monkeypatch.setattr(clock, "now", lambda: right() + ahead)
    seconds = settings.ENVIRONMENT.PROFILES_HARVEST_SECONDS
    settings.ENVIRONMENT.PROFILES_HARVEST_SECONDS = 5
    try:
        jobs.harvest()
        jobs.harvest()
    finally:
        settings.ENVIRONMENT.PROFILES_HARVEST_SECONDS = seconds

    (job,) = waiting(job_names.HARVEST)
    assert job.scheduled_at is not None
    assert job.scheduled_at < right() + timedelta(minutes=1)


def test_a_record_is_fetched_when_the_second_of_its_change_is_over_so_that_none_of_its_changes_is_missed():
    # By a clock that is a little ahead, so that it is not over before we look.
    this_second = clock.now().replace(microsecond=0) + timedelta(seconds=1)
    events = [
        AnnouncedDoi("queue:now", DOI, this_second),
        AnnouncedDoi("queue:odd", DOI, this_second + timedelta(days=9_000)),
        AnnouncedDoi("queue:old", DOI, this_second - timedelta(hours=1)),
    ]

    take_in_events(events, source=Source.QUEUE)

    due = dict(DoiEvent.objects.values_list("event_id", "due_at"))
    assert due["queue:now"] >= this_second + timedelta(seconds=1)
    assert due["queue:odd"] <= clock.now() + timedelta(seconds=2)
    assert due["queue:old"] <= clock.now()
    (job,) = waiting(job_names.DECIDE_EVENTS)
    assert job.scheduled_at >= due["queue:now"]


def test_what_comes_due_in_a_moment_does_not_wait_for_the_next_minute(datacite):
    datacite.order("dois", [record()])
    now = clock.now()
    take_in_events([AnnouncedDoi("queue:old", DOI, now - timedelta(hours=1))], source=Source.QUEUE)
    # The job of the first may run before the second of this one is over.
    take_in_events([AnnouncedDoi("queue:new", DOI, now + timedelta(seconds=1))], source=Source.QUEUE)
    (job,) = waiting(job_names.DECIDE_EVENTS)
    ProcrastinateJob.objects.filter(pk=job.pk).update(status="doing")

    jobs.decide_events()

    (next_one,) = waiting(job_names.DECIDE_EVENTS)
    assert next_one.scheduled_at is not None


def test_an_event_that_waits_for_datacite_is_decided_when_its_time_has_come(datacite):
    enrol()
    datacite.order("dois", [record()])
    datacite.fail_next(count=None, status=503)
    take_in_events([AnnouncedDoi("e1", DOI)], source=Source.AGENT)
    run_jobs()
    (job,) = waiting(job_names.DECIDE_EVENTS)
    assert job.scheduled_at == DoiEvent.objects.get().due_at > clock.now()

    datacite.heal()
    DoiEvent.objects.update(due_at=clock.now())
    make_jobs_due(job_names.DECIDE_EVENTS)
    run_jobs()

    assert Claim.objects.count() == 1
    assert not waiting(job_names.DECIDE_EVENTS)


def test_an_event_that_waits_for_a_day_keeps_no_sooner_one_away(datacite):
    later, sooner = clock.now() + timedelta(days=1), clock.now() + timedelta(minutes=2)
    DoiEvent.objects.create(event_id="again:e1", doi="10.5072/a", source="poll", due_at=later)
    jobs.decide_events()
    DoiEvent.objects.create(event_id="e2", doi="10.5072/b", source="poll", due_at=sooner)

    jobs.decide_events()

    (next_one,) = waiting(job_names.DECIDE_EVENTS)
    assert next_one.scheduled_at == sooner


def test_a_new_event_is_decided_at_once_while_another_waits_for_datacite(datacite):
    enrol()
    datacite.order("dois", [record()])
    datacite.fail_next(count=None, status=503)
    take_in_events([AnnouncedDoi("e1", "10.5072/none")], source=Source.AGENT)
    run_jobs()
    datacite.heal()

    take_in_events([AnnouncedDoi("e2", DOI)], source=Source.AGENT)
    run_jobs()

    assert Claim.objects.count() == 1
    assert DoiEvent.objects.get(event_id="e1").due_at > clock.now()


def test_what_an_agent_announces_under_a_name_of_its_own_is_fetched_at_once():
    take_in_events([AnnouncedDoi("agent:1", DOI, clock.now())], source=Source.AGENT)

    (job,) = waiting(job_names.DECIDE_EVENTS)
    assert job.scheduled_at is None
    assert DoiEvent.objects.get().due_at <= clock.now()
