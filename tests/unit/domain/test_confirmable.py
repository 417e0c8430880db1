"""Where a work may name a person, and what "(unauthenticated)" is."""

import pytest

from profiles.domain.ids import OrcidId
from profiles.domain.matching.confirmable import is_marked_unauthenticated, places_for
from profiles.domain.records.sighting import read_sighting
from tests.support.records import ANNA, BEN, contributor, creator, name_identifier, record


@pytest.mark.parametrize(
    ("written", "is_marked"),
    [
        (f"https://orcid.org/{ANNA} (unauthenticated)", True),
        (f"{ANNA} ( Unauthenticated )", True),
        (f"{ANNA} [unauthenticated]", True),
        (f"https://orcid.org/{ANNA}", False),
        (f"{ANNA} (authenticated)", False),
        ("unauthenticated", False),
    ],
)
def test_orcids_note_is_read_and_nothing_else_is(written, is_marked):
    assert is_marked_unauthenticated(written) is is_marked


def test_each_person_is_listed_once_and_who_resembles_the_owner_comes_first():
    unauthenticated = f"https://orcid.org/{ANNA} (unauthenticated)"
    sighting = read_sighting(
        record(
            creators=[
                creator(BEN),
                creator(None, name="Berg, A.", givenName="A.", familyName="Berg"),
                creator(nameIdentifiers=[name_identifier(unauthenticated)]),
            ],
            contributors=[contributor(ANNA, "Editor")],
        )
    )

    places = places_for(sighting, OrcidId(ANNA), ["Anna Berg"])

    assert [(place.role, place.is_unauthenticated) for place in places.own] == [("", True), ("Editor", False)]
    assert places.own[0].written == unauthenticated
    assert [(place.name, place.orcid_id) for place in places.others] == [
        ("Berg, A.", ""),
        ("Okoro, Ben", BEN),
    ]
