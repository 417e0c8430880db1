"""What counts as a change, and what only looks like one."""

import pytest

from profiles.domain.records.change_detection import Change, ChangeKind, change, digests
from profiles.domain.records.sighting import read_sighting
from tests.support.records import ANNA, BEN, creator, record, related


def digested(**changes):
    return digests(read_sighting(record(**changes)))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"creators": [creator(), creator(BEN)]}, "creators"),
        ({"creators": [creator(name="Berg, A.")]}, "creators"),
        ({"relatedIdentifiers": [related("Cites", "10.5072/x")]}, "relatedIdentifiers"),
        ({"fundingReferences": [{"funderName": "DFG", "awardNumber": "17"}]}, "fundingReferences"),
    ],
)
def test_a_change_of_a_trigger_field_is_named(changed, field):
    assert change(digested(), digested(**changed)) == Change(ChangeKind.TRIGGER_FIELD, (field,))


@pytest.mark.parametrize(
    "changed",
    [
        {"titles": [{"title": "Corrected"}]},
        {"types": {"resourceTypeGeneral": "Software"}},
        {"dates": []},
        {"publisher": "Another"},
        {"publicationYear": 2025},
        {"descriptions": [{"description": "d", "descriptionType": "Abstract"}]},
        {"url": "https://elsewhere.example.org"},
        {"version": "2"},
        {"container": {"title": "Journal"}},
        {"language": "de"},
    ],
    ids=lambda c: next(iter(c)),
)
def test_a_change_of_anything_else_that_is_shown_is_a_change_of_content(changed):
    assert change(digested(), digested(**changed)) == Change(ChangeKind.CONTENT)


@pytest.mark.parametrize(
    "same",
    [
        {"updated": "2026-11-01T00:00:00Z"},
        {"viewCount": 17, "citationCount": 3, "metadataVersion": 9},
        {"publisher": {"name": "Demo Repository", "publisherIdentifier": "https://ror.org/1"}},
        {"relatedIdentifiers": None, "fundingReferences": None, "contributors": None},
        {"xml": "PHJlc291cmNlLz4="},
        {"container": {}, "descriptions": [], "identifiers": [], "relatedItems": [], "language": None},
        {"contributors": [], "language": "", "version": "", "container": None},
        {
            "creators": [
                creator(
                    nameIdentifiers=[
                        {"nameIdentifier": f"https://orcid.org/{ANNA}", "nameIdentifierScheme": "ORCID"}
                    ],
                    affiliation=None,
                )
            ]
        },
    ],
    ids=[
        *("re-indexed", "counted", "publisher-as-object", "null-for-empty", "xml", "empty-for-absent"),
        *("blank-for-absent", "no-address-of-the-scheme"),
    ],
)
def test_what_differs_between_doors_is_no_change(same):
    assert change(digested(), digested(**same)) == Change(ChangeKind.NONE)


def test_affiliations_as_names_and_as_objects_are_the_same():
    names = digested(creators=[creator(affiliation=["FU Berlin"])])
    objects = digested(creators=[creator(affiliation=[{"name": "FU Berlin", "affiliationIdentifier": "x"}])])

    assert change(names, objects) == Change(ChangeKind.NONE)


def test_other_identifiers_are_the_same_whether_they_are_told_once_or_twice():
    page = digested(identifiers=[{"identifier": "A 1", "identifierType": "Local"}])
    single = digested(
        identifiers=[{"identifier": "A 1", "identifierType": "Local"}],
        alternateIdentifiers=[{"alternateIdentifier": "A 1", "alternateIdentifierType": "Local"}],
    )

    assert change(page, single) == Change(ChangeKind.NONE)
    assert change(page, digested()) == Change(ChangeKind.CONTENT)


def test_hiding_and_showing_are_changes_of_state():
    shown, hidden = digested(), digested(state="registered")

    assert change(shown, hidden).kind is ChangeKind.NO_LONGER_FINDABLE
    assert change(hidden, shown).kind is ChangeKind.BECAME_FINDABLE


def test_what_was_never_seen_is_seen_first_and_an_overtaken_event_changes_nothing():
    assert change(None, digested()).kind is ChangeKind.FIRST_SEEN
    assert change(digested(), digested(titles=[]), overtaken=True).kind is ChangeKind.OLDER
