"""When too many DOIs look gone or unnamed at once, removals stop until staff release them."""

import pytest
from click.testing import CliRunner
from procrastinate.contrib.django.models import ProcrastinateJob
from structlog.testing import capture_logs

from profiles.claims.models import Claim
from profiles.domain.eligibility.case import Source
from profiles.infra import clock
from profiles.intake.models import Decision, DoiEvent, DoiSnapshot
from profiles.intake.removals import held, stopped_since
from profiles.intake.selectors import lag_by_source
from profiles.ops.cli import cli
from profiles.pipeline import sync_clients
from profiles.pipeline.intake.receive import AnnouncedDoi, decide_due_events, take_in_events
from tests.support.intake import enrol, take_in
from tests.support.records import ANNA, BEN, creator, record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_jobs")]

MANY = 12
DOIS = [f"10.5072/many-{number:02}" for number in range(MANY)]


def works_on_record():
    enrol(rules={"when_withdrawn": "remove"})
    take_in(*(record(doi) for doi in DOIS))
    Claim.objects.update(state="done", put_code=17, owner_client="APP-PROFILESDEMO0003", due_at=None)


def unnamed(doi, **changes):
    return record(doi, creators=[creator(BEN)], updated="2026-07-02T00:00:00Z", **changes)


def profiles(*arguments):
    return CliRunner().invoke(cli, ["removals", *arguments], catch_exceptions=False)


def removed():
    return Claim.objects.filter(action="delete").count()


def test_a_few_losses_are_acted_on():
    works_on_record()

    take_in(*(unnamed(doi) for doi in DOIS[:5]))

    assert removed() == 5
    assert stopped_since() is None


def test_many_losses_at_once_stop_removals_and_raise_an_alert():
    works_on_record()

    with capture_logs() as lines:
        take_in(*(unnamed(doi) for doi in DOIS))

    assert removed() == 0
    assert held()[0] == MANY
    assert set(DoiSnapshot.objects.values_list("names", flat=True).distinct()[0]) == {ANNA}
    assert [line["log_level"] for line in lines if line["event"] == "intake.removals_stopped"] == ["error"]
    assert lag_by_source() == {}


def test_losses_that_come_one_by_one_stop_removals_too():
    works_on_record()

    for doi in DOIS:
        take_in(unnamed(doi))

    assert removed() == 10
    assert held()[0] == 2


def test_while_removals_are_stopped_all_else_goes_on():
    works_on_record()
    take_in(*(unnamed(doi) for doi in DOIS))

    take_in(record("10.5072/new"), record(DOIS[0], titles=[{"title": "New"}], updated="2026-07-03T00:00:00Z"))

    assert Claim.objects.get(doi="10.5072/new").state == "waiting"
    assert Decision.objects.filter(doi=DOIS[0]).latest("id").result == "update"


def test_dois_that_datacite_answers_with_404_by_mistake_stop_removals_and_questions(datacite):
    works_on_record()
    take_in_events([AnnouncedDoi(f"agent:{doi}", doi) for doi in DOIS], source=Source.AGENT)
    decide_due_events(sync_clients.datacite())
    DoiEvent.objects.filter(event_id__startswith="again:").update(due_at=clock.now())
    decide_due_events(sync_clients.datacite())

    assert stopped_since() is not None
    assert not Decision.objects.filter(result__in=["remove", "offer-removal"]).exists()


def test_staff_see_what_is_held_and_release_it_and_what_came_back_is_not_removed(datacite):
    works_on_record()
    take_in(*(unnamed(doi) for doi in DOIS))
    datacite.order("dois", [*(unnamed(doi) for doi in DOIS[:8]), *(record(doi) for doi in DOIS[8:])])

    shown = profiles("show").output
    released = profiles("release", "--by", "dana")
    decide_due_events(sync_clients.datacite())

    assert "Changes held: 12" in shown
    assert DOIS[0] in shown
    assert released.exit_code == 0
    assert removed() == 8
    assert stopped_since() is None
    assert "not stopped" in profiles("show").output
    assert profiles("release", "--by", "dana").exit_code == 1
    assert ProcrastinateJob.objects.filter(task_name__contains="decide").exists()


def test_after_a_release_the_count_begins_again(datacite):
    works_on_record()
    take_in(*(unnamed(doi) for doi in DOIS[:11]))
    datacite.order("dois", [unnamed(doi) for doi in DOIS[:11]])
    profiles("release", "--by", "dana")
    decide_due_events(sync_clients.datacite())

    take_in(unnamed(DOIS[11]))

    assert removed() == MANY
    assert stopped_since() is None
