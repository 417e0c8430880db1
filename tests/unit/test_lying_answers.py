"""Answers that are well formed and about something else: none of them is taken for what was asked for."""

import json

import pytest

from profiles.clients.datacite import DataCite
from profiles.clients.errors import UnclearAnswerError
from profiles.clients.http import Answer
from profiles.clients.orcid_works import OrcidWorks
from tests.support.fuzzing import ALICE, TOKEN, FixedAnswer

BOB = "0009-0001-0000-0022"
ASKED = "10.5072/asked"


def orcid(status=200, body=None, **headers):
    return OrcidWorks(FixedAnswer(Answer(status, headers, json.dumps(body).encode())), api_url="https://api")


def datacite(body):
    return DataCite(FixedAnswer(Answer(200, {}, json.dumps(body).encode())), api_url="https://api")


def result_of(call):
    """Run a call that never really waits."""
    with pytest.raises(StopIteration) as end:
        call.send(None)
    return end.value.value


def refused(call):
    with pytest.raises(UnclearAnswerError):
        call.send(None)


def record_of(orcid_id, *put_codes):
    works = [{"put-code": code, "path": f"/{orcid_id}/work/{code}"} for code in put_codes]
    return {"group": [{"work-summary": works}] if works else [], "path": f"/{orcid_id}/works"}


@pytest.mark.parametrize("put_codes", [(), (7,)])
def test_the_works_of_another_record_are_not_taken_for_those_of_this_one(put_codes):
    refused(orcid(body=record_of(BOB, *put_codes)).read_all(ALICE, TOKEN))

    own = result_of(orcid(body=record_of(ALICE, *put_codes)).read_all(ALICE, TOKEN))
    assert [work.put_code for work in own] == list(put_codes)


def test_a_work_of_another_record_among_ones_own_makes_the_list_useless():
    mixed = record_of(ALICE, 7)
    mixed["group"] += record_of(BOB, 8)["group"]

    refused(orcid(body=mixed).read_all(ALICE, TOKEN))


def test_a_put_code_on_another_record_is_not_kept():
    refused(orcid(201, location=f"http://api/v3.0/{BOB}/work/7").add(ALICE, TOKEN, b"{}"))

    for prefix in (f"http://inside/orcid/v3.0/{ALICE}/work", "/work"):
        assert result_of(orcid(201, location=f"{prefix}/7").add(ALICE, TOKEN, b"{}")) == 7


def test_the_record_of_another_doi_is_not_taken_for_the_one_asked_for():
    other = {"data": {"id": "10.5072/other", "type": "dois", "attributes": {"doi": "10.5072/other"}}}
    refused(datacite(other).doi(ASKED))

    own = {"data": {"id": ASKED.upper(), "type": "dois", "attributes": {"doi": ASKED}}}
    assert json.loads(result_of(datacite(own).doi(ASKED))) == own["data"]


def test_a_list_that_leads_back_to_the_same_page_has_no_end_and_is_refused():
    page = {
        "data": [{"id": ASKED, "type": "dois", "attributes": {"doi": ASKED}}],
        "links": {"next": "https://api/dois?page%5Bcursor%5D=abc"},
    }
    refused(datacite(page).search(query="a", cursor="abc"))

    assert result_of(datacite(page).search(query="a", cursor="1")).cursor == "abc"
    empty = page | {"data": []}
    assert result_of(datacite(empty).search(query="a", cursor="abc")).cursor is None
