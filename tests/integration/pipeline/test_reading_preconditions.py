"""What may stop a call is read for many lanes at once, and for each of them after it asked."""

import asyncio
from datetime import timedelta

import pytest

from profiles.claims import lanes
from profiles.claims.models import Lane
from profiles.consents.models import Consent
from profiles.domain.consent import Purpose
from profiles.infra import clock
from profiles.infra.postgres import async_connections
from profiles.infra.postgres.async_connections import SharedConnection
from profiles.pipeline.push.checks import PreconditionReader
from tests.support.chaos import invented_ids
from tests.support.claims import waiting_claim
from tests.support.pushing import permitted
from tests.support.threads import in_thread

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = invented_ids(12)


class Counted(SharedConnection):
    """Counts how often it is used."""

    uses = 0

    async def use(self, action):
        self.uses += 1
        return await super().use(action)


@pytest.fixture
async def database():
    connection = Counted(lambda: async_connections.connect("tests"))
    yield connection
    await connection.aclose()


@pytest.fixture
def reader(database):
    return PreconditionReader(database, longest_call=timedelta(seconds=25))


async def take_all(database):
    taken = await database.use(
        lambda connection: lanes.take(
            connection, holder=1, now=clock.now(), lanes=50, claims_per_lane=10, lease=timedelta(minutes=3)
        )
    )
    database.uses = 0
    return {lane.orcid_id: lane for lane in taken}


@in_thread
def prepare(orcid):
    orcid.order("people", [{"orcid": who, "given_names": "Kim"} for who in PEOPLE])
    for who in PEOPLE:
        permitted(orcid, who)
        waiting_claim(who, "10.5072/asked")


async def test_lanes_that_ask_at_one_moment_are_read_together_and_each_gets_its_own_answer(
    orcid, database, reader
):
    await prepare(orcid)
    taken = await take_all(database)
    lost, withdrawn = PEOPLE[1], PEOPLE[2]
    await in_thread(lambda: Lane.objects.filter(orcid_id=lost).update(generation=99))()
    await in_thread(lambda: Consent.objects.filter(orcid_id=withdrawn).delete())()

    answers = await asyncio.gather(*(reader.read(taken[who], taken[who].claims) for who in PEOPLE))

    by_person = dict(zip(PEOPLE, answers, strict=True))
    assert [who for who in PEOPLE if not by_person[who][1]] == [lost]
    assert [who for who in PEOPLE if not by_person[who][0]] == [withdrawn]
    assert {len(permissions) for permissions, _ in answers} == {0, len(Purpose)}
    # The first lane reads at once, and all that asked meanwhile are read together.
    assert database.uses == 2


async def test_a_run_that_lost_its_lane_gets_nothing_from_the_next_run_that_asks_with_it(
    orcid, database, reader
):
    await prepare(orcid)
    old = (await take_all(database))[PEOPLE[0]]
    await in_thread(lambda: Lane.objects.update(leased_until=clock.now() - timedelta(seconds=1)))()
    new = (await take_all(database))[PEOPLE[0]]

    answers = await asyncio.gather(
        reader.read(old, old.claims), reader.read(new, new.claims), reader.read(old, old.claims)
    )

    assert [[claim.generation for claim in unchanged] for _, unchanged in answers] == [
        [],
        [new.generation],
        [],
    ]


async def test_a_cancelled_reading_leaves_no_other_lane_without_an_answer(orcid, database, reader):
    await prepare(orcid)
    taken = await take_all(database)
    readings = [asyncio.ensure_future(reader.read(lane, lane.claims)) for lane in taken.values()]
    await asyncio.sleep(0)
    for reading in readings[:2]:
        reading.cancel()

    answers = await asyncio.gather(*readings, return_exceptions=True)

    assert [isinstance(answer, asyncio.CancelledError) for answer in answers[:2]] == [True, True]
    assert all(len(unchanged) == 1 for _, unchanged in answers[2:])
