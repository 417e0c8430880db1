"""A DOI on a record that DataCite no longer shows is noticed within a day."""

from contextlib import suppress

import pytest

from profiles.claims.models import Claim
from profiles.clients.errors import ServiceError
from profiles.intake.models import DoiEvent
from profiles.jobs import intake as jobs
from profiles.pipeline import sync_clients
from profiles.pipeline.intake.hidden_dois import HOURS
from profiles.pipeline.intake.receive import decide_due_events
from tests.support.intake import enrol, take_in
from tests.support.records import DOI, record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_jobs")]

AN_HOUR = 3600


def on_the_record():
    enrol()
    take_in(record())
    Claim.objects.update(state="done", put_code=17, owner_client="APP-PROFILESDEMO0003", due_at=None)


def a_day_passes():
    for hour in range(HOURS):
        jobs.look_for_hidden(timestamp=hour * AN_HOUR)


def test_a_doi_that_is_hidden_is_noticed_within_a_day(datacite):
    on_the_record()
    datacite.order("dois", [])

    a_day_passes()
    decide_due_events(sync_clients.datacite())

    assert DoiEvent.objects.filter(event_id__startswith=f"hidden:{DOI}:").count() == 1
    # What DataCite does not show is looked at once more before anything is asked or removed.
    assert DoiEvent.objects.filter(event_id__startswith="again:", due_at__isnull=False).exists()


def test_a_doi_that_is_shown_is_looked_up_once_a_day_and_left_alone(datacite):
    on_the_record()
    datacite.order("dois", [record()])

    a_day_passes()

    assert not DoiEvent.objects.filter(event_id__startswith="hidden:").exists()


def test_while_datacite_does_not_answer_no_doi_is_taken_for_hidden(datacite):
    on_the_record()
    datacite.order("dois", [])
    for hour in range(HOURS):
        datacite.fail_next(None, path="/dois", status=503)
        with suppress(ServiceError):
            jobs.look_for_hidden(timestamp=hour * AN_HOUR)

    assert not DoiEvent.objects.filter(event_id__startswith="hidden:").exists()
