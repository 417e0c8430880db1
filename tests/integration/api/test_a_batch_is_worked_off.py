"""A batch from its request to its end: the client asks, real workers send to the stand-in of ORCID."""

import pytest

from profiles_client import ClaimRequest, Profiles
from tests.support.api_callers import ALICE, BOB, service_key
from tests.support.pushing import permitted, registered, run_lanes, works_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_works_of_a_batch_arrive_and_each_item_tells_how_it_ended(place, orcid, datacite):
    dois = [f"10.5072/{number}" for number in range(12)]
    for doi in dois:
        registered(datacite, doi)
    permitted(orcid)
    wishes = [ClaimRequest(orcid=ALICE, doi=doi, source="orcid_search") for doi in dois]
    wishes += [
        ClaimRequest(orcid=BOB, doi=dois[0], source="orcid_search"),
        ClaimRequest(orcid=ALICE, doi="hello", source="orcid_search"),
    ]

    with Profiles(f"http://{place[0]}:{place[1]}", token=service_key()) as profiles:
        made = profiles.batches.create(wishes, key="deposits")
        run_lanes()
        ended = profiles.batches.get(made.id)
        failed, refused = profiles.batches.results(made.id, states=["failed", "refused"])
        again = profiles.batches.create(wishes, key="deposits")
        profiles.batches.create(
            [ClaimRequest(orcid=ALICE, doi=dois[0], source="orcid_search", action="delete")]
        )
        run_lanes()
        removed = next(profiles.batches.results(made.id))

    assert (made.settled, made.states["waiting"]) == (False, 13)
    assert (ended.settled, ended.states["done"], ended.states["failed"], ended.refused) == (True, 12, 1, 1)
    assert (failed.number, failed.problems[0].title) == (13, "No user and/or ORCID token")
    assert (refused.number, refused.refusals[0].code) == (14, "doi-unreadable")
    assert (again.id, again.states) == (ended.id, ended.states), "nothing is asked for again"
    assert (removed.action, removed.state) == ("delete", "deleted")
    assert len(works_of(orcid)) == 11
