"""A DOI that we knew and DataCite no longer shows is called withdrawn or hidden, with the day."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from django.urls import reverse

from profiles.claims.models import Claim
from profiles.intake.models import DoiSnapshot
from profiles.intake.snapshots import mark_hidden
from profiles.ops.doi_commands.explain import explain
from tests.support.intake import enrol, take_in
from tests.support.records import ANNA, BEN, DOI, record
from tests.support.staff import dana

pytestmark = pytest.mark.django_db

WITHDRAWN = "The DOI was public, and is withdrawn or hidden now"


@pytest.fixture
def hidden(client, datacite):
    """Anna's work on her record, which DataCite has not shown since 20 November."""
    person = enrol()
    take_in(record())
    Claim.objects.update(state="done", put_code=17, owner_client="APP-PROFILESDEMO0003", due_at=None)
    mark_hidden([DOI])
    DoiSnapshot.objects.update(seen_at=datetime(2026, 11, 20, 12, tzinfo=UTC))
    datacite.order("dois", [])
    client.force_login(person)


def why(client, **words):
    return client.get(reverse("why"), {"doi": DOI, "orcid": ANNA, **words})


def test_its_owner_reads_since_when(client, hidden):
    page = why(client).content.decode()

    assert WITHDRAWN in page
    assert "hidden since: 2026-11-20" in page
    assert "DataCite does not know this DOI" not in page


def test_a_second_notice_does_not_change_the_day(client, hidden):
    mark_hidden([DOI])

    assert "hidden since: 2026-11-20" in why(client).content.decode()


def test_a_search_for_it_says_so(client, hidden):
    page = client.get(reverse("find"), {"by": "words", "text": DOI}).content.decode()

    assert WITHDRAWN in page


def test_the_command_says_so(hidden):
    printed = CliRunner().invoke(explain, [DOI, ANNA], catch_exceptions=False).output

    assert "no-longer-shown" in printed
    assert "hidden since = 2026-11-20" in printed


def test_staff_read_since_when(hidden):
    page = dana("staff_user").get(f"/staff/dois/{DOI}").content.decode()

    assert "Withdrawn or hidden since" in page
    assert "2026-11-20" in page


def test_people_whom_it_does_not_name_learn_nothing_of_it(client, hidden):
    """That we know the DOI would tell them that another person has an account."""
    client.force_login(enrol(BEN))

    for_bens_id = why(client, orcid=BEN, format="json").json()
    found = client.get(reverse("find"), {"by": "words", "text": DOI}).content.decode()

    assert for_bens_id["decided_by"]["reason"] == "not-found"
    assert why(client, format="json").json()["decided_by"]["reason"] == "not-found"
    assert WITHDRAWN not in found
