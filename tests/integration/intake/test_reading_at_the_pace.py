"""Reading a record costs a call at ORCID like any other, whoever wants it."""

from datetime import timedelta

import pytest

from profiles.consents.models import Consent
from profiles.infra import clock, wiring
from profiles.infra.models import Bucket
from profiles.pipeline import sync_clients
from profiles.pipeline.permissions import refresh
from profiles.pipeline.works.own_record import read_record
from profiles.pipeline.works.reconcile import reconcile
from tests.support.pushing import ALICE, permitted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
CLIENTS = ("APP-PROFILESDEMO0002", "APP-PROFILESDEMO0003")


@pytest.fixture
def closed():
    """The door to ORCID as an outage has left it."""
    for client in CLIENTS:
        Bucket.objects.create(
            name=client,
            tokens=0,
            filled_at=clock.now(),
            failures=3,
            blocked_until=clock.now() + timedelta(hours=1),
        )


def pauses():
    return list(Bucket.objects.filter(blocked_until__gt=clock.now()).values_list("name", flat=True))


def test_a_comparison_takes_its_calls_from_what_all_share(orcid):
    permitted(orcid)

    reconcile(ALICE)

    left = {bucket.name: bucket.tokens for bucket in Bucket.objects.all()}
    assert left == dict.fromkeys(CLIENTS, wiring.orcid_limit().burst - 1)


def test_too_many_calls_while_reading_make_everyone_slow_down(orcid):
    permitted(orcid)
    orcid.fail_next(path="/works", method="GET", status=503, headers={"Retry-After": "30"})

    reconcile(ALICE)

    assert len(pauses()) == 1


def test_a_page_does_not_ask_an_orcid_that_is_known_to_be_down(orcid, closed):
    permitted(orcid)

    record = read_record(ALICE, sync_clients.orcid_works())

    assert record.entries is None
    assert orcid.log(path="/works") == []


def test_a_second_look_at_a_permission_takes_its_call_from_there_too(orcid):
    permitted(orcid)
    Consent.objects.update(health="doubted", first_refused_at=clock.now() - timedelta(minutes=10))

    assert refresh.check_doubted() == 0

    assert Bucket.objects.count() == 2
    assert {consent.health for consent in Consent.objects.all()} == {"works"}
