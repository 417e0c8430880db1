"""The ORCID stand-in under odd input and under faults: it refuses in ORCID's words and loses nothing."""

import copy
import json
from http.client import RemoteDisconnected
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.orcid.oauth.access import Caller
from sandbox.orcid.records import schema, works
from sandbox.orcid.records.grammar import WORK, SchemaError
from sandbox.orcid.state import OrcidState
from sandbox.orcid.views.work_views import grouped, whole
from sandbox.orcid.wire import wire_json, wire_xml
from sandbox.orcid.wire.errors import OrcidError
from sandbox.serving import started
from tests.support.orcid_stand_in import ALICE, PEOPLE, SEARCH_CLIENT, a_work, an_id, ids

RICH = a_work(
    **{
        "title": {
            "title": {"value": "Tides"},
            "subtitle": {"value": "Again"},
            "translated-title": {"value": "Gezeiten", "language-code": "de"},
        },
        "journal-title": {"value": "Journal"},
        "short-description": "Plain",
        "citation": {"citation-type": "bibtex", "citation-value": "@misc{x}"},
        "publication-date": {"year": {"value": "2020"}, "month": {"value": "02"}, "day": {"value": "29"}},
        "external-ids": ids(an_id(), an_id("handle", "1/2", "version-of")),
        "url": {"value": "https://example.org/"},
        "contributors": {
            "contributor": [
                {
                    "contributor-orcid": {"path": ALICE},
                    "credit-name": {"value": "Alice"},
                    "contributor-attributes": {
                        "contributor-sequence": "first",
                        "contributor-role": "author",
                    },
                }
            ]
        },
        "language-code": "en",
        "country": {"value": "NL"},
        "put-code": None,
        "visibility": "public",
    }
)


MEMORY = OrcidState(PEOPLE)


def places(content, path=()):
    """Return the way to every value of a document."""
    found = [path] if path else []
    if isinstance(content, dict):
        for key, value in content.items():
            found += places(value, (*path, key))
    if isinstance(content, list):
        for number, value in enumerate(content):
            found += places(value, (*path, number))
    return found


odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.sampled_from(["", " ", "31", "2020", "self", "\x00", "𝕋", "x" * 1001]),
    st.just([]),
    st.just({}),
    st.just({"value": None}),
    st.just([None]),
)


@st.composite
def harmed_works(draw):
    """Draw a work in which a few values were replaced or taken away."""
    work = copy.deepcopy(RICH)
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(places(work)))
        holder = work
        for step in way:
            holder = holder[step]
        if isinstance(holder, dict) and draw(st.booleans()):
            del holder[last]
        else:
            holder[last] = copy.deepcopy(draw(odd))
        if not places(work):
            break
    return work


@settings(max_examples=400, deadline=None)
@given(st.lists(harmed_works(), min_size=1, max_size=3))
def test_harmed_works_are_stored_or_refused_by_number_and_never_break_the_record(sent):
    state = MEMORY
    state.reset()
    token = state.tokens.issue(
        client_id=SEARCH_CLIENT[0], orcid_id=ALICE, scopes=frozenset({"/activities/update"}), now=state.now()
    )
    who = Caller(state.clients[SEARCH_CLIENT[0]], token)
    person = state.people[ALICE]

    for each in sent:
        for strict in (True, False):
            try:
                content = wire_json.from_object(each, schema.WORK_DOCUMENT, strict=strict)
            except SchemaError:
                continue
            for outcome in works.add_many(state, person, who, [content]):
                assert isinstance(outcome, OrcidError) or outcome.put_code in state.records[ALICE].works
    for work in state.records[ALICE].works.values():
        shown = whole(state, work)
        assert wire_xml.parse(wire_xml.write(shown, space=WORK, name="work", kind=schema.WORK_DOCUMENT))
        assert json.dumps(wire_json.complete(shown, schema.WORK_DOCUMENT))
    assert grouped(state, ALICE, state.records[ALICE].works.values())["path"] == f"/{ALICE}/works"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_refused_as_broken_documents(body):
    with pytest.raises(SchemaError):
        wire_json.read(body, schema.WORK_DOCUMENT)
    with pytest.raises(SchemaError):
        wire_xml.read(body, space=WORK, name="work", kind=schema.WORK_DOCUMENT)


def test_deep_nesting_is_refused():
    with pytest.raises(SchemaError):
        wire_xml.parse(b"<a>" * 5000 + b"</a>" * 5000)
    with pytest.raises(SchemaError):
        wire_json.parse(b"[" * 100_000)


@pytest.fixture(scope="module")
def stands():
    with started() as running:
        yield running


def post(stands, work):
    token = stands.orcid.order("tokens", {"client_id": SEARCH_CLIENT[0], "orcid": ALICE})["access_token"]
    request = Request(
        f"{stands.orcid_url}/v3.0/{ALICE}/work",
        data=json.dumps(work).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urlopen(request, timeout=10) as answer:
        return answer.status, answer.headers


def stored(stands):
    person = next(each for each in stands.orcid.state()["people"] if each["orcid"] == ALICE)
    return [work["identifiers"][0][1] for work in person["works"]]


def test_an_answer_lost_after_the_write_leaves_the_work_and_the_next_try_finds_it(stands):
    stands.orcid.reset()
    stands.orcid.fail_next(path="/work", method="POST", drop_after=True)

    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        post(stands, a_work("10.5072/lost"))
    with pytest.raises(HTTPError) as again:
        post(stands, a_work("10.5072/lost"))

    with again.value as answer:
        assert (answer.code, json.load(answer)["error-code"]) == (409, 9021)
    assert stored(stands) == ["10.5072/lost"]


def test_a_connection_dropped_before_the_write_leaves_nothing(stands):
    stands.orcid.reset()
    stands.orcid.fail_next(path="/work", method="POST", drop=True)

    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        post(stands, a_work("10.5072/lost"))

    assert stored(stands) == []


def test_the_address_of_a_new_work_is_the_stand_ins_own(stands):
    stands.orcid.reset()

    status, headers = post(stands, a_work())

    assert status == 201
    assert headers["Location"].startswith(f"{stands.orcid_url}/v3.0/{ALICE}/work/")


def test_a_reset_brings_the_start_back(stands):
    post(stands, a_work("10.5072/before"))
    stands.orcid.order("people", {"orcid": ALICE, "name_public": False})

    stands.orcid.reset()

    assert stored(stands) == []
    alice = next(each for each in stands.orcid.state()["people"] if each["orcid"] == ALICE)
    assert alice["name_public"] is True


def test_an_order_that_can_not_be_carried_out_is_explained(stands):
    with pytest.raises(ValueError, match="is not the status of a record"):
        stands.orcid.order("people", {"orcid": ALICE, "status": "asleep"})


async def test_a_fault_of_the_stand_in_itself_is_told_as_orcids_own(orcid):
    token = orcid.token()
    del orcid.state.records[ALICE]

    answer = await orcid.add(a_work(), token=token)
    body = await answer.json()

    assert (answer.status, body["error-code"]) == (500, 9008)
    assert body["user-message"] == "Something went wrong in ORCID."
