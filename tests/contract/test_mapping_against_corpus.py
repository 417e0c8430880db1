"""Every recorded DOI record makes a work that ORCID accepts, or is refused by name."""

import collections

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.domain.doi_record import BrokenRecordError, read_doi_record
from profiles.domain.mapping import map_work
from profiles.domain.orcid_work import content_digest, encode_work
from sandbox.orcid import rules, schema, wire_json, wire_xml
from sandbox.orcid.errors import OrcidError
from sandbox.orcid.grammar import WORK
from tests.support.orcid_schemas import official, refusal
from tests.support.shared import shared

pytestmark = pytest.mark.contract
FILES = ["dois.jsonl", "dois_testsystem.jsonl"]


def records(name):
    return [line for line in shared(f"corpus/{name}").read_bytes().splitlines() if line.strip()]


def second_layer(body: bytes) -> dict:
    """Read the work as ORCID's stand-in does, and apply the rules that its schema does not know."""
    document = wire_json.read(body, schema.WORK_DOCUMENT)
    rules.check_new_work(document)
    rules.check_roles(document)
    return document


@pytest.mark.parametrize("name", FILES)
def test_every_record_maps_or_is_refused_by_name_and_what_maps_passes_both_layers(name):
    layer_one = official("record_3.0/work-3.0.xsd")
    outcomes = collections.Counter()
    wrong = {}

    for raw in records(name):
        mapped = map_work(read_doi_record(raw))
        if mapped.refused:
            outcomes[mapped.refused.code] += 1
            continue
        outcomes["mapped"] += 1
        body = encode_work(mapped.work)
        try:
            document = second_layer(body)
        except OrcidError as error:
            wrong[raw[:60]] = f"{error} {error.__dict__}"
            continue
        xml = wire_xml.write(document, space=WORK, name="work", kind=schema.WORK_DOCUMENT)
        found = refusal(layer_one, xml)
        if found:
            wrong[raw[:60]] = found

    assert wrong == {}
    assert set(outcomes) <= {"mapped", "title-missing"}
    assert outcomes["mapped"] > 1600


@pytest.mark.parametrize("name", FILES)
def test_the_same_record_always_has_the_same_digest(name):
    for raw in records(name)[:200]:
        first, second = map_work(read_doi_record(raw)), map_work(read_doi_record(raw))
        if first.work:
            assert content_digest(first.work) == content_digest(second.work)


NAMES = [
    "title",
    "titleType",
    "lang",
    "name",
    "givenName",
    "nameIdentifiers",
    "nameIdentifier",
    "date",
    "dateType",
    "relationType",
    "relatedIdentifier",
    "relatedIdentifierType",
    "awardNumber",
    "description",
    "identifier",
]
NASTY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(NAMES),
        inner,
        max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip
FIELDS = ["titles", "creators", "contributors", "dates", "descriptions", "relatedIdentifiers", "relatedItems",
          "fundingReferences", "container", "types", "publisher", "publicationYear", "language", "url",
          "alternateIdentifiers", "identifiers"]  # fmt: skip


@given(st.dictionaries(st.sampled_from(FIELDS), NASTY), st.text(min_size=1, max_size=1200))
@settings(max_examples=200, deadline=None)
def test_no_record_breaks_the_mapping_and_what_maps_is_acceptable(attributes, title):
    attributes.setdefault("titles", [{"title": title}])
    record = {"id": "10.5072/x", "attributes": {"doi": "10.5072/x", **attributes}}

    mapped = map_work(read_doi_record(record))

    assert (mapped.work is None) == (mapped.refused is not None)
    if mapped.work:
        second_layer(encode_work(mapped.work))


@given(st.binary(max_size=200))
def test_what_is_no_record_is_refused_and_breaks_nothing(raw):
    with pytest.raises(BrokenRecordError):
        read_doi_record(b"\xff" + raw)
