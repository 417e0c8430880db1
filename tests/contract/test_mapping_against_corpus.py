"""Every recorded DOI record makes a work that ORCID accepts, or is refused by name."""

import collections
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.domain.mapping.orcid_work import encode_work
from profiles.domain.mapping.report import as_json, report
from sandbox.orcid.records import rules, schema
from sandbox.orcid.records.grammar import WORK
from sandbox.orcid.wire import wire_json, wire_xml
from sandbox.orcid.wire.errors import OrcidError
from tests.support.doi_records import raw_record
from tests.support.orcid_schemas import official, refusal
from tests.support.orcid_second_layer import complaints
from tests.support.orcid_work_xml import as_xml
from tests.support.shared import shared

pytestmark = pytest.mark.contract
FILES = ["dois.jsonl", "dois_testsystem.jsonl"]
LAYER_ONE = "record_3.0/work-3.0.xsd"


def records(name):
    return [line for line in shared(f"corpus/{name}").read_bytes().splitlines() if line.strip()]


def wrong_with(work) -> list[str]:
    """Hold a work against ORCID's schema, our reading of its rules, and the stand-in's reading."""
    body = encode_work(work)
    plain = json.loads(body)
    found = complaints(plain)
    schema_says = refusal(official(LAYER_ONE), as_xml(plain))
    return [*found, *([schema_says] if schema_says else []), *stand_in_says(body)]


def stand_in_says(body: bytes) -> list[str]:
    try:
        document = wire_json.read(body, schema.WORK_DOCUMENT)
        rules.check_new_work(document)
        rules.check_roles(document)
    except OrcidError as error:
        return [f"stand-in: {error} {error.__dict__}"]
    schema_says = refusal(
        official(LAYER_ONE), wire_xml.write(document, space=WORK, name="work", kind=schema.WORK_DOCUMENT)
    )
    return [f"as the stand-in reads it: {schema_says}"] if schema_says else []


@pytest.mark.parametrize("name", FILES)
def test_every_record_maps_or_is_refused_by_name_and_what_maps_passes_both_layers(name):
    outcomes = collections.Counter()
    wrong = {}

    for raw in records(name):
        found = report(raw)
        outcomes[found.refused.code if found.refused else "mapped"] += 1
        assert (found.work is None) == (found.refused is not None)
        if found.work and (complaint := wrong_with(found.work)):
            wrong[found.doi] = complaint

    assert wrong == {}
    assert set(outcomes) <= {"mapped", "title-missing"}
    assert outcomes["mapped"] > 1600


@pytest.mark.parametrize("name", FILES)
def test_what_is_not_sent_says_where_it_stood_and_why(name):
    for raw in records(name):
        for dropped in report(raw).dropped:
            assert dropped.field
            assert dropped.reason
            assert len(dropped.value) <= 200


@pytest.mark.parametrize("name", FILES)
def test_the_same_record_always_makes_the_same_line_and_the_same_digest(name):
    for raw in records(name)[::5]:
        first, second = report(raw), report(json.loads(raw))
        assert as_json(first) == as_json(second)
        if first.work:
            assert encode_work(first.work) == encode_work(second.work)


def test_two_records_never_share_an_identifier_that_would_make_them_one_work():
    owners = collections.defaultdict(set)
    for name in FILES:
        for raw in records(name):
            found = report(raw)
            for one in found.work.external_ids.external_id if found.work else ():
                if one.external_id_relationship == "self":
                    owners[one.external_id_value].add(found.doi)

    assert [dois for dois in owners.values() if len(dois) > 1] == []


def test_every_orcid_id_of_a_creator_is_on_the_work_unless_it_is_said_why_not():
    from profiles.domain.ids import parse_orcid_id

    for raw in records("dois.jsonl"):
        creators = json.loads(raw)["attributes"].get("creators") or []
        values = [i.get("nameIdentifier") or "" for c in creators for i in c.get("nameIdentifiers") or []]
        named = {orcid_id for value in values if "orcid" in value and (orcid_id := parse_orcid_id(value))}
        found = report(raw)
        people = found.work.contributors.contributor if found.work and found.work.contributors else ()
        sent = {one.contributor_orcid.path for one in people if one.contributor_orcid}
        explained = " ".join(dropped.value for dropped in found.dropped)

        assert [orcid_id for orcid_id in named - sent if orcid_id not in explained] == []


WORDS = st.sampled_from(
    ["<p>", "</p>", "&amp;", "&lt;b&gt;", "\x00", "\ud800", "𝕋", "…", "a@b.org",
     "https://orcid.org/0000-0001-5109-3700",
     "10.5072/a&b;c", "10.5072/x'y", "0000-00-00", "2019-02-31", "2563", "1/2", "978-3-16-148410-0",
     "0098-7484", ":unav",
     "arXiv:2101.00001", "\u202e", "  ", "N/A", "Personal", "Organizational", "IsVersionOf", "IsPartOf",
     "DOI", "URL", "ISSN",
     "ISBN", "Handle", "ARK", "x" * 1200, "word " * 300, "zh-TW", "Issued", "Editor", "Abstract",
     "Subtitle", "TranslatedTitle"]
)  # fmt: skip
TEXT = st.lists(WORDS | st.text(max_size=12), max_size=4).map("".join) | WORDS
KEYS = st.sampled_from(
    ["title", "titleType", "lang", "name", "nameType", "givenName", "familyName", "contributorType",
     "nameIdentifiers",
     "nameIdentifier", "nameIdentifierScheme", "date", "dateType", "relationType", "relatedIdentifier",
     "titles", "type",
     "relatedIdentifierType", "awardNumber", "awardUri", "description", "descriptionType", "identifier",
     "identifierType",
     "alternateIdentifier", "alternateIdentifierType", "resourceTypeGeneral", "resourceType",
     "relatedItemIdentifier",
     "relatedItemIdentifierType"]
)  # fmt: skip
NASTY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    ["titles", "creators", "contributors", "dates", "descriptions", "relatedIdentifiers", "relatedItems",
     "fundingReferences", "container", "types", "publisher", "publicationYear", "language", "url",
     "alternateIdentifiers",
     "identifiers"]
)  # fmt: skip
OBJECTS = st.lists(st.dictionaries(KEYS, TEXT | NASTY, min_size=1, max_size=6), max_size=4)
DOIS = st.sampled_from(
    ["10.5072/x", "10.5072/a&b", "10.5072/a'b\"c", "10.1002/(sici)1<1::aid>3.0.co;2-o", "10.5072/ä%20#?"]
)


@given(DOIS, st.dictionaries(FIELDS, NASTY | OBJECTS), TEXT)
@settings(max_examples=400, deadline=None)
def test_no_record_breaks_the_mapping_and_what_maps_is_acceptable(doi, attributes, title):
    attributes.setdefault("titles", [{"title": title}])

    found = report(raw_record(doi, **attributes))

    assert (found.work is None) == (found.refused is not None)
    assert json.loads(as_json(found))["doi"] == doi
    if found.work:
        assert wrong_with(found.work) == []


@given(st.binary(max_size=200))
def test_what_is_no_record_is_refused_by_name(raw):
    found = report(b"\xff" + raw)

    assert (found.work, found.refused.code, found.refused.field) == (None, "broken-record", "record")
