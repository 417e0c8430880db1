"""Changing and removing works at the ORCID stand-in, its blind spots included."""

import copy

import pytest

from sandbox.orcid.records.comparison import is_unchanged
from sandbox.orcid.records.records import kept
from tests.support.orcid_stand_in import ALICE, UPDATE_CLIENT, a_work, an_id, ids

RICH = a_work(
    **{
        "title": {
            "title": {"value": "Tides"},
            "subtitle": {"value": "A second look"},
            "translated-title": {"value": "Gezeiten", "language-code": "de"},
        },
        "journal-title": {"value": "Journal of Water"},
        "short-description": "Plain",
        "citation": {"citation-type": "bibtex", "citation-value": "@misc{x}"},
        "publication-date": {"year": {"value": "2020"}},
        "url": {"value": "https://example.org/"},
        "contributors": {"contributor": [{"credit-name": {"value": f"Name {n}"}} for n in range(60)]},
        "language-code": "en",
        "country": {"value": "NL"},
    }
)


def changed(**changes):
    work = copy.deepcopy(RICH)
    for key, value in changes.items():
        name = key.replace("_", "-")
        if value is None:
            del work[name]
        else:
            work[name] = value
    return work


def with_contributor(number, name):
    people = copy.deepcopy(RICH["contributors"])
    people["contributor"][number] = {"credit-name": {"value": name}}
    return people


UNSEEN = {
    "nothing": {},
    "the citation goes": {"citation": None},
    "the date goes": {"publication_date": None},
    "a month comes": {"publication_date": {"year": {"value": "2020"}, "month": {"value": "05"}}},
    "the translated title goes": {
        "title": {"title": {"value": "Tides"}, "subtitle": {"value": "A second look"}}
    },
    "the fifty-first contributor is another": {"contributors": with_contributor(50, "Somebody else")},
}
SEEN = {
    "title": {"title": {"title": {"value": "Tides"}, "subtitle": {"value": "A third look"}}},
    "the subtitle goes": {
        "title": {
            "title": {"value": "Tides"},
            "translated-title": {"value": "Gezeiten", "language-code": "de"},
        }
    },
    "the journal goes": {"journal_title": None},
    "the description goes": {"short_description": None},
    "another citation": {"citation": {"citation-type": "bibtex", "citation-value": "@misc{y}"}},
    "another year": {"publication_date": {"year": {"value": "2021"}}},
    "the url goes": {"url": None},
    "the fiftieth contributor is another": {"contributors": with_contributor(49, "Somebody else")},
    "another identifier": {"external_ids": ids(an_id(), an_id("handle", "1/2", "part-of"))},
    "the language goes": {"language_code": None},
    "another type": {"type": "software"},
}


@pytest.mark.parametrize("case", UNSEEN)
async def test_orcid_sees_no_difference(orcid, case):
    put_code = await orcid.added(RICH)
    before = copy.deepcopy(orcid.state.records[ALICE].works[put_code])

    answer = await orcid.change(put_code, changed(**UNSEEN[case]))

    assert answer.status == 200
    assert orcid.state.records[ALICE].works[put_code] == before


@pytest.mark.parametrize("case", SEEN)
async def test_orcid_sees_the_difference(orcid, case):
    put_code = await orcid.added(RICH)

    answer = await orcid.change(put_code, changed(**SEEN[case]))

    stored = orcid.state.records[ALICE].works[put_code].content
    assert answer.status == 200
    assert stored == kept(changed(**SEEN[case]))


async def test_what_is_left_out_is_cleared_when_something_else_changes(orcid):
    put_code = await orcid.added(RICH)

    answer = await orcid.change(put_code, changed(type="software", citation=None, publication_date=None))
    body = await answer.json()

    assert (body["type"], body["citation"], body["publication-date"]) == ("software", None, None)


def test_an_empty_description_is_as_good_as_none():
    without, empty = kept(changed(short_description=None)), kept(changed(short_description=""))

    assert is_unchanged(without, empty)


def test_a_date_that_gets_its_first_value_is_seen():
    without = kept(changed(publication_date=None))

    assert not is_unchanged(without, kept(RICH))


async def test_a_change_by_another_client_is_refused_after_validation(orcid):
    put_code = await orcid.added(a_work())
    other = orcid.token(client=UPDATE_CLIENT)

    same = await orcid.change(put_code, a_work(), token=other)
    invalid = await orcid.change(put_code, a_work(**{"external-ids": ids()}), token=other)
    valid = await orcid.change(put_code, a_work(type="software"), token=other)

    assert [(each.status, (await each.json())["error-code"]) for each in (same, invalid, valid)] == [
        (403, 9014),
        (400, 9023),
        (403, 9010),
    ]


async def test_visibility_may_be_repeated_or_left_out_but_not_changed(orcid):
    put_code = await orcid.added(a_work())

    repeated = await orcid.change(put_code, a_work(type="software", visibility="public"))
    different = await orcid.change(put_code, a_work(type="report", visibility="limited"))

    assert repeated.status == 200
    assert (different.status, (await different.json())["error-code"]) == (403, 9035)


@pytest.mark.parametrize("in_body", [None, 1])
async def test_the_put_codes_of_body_and_path_must_be_the_same(orcid, in_body):
    put_code = await orcid.added(a_work())
    body = a_work(**{"put-code": in_body})

    answer = await orcid.call("PUT", f"/v3.0/{ALICE}/work/{put_code}", token=orcid.token(), body=body)

    assert (answer.status, (await answer.json())["error-code"]) == (400, 9019)


async def test_a_change_may_not_take_the_identifier_of_another_work(orcid):
    first = await orcid.added(a_work("10.5072/a"))
    second = await orcid.added(a_work("10.5072/b"))

    answer = await orcid.change(second, a_work("10.5072/a", type="software"))
    body = await answer.json()

    assert (answer.status, body["error-code"]) == (409, 9021)
    assert f"put-code {first}." in body["developer-message"]


async def test_an_identifier_given_up_is_free_again(orcid):
    put_code = await orcid.added(a_work("10.5072/a"))
    await orcid.change(put_code, a_work("10.5072/b"))

    assert (await orcid.add(a_work("10.5072/a"))).status == 201


async def test_only_the_source_removes_and_only_once(orcid):
    put_code = await orcid.added(a_work())
    path = f"/v3.0/{ALICE}/work/{put_code}"

    foreign = await orcid.call("DELETE", path, token=orcid.token(client=UPDATE_CLIENT))
    own = await orcid.call("DELETE", path, token=orcid.token())
    again = await orcid.call("DELETE", path, token=orcid.token())
    changed_after = await orcid.change(put_code, a_work())

    assert (foreign.status, (await foreign.json())["error-code"]) == (403, 9010)
    assert own.status == 204
    for late in (again, changed_after):
        body = await late.json()
        assert (late.status, body["error-code"]) == (404, 9016)
        assert body["developer-message"].endswith("Full validation error: No entity found for query")


async def test_a_token_taken_back_by_its_owner_still_removes_and_does_nothing_else(orcid):
    token = orcid.token()
    put_code = await orcid.added(a_work(), token=token)
    await orcid.browser.post(
        "/__sandbox__/revoke-trust", json={"orcid": ALICE, "client_id": "APP-PROFILESDEMO0002"}
    )
    path = f"/v3.0/{ALICE}/work/{put_code}"

    statuses = [
        (await orcid.call(method, path, token=token, body=body)).status
        for method, body in (("GET", None), ("PUT", a_work(**{"put-code": put_code})), ("DELETE", None))
    ]

    assert statuses == [401, 401, 204]


async def test_a_deactivated_record_kills_its_tokens_for_everything(orcid):
    token = orcid.token()
    put_code = await orcid.added(a_work(), token=token)
    orcid.state.add_person({"orcid": ALICE, "status": "deactivated"})

    answer = await orcid.call("DELETE", f"/v3.0/{ALICE}/work/{put_code}", token=token)

    assert answer.status == 401


async def test_put_codes_are_beyond_32_bits_and_never_come_again(orcid):
    first = await orcid.added(a_work("10.5072/a"))
    await orcid.call("DELETE", f"/v3.0/{ALICE}/work/{first}", token=orcid.token())

    second = await orcid.added(a_work("10.5072/a"))

    assert 2**31 < first < second
