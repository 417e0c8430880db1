import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.domain.records.doi_record import BrokenRecordError, Publisher, read_doi_record
from tests.support.doi_records import DOI, raw_record


def read(**attributes):
    return read_doi_record(json.dumps(raw_record(**attributes)).encode())


def test_a_record_is_read_alone_and_as_the_answer_to_a_question():
    alone = raw_record(creators=[{"name": "Berg, Anna"}])

    records = [
        read_doi_record(given) for given in (alone, {"data": alone}, json.dumps({"data": alone}).encode())
    ]

    assert [(one.doi, one.creators[0].name) for one in records] == [(DOI, "Berg, Anna")] * 3


def test_the_doi_is_bare_and_in_lower_case_wherever_it_stands():
    only_as_id = {"id": "https://doi.org/10.5072/ABC", "attributes": {"titles": []}}
    in_capitals = {"id": "1", "attributes": {"doi": "10.5072/ABC"}}

    assert [read_doi_record(one).doi for one in (only_as_id, in_capitals)] == ["10.5072/abc"] * 2


def test_a_field_of_the_wrong_kind_does_not_cost_the_others():
    record = read(
        titles=[{"title": "Kept", "lang": 7}, "A bare title", None, 5],
        creators={"name": "A lone object"},
        contributors=None,
        dates=[{"date": 2019, "dateType": "Issued"}, [], {"date": None}],
        publicationYear=2019.0,
        publisher=["not", "a", "publisher"],
        container=[{"title": "A list where an object belongs"}],
        language=True,
    )

    assert [one.title for one in record.titles] == ["Kept", "A bare title"]
    assert [one.name for one in record.creators] == ["A lone object"]
    assert [(one.date_type, one.date) for one in record.dates] == [("Issued", "2019"), (None, None)]
    assert (record.publication_year, record.container.title) == ("2019", "A list where an object belongs")
    assert (record.language, record.publisher_name, record.contributors) == (None, "", [])


@pytest.mark.parametrize(
    ("publisher", "name"),
    [("Zenodo", "Zenodo"), ({"name": "Zenodo"}, "Zenodo"), ({"name": None}, ""), (None, ""), (12, "12")],
    ids=["text", "object", "object without name", "null", "number"],
)
def test_the_publisher_has_one_name_in_all_forms(publisher, name):
    assert read(publisher=publisher).publisher_name == name


def test_a_publisher_that_is_an_object_stays_one_when_something_else_is_odd():
    record = read(publisher={"name": "Zenodo"}, language=5, titles="T", dates="2019")

    assert record.publisher == Publisher("Zenodo")
    assert (record.titles[0].title, record.dates[0].date, record.language) == ("T", "2019", "5")


def test_half_a_character_does_not_cost_the_record():
    record = read_doi_record(rb'{"id": "10.5072/x", "attributes": {"titles": [{"title": "a\ud800b"}]}}')

    assert record.titles[0].title == "ab"


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (b"", "record"),
        (b"{", "record"),
        (b"\xff\xfe", "record"),
        (b"[]", "record"),
        (b"null", "record"),
        (b'{"attributes": {}}', "doi"),
        (b'{"id": "no doi", "attributes": {"doi": 5}}', "doi"),
        ({"id": None}, "doi"),
        (b"[" * 100_000, "record"),
    ],
    ids=[
        "nothing",
        "half",
        "no text",
        "a list",
        "null",
        "no name",
        "a name that is none",
        "null as name",
        "a hole",
    ],
)
def test_what_is_no_record_is_refused_with_the_field_at_fault(raw, field):
    with pytest.raises(BrokenRecordError) as refused:
        read_doi_record(raw)

    assert refused.value.field == field


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
FIELDS = [
    "doi", "url", "titles", "descriptions", "creators", "contributors", "publisher", "container", "dates",
    "language", "publicationYear", "types", "relatedIdentifiers", "relatedItems", "identifiers",
    "fundingReferences",
]  # fmt: skip


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_whatever_stands_in_the_fields_the_title_is_kept(attributes):
    record = read_doi_record({"id": DOI, "attributes": {**attributes, "titles": [{"title": "Kept"}]}})

    assert record.titles[0].title == "Kept"
