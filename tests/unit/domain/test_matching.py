"""Whom a record names, in every form that was found in real metadata."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.domain.ids import parse_orcid_id
from profiles.domain.matching.enrolled import EnrolledIds
from profiles.domain.matching.named_ids import namings, unreadable
from profiles.domain.matching.names import resembles
from profiles.domain.records.sighting import UnreadableRecordError, glance, read_sighting
from tests.support.records import ANNA, BEN, CARA, contributor, creator, name_identifier, record
from tests.support.shared import shared

X = CARA if CARA.endswith("X") else "0000-0002-9079-593X"


def named_by(*identifiers):
    seen = read_sighting(record(creators=[creator(nameIdentifiers=list(identifiers))]))
    return [n.orcid_id for n in namings(seen)]


@pytest.mark.parametrize(
    ("value", "scheme", "scheme_uri"),
    [
        (f"https://orcid.org/{ANNA}", "ORCID", "https://orcid.org"),
        (f"http://orcid.org/{ANNA}", "ORCID", "http://orcid.org/"),
        (f"https://www.orcid.org/{ANNA}", "ORCID", None),
        (f"https://orcid.org/{ANNA}/", "ORCID", "https://orcid.org"),
        (f" \n https://orcid.org/{ANNA} \n", "ORCID", None),
        (f"https://orcid.org/https://orcid.org/{ANNA}", "ORCID", None),
        (f"orcid.org/{ANNA}", "ORCID", None),
        (ANNA, "ORCID", None),
        (ANNA, "orcid", None),
        (ANNA, "https://orcid.org/", None),
        (ANNA, "ORCID iD", ""),
        (ANNA, "", "https://orcid.org"),
        (ANNA, None, None),
        (ANNA, "ORICD", None),
        (ANNA.replace("-", ""), "ORCID", None),
        (ANNA.replace("-", " "), "ORCID", None),
        (f"https://orcid.org/{ANNA}", "Other", ""),
        (f"https://orcid.org/{ANNA} (unauthenticated)", "ORCID", "https://orcid.org"),
        (f"https://orcid.org/my-orcid?orcid={ANNA}", "ORCID", None),
        (f"\u202ahttps://orcid.org/{ANNA}\u202c", "ORCID", None),
        (f"\u200b{ANNA}\ufeff", "", ""),
    ],
)
def test_an_id_is_read_in_the_form(value, scheme, scheme_uri):
    assert named_by(name_identifier(value, scheme, scheme_uri)) == [ANNA]


def test_a_lower_case_check_digit_is_read():
    assert named_by(name_identifier("https://orcid.org/0000-0002-9079-593x")) == ["0000-0002-9079-593X"]


@pytest.mark.parametrize(
    ("value", "scheme"),
    [
        (None, "ORCID"),
        ("", "ORCID"),
        (17, "ORCID"),
        ("ORCID iD not provided", "ORCID"),
        ("https://orcid.org/1111-1111-1111-1111", "ORCID"),
        ("https://orcid.org/0000-0001-7928-877", "ORCID"),
        ("0000-0000-0000-0000", "ORCID"),
        (f"http://isni.org/isni/{ANNA.replace('-', '')}", "ISNI"),
        (ANNA, "ISNI"),
        (ANNA, "GND"),
        ("2220-0021-5000-0004", "Other"),
        (f"https://sandbox.orcid.org/{ANNA}", "ORCID"),
        ("https://orcid.org/0000-0002-1825-0097", "ORCID"),
    ],
)
def test_what_is_not_a_persons_id_names_no_one(value, scheme):
    assert named_by(name_identifier(value, scheme, None)) == []


def test_sandbox_ids_count_where_the_deployment_uses_the_sandbox():
    seen = read_sighting(
        record(creators=[creator(nameIdentifiers=[name_identifier(f"https://sandbox.orcid.org/{ANNA}")])])
    )

    assert [n.orcid_id for n in namings(seen, sandbox=True)] == [ANNA]


def test_the_second_id_of_a_creator_counts_too():
    assert named_by(name_identifier(BEN), name_identifier(ANNA)) == [BEN, ANNA]


def test_contributors_are_found_with_their_role_and_place():
    seen = read_sighting(record(creators=[creator(BEN)], contributors=[contributor(ANNA, "DataCurator")]))

    found = [(n.orcid_id, n.role, n.field) for n in namings(seen)]

    assert found == [
        (BEN, "", "creators[0].nameIdentifiers[0]"),
        (ANNA, "DataCurator", "contributors[0].nameIdentifiers[0]"),
    ]


def test_an_identifier_that_cannot_be_read_is_reported_with_its_place():
    seen = read_sighting(record(creators=[creator(), creator(nameIdentifiers=[name_identifier(None)])]))

    assert [(u.field, u.deposited) for u in unreadable(seen)] == [("creators[1].nameIdentifiers[0]", "")]


@pytest.mark.parametrize(
    "attributes",
    [
        {"creators": None, "contributors": None, "relatedIdentifiers": None, "titles": None},
        {"creators": {"name": "lone", "nameIdentifiers": {"nameIdentifier": ANNA}}},
        {"creators": ["a string", 3, None]},
        {"creators": [{"nameIdentifiers": "ORCID"}]},
        {"types": None, "state": None, "updated": 17, "agency": []},
        {"titles": [{"title": "half a character: \ud800"}], "creators": [{"name": "\udc00"}]},
        {"publicationYear": float("nan"), "sizes": [float("inf")]},
    ],
)
def test_odd_shapes_are_read_without_an_error(attributes):
    raw = json.dumps(record(**attributes)).encode()

    assert read_sighting(raw).doi == "10.5072/anna-1"
    assert glance(raw).id == "10.5072/anna-1"


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b'"10.5072/1"', b'{"id": "no-doi"}', b'{"attributes": {}}']
)
def test_what_is_no_record_is_refused(raw):
    with pytest.raises(UnreadableRecordError):
        read_sighting(raw)


@pytest.mark.parametrize(
    ("owner", "credited", "expected"),
    [
        ("Anna Berg", "Berg, Anna", True),
        ("Anna Berg", "A. Berg", True),
        ("Anna Berg-Schmidt", "Anna Berg", True),
        ("Anna Berg", "Anna Schmidt", True),
        ("Jürgen Müller", "Mueller, Juergen", True),
        ("Jürgen Müller", "MULLER J", True),
        ("Cara Núñez", "Nunez, C.", True),
        ("Łukasz Kowalski", "Kowalsky, Lukasz", True),
        ("王小明", "Wang, Xiaoming", True),
        ("Anna Berg", "", True),
        ("", "Petrov, Ivan", True),
        ("Anna Berg", "Petrov, Ivan", False),
        ("Anna Berg", "Climate Institute", False),
        ("王小明", "李雷", False),
    ],
)
def test_names_resemble(owner, credited, expected):
    people = read_sighting(record(creators=[creator(name=credited, givenName="", familyName="")])).creators

    assert resembles([owner], people) is expected


@pytest.mark.contract
@pytest.mark.parametrize("broken", [None, 7, "", "abc", "10.5072", [], "https://example.org/data"])
@pytest.mark.parametrize("wrapped", [False, True])
def test_where_the_id_is_broken_the_doi_attribute_counts(broken, wrapped):
    changed = {**record("10.5072/Good"), "id": broken}
    raw = json.dumps({"data": changed} if wrapped else changed).encode()

    assert glance(raw).id.lower() == read_sighting(raw).doi == "10.5072/good"


def test_an_id_that_is_an_address_is_read_as_the_doi_it_names():
    raw = json.dumps({**record(), "id": "https://doi.org/10.5072/In-Full", "attributes": {}}).encode()

    assert glance(raw).id == read_sighting(raw).doi == "10.5072/in-full"


def test_every_record_of_the_corpus_is_read_alike_by_a_glance_and_in_full():
    for line in shared("corpus/dois.jsonl").read_bytes().splitlines():
        seen, quick = read_sighting(line), glance(line)
        texts = {i.text for p in (*seen.creators, *seen.contributors) for i in p.identifiers}
        people = [*(quick.attributes.creators or ()), *(quick.attributes.contributors or ())]
        assert {(i.text or "").strip() for p in people for i in p.identifiers or ()} == texts


@given(st.integers(0, 10**15 - 1), st.sampled_from("0123456789X"))
def test_the_usual_form_is_read_as_patiently_as_any_other(number, last):
    digits = f"{number:015d}{last}"
    bare = "-".join(digits[i : i + 4] for i in range(0, 16, 4))

    assert parse_orcid_id(f"https://orcid.org/{bare}") == parse_orcid_id(f" https://orcid.org/{bare}/ ")


def test_what_is_watched_for_is_what_is_named():
    enrolled = EnrolledIds([ANNA, CARA])

    assert enrolled.mentions(f"https://orcid.org/{ANNA}")
    assert enrolled.mentions(f"{CARA}/")
    assert enrolled.mentions(ANNA.replace("-", ""))
    assert not enrolled.mentions(BEN)
    assert not enrolled.mentions("ORCID iD not provided")
    assert not enrolled.mentions("xxxx-yyyy-zzzz-0000")
