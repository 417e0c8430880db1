"""The rehearsal of a burst: what its stand-in of DataCite shows is what it wants on records at the end."""

from dataclasses import replace

import pytest
from bench.rehearsal import registry
from bench.rehearsal.plan import Plan, base_of, is_announced, wanted_works
from bench.rehearsal.registry import Registry

PLAN = Plan(seconds=200, rate=93.0, people=2_000, began=1_800_000_000.0)
AFTERWARDS = PLAN.began + PLAN.seconds + 10


@pytest.fixture(scope="module")
def burst():
    return Registry(PLAN)


@pytest.fixture
def at(monkeypatch):
    return lambda moment: monkeypatch.setattr(registry.time, "time", lambda: moment)


def test_what_is_wanted_is_what_the_newest_records_say(burst):
    shown = {}
    for base in range(PLAN.changes):
        record = burst.record(base, AFTERWARDS)
        for creator in (record or {"attributes": {"creators": []}})["attributes"]["creators"]:
            for identifier in creator["nameIdentifiers"]:
                iri = identifier["nameIdentifier"] or ""
                if record["attributes"]["titles"][0]["title"].startswith("Burst"):
                    shown[iri.removeprefix("https://orcid.org/"), record["id"]] = record["attributes"][
                        "titles"
                    ][0]["title"]

    wanted = dict(wanted_works(PLAN))
    assert len(wanted) > 1_000
    assert {pair: want.title for pair, want in wanted.items()} == shown
    assert {want.is_correction for want in wanted.values()} == {True, False}


def test_no_doi_that_is_never_claimed_is_wanted(burst):
    """A first rehearsal wanted 125 DOIs of Crossref, which the rules rightly skip."""
    clients = {
        burst.record(int(doi.rpartition(".")[2]), AFTERWARDS)["relationships"]["client"]["data"]["id"]
        for _, doi in dict(wanted_works(PLAN))
    }

    assert len(clients) > 5
    assert not [client for client in clients if "crossref" in client]


def test_windows_show_each_doi_once_at_its_newest_change(burst, at):
    at(AFTERWARDS)
    names, begin = [], 0
    while begin is not None:
        page, begin = burst.changed(PLAN.began, AFTERWARDS, begin, 1000)
        names += [record["id"] for record in page]

    assert len(names) == len(set(names)) == sum(base_of(n) == n for n in range(PLAN.changes))


def test_nothing_is_shown_before_it_is_registered(burst, at):
    at(PLAN.began + 50)
    page, _ = burst.changed(PLAN.began, PLAN.began + 100, 0, 100_000)

    assert len(page) == PLAN.visible(PLAN.began + 50 - registry.LIST_LAG)
    assert burst.record(PLAN.visible(PLAN.began + 50), PLAN.began + 50) is None


def test_half_of_the_dois_that_name_people_are_announced():
    numbers = range(replace(PLAN, seconds=100).changes)

    assert sum(map(is_announced, numbers)) == pytest.approx(len(numbers) / 20, abs=2)
