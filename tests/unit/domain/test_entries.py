"""Which entries of a work stay on a record, and which are taken off."""

from datetime import UTC, datetime

from profiles.domain.eligibility.entries import Entry, by_work
from profiles.domain.eligibility.researcher_rules import Versions

ALL = "10.5072/all"
CONCEPT = Entry(9, ALL, ALL)


def version(number, **changes):
    registered = datetime(2026, 1, number, tzinfo=UTC)
    return Entry(number, f"10.5072/v{number}", ALL, registered=registered, **changes)


def surplus(keep, *entries):
    (work,) = by_work(entries)
    return [entry.doi for entry in work.surplus(keep)]


def test_the_newest_version_stays_and_the_doi_of_all_versions_goes_too():
    assert surplus(Versions.NEWEST_ONLY, version(1), CONCEPT, version(3), version(2)) == [
        "10.5072/v2",
        "10.5072/v1",
        ALL,
    ]


def test_the_doi_of_all_versions_stays():
    assert surplus(Versions.CONCEPT_ONLY, version(1), CONCEPT, version(2)) == ["10.5072/v2", "10.5072/v1"]


def test_nothing_goes_before_the_entry_that_stays_is_there():
    assert surplus(Versions.CONCEPT_ONLY, version(1), version(2)) == []


def test_what_the_person_asked_for_again_stays():
    assert surplus(Versions.NEWEST_ONLY, version(1, is_wanted=True), version(2), version(3)) == ["10.5072/v2"]


def test_a_version_without_a_date_is_the_oldest():
    undated = Entry(5, "10.5072/v9", ALL)

    assert surplus(Versions.NEWEST_ONLY, undated, version(1)) == ["10.5072/v9"]


def test_works_with_the_most_entries_come_first():
    works = by_work([Entry(1, "10.5072/x", "10.5072/b"), version(1), version(2)])

    assert [work.work for work in works] == [ALL, "10.5072/b"]
