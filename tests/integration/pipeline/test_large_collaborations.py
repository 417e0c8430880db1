"""A work of thousands: its owner is among those whom ORCID shows, and no step costs more than it must."""

import json
import time

import pytest

from profiles.claims.models import Claim
from profiles.domain.consent import Purpose
from profiles.domain.matching.doubts import Doubts
from profiles.domain.matching.named_ids import namings
from profiles.domain.records.sighting import read_sighting
from tests.support.claims import waiting_claim
from tests.support.intake import enrol, take_in
from tests.support.orcid_records import work_on
from tests.support.pushing import ALICE, BOB, permitted, registered, run_lanes, settle
from tests.support.records import record, with_check_digit

CREATORS = 2_800
OWNER_AT = 2_500
DOI = "10.5072/collaboration"


def collaboration(**people):
    """Return creators with iDs, of whom some are these people (``{iD: place}``)."""
    crowd = [
        {
            "name": f"Person, {_letters(n)}",
            "nameType": "Personal",
            "givenName": _letters(n),
            "familyName": "Person",
            "nameIdentifiers": [
                {
                    "nameIdentifier": f"https://orcid.org/{with_check_digit(f'{20_000_000 + n:015d}')}",
                    "nameIdentifierScheme": "ORCID",
                }
            ],
        }
        for n in range(CREATORS)
    ]
    for orcid_id, place in people.items():
        crowd[place] |= {"name": "Alvarado, Al", "givenName": "Al", "familyName": "Alvarado"}
        crowd[place]["nameIdentifiers"] = [
            {"nameIdentifier": f"https://orcid.org/{orcid_id}", "nameIdentifierScheme": "ORCID"}
        ]
    return crowd


def _letters(number):
    return "Q" + "".join(chr(ord("a") + int(digit)) for digit in f"{number:04d}")


@pytest.mark.django_db(transaction=True)
def test_the_owner_of_each_record_is_in_the_fiftieth_place_of_a_work_of_thousands(orcid, datacite):
    creators = collaboration(**{ALICE: OWNER_AT, BOB: 10})
    registered(datacite, DOI, creators=creators)
    tokens = {owner: permitted(orcid, owner)[Purpose.SEARCH_AND_LINK] for owner in (ALICE, BOB)}
    claims = {owner: waiting_claim(owner, DOI) for owner in (ALICE, BOB)}

    run_lanes()

    assert {settle(claim).state for claim in claims.values()} == {"done"}
    for owner, place in ((ALICE, 49), (BOB, 10)):
        people = work_on(orcid, owner, tokens[owner], claims[owner].put_code)["contributors"]["contributor"]
        assert people[place]["contributor-orcid"]["path"] == owner
        assert people[place]["contributor-attributes"]["contributor-role"] == "author"
    alices = work_on(orcid, ALICE, tokens[ALICE], claims[ALICE].put_code)["contributors"]["contributor"]
    assert alices[48]["credit-name"]["value"] == f"{_letters(CREATORS - 1)} Person"
    assert alices[47]["credit-name"]["value"] == f"{_letters(47)} Person"


def test_matching_a_record_of_thousands_costs_less_than_a_second():
    raw = json.dumps(record(DOI, creators=collaboration(**{ALICE: OWNER_AT}))).encode()

    began = time.process_time()
    sighting = read_sighting(raw)
    named = namings(sighting)

    assert time.process_time() - began < 1
    assert [n.field for n in named if n.orcid_id == ALICE] == [f"creators[{OWNER_AT}].nameIdentifiers[0]"]


def unreadable():
    """Return creators whose iDs have lost their last digit."""
    creators = collaboration()
    for one in creators:
        identifier = one["nameIdentifiers"][0]
        identifier["nameIdentifier"] = identifier["nameIdentifier"][:-1]
    return creators


def test_doubts_about_thousands_of_people_are_linear():
    sighting = read_sighting(json.dumps(record(DOI, creators=unreadable())).encode())
    # Everyone shares the family name; of every second person the given name is there, too.
    names = [f"{_letters(n) if n % 2 else 'Zoltan'} Person" for n in range(CREATORS)]

    began = time.process_time()
    doubts = Doubts(sighting)
    found = [doubts.about([name]) for name in names]

    assert time.process_time() - began < 1
    assert [bool(doubt) for doubt in found] == [bool(n % 2) for n in range(CREATORS)]


@pytest.mark.django_db
def test_thousands_of_ids_that_can_no_longer_be_read_are_decided_about_in_seconds():
    """A hundred of the people are enrolled, and the record named each of them before."""
    creators = collaboration()
    for one in creators[::28]:
        enrol(one["nameIdentifiers"][0]["nameIdentifier"][-19:])
    take_in(record(DOI, creators=creators))
    claims = Claim.objects.count()

    began = time.process_time()
    take_in(record(DOI, creators=unreadable(), updated="2026-07-01T00:00:00Z"))

    assert time.process_time() - began < 5
    assert Claim.objects.count() == claims == CREATORS // 28
