"""Many works in one call at the ORCID stand-in."""

import pytest

from tests.support.orcid_stand_in import ALICE, JSON, UPDATE_CLIENT, XML, a_work, an_id, ids

PATH = f"/v3.0/{ALICE}/works"


def bulk(*works):
    return {"bulk": [{"work": work} for work in works]}


async def post(orcid, *works, **how):
    answer = await orcid.call(
        "POST", PATH, token=how.pop("token", None) or orcid.token(), body=bulk(*works), **how
    )
    return answer, await answer.json()


def told(body):
    """Return for each element its put-code or its error code."""
    return [
        each["work"]["put-code"]
        if "work" in each
        else (each["error"]["response-code"], each["error"]["error-code"])
        for each in body["bulk"]
    ]


async def test_each_element_has_its_own_outcome_in_the_order_sent(orcid):
    answer, body = await post(
        orcid,
        a_work("10.5072/a"),
        a_work("10.5072/b", title=None),
        a_work("10.5072/c"),
        a_work("10.5072/d", **{"put-code": 4}),
        a_work("10.5072/A"),
        a_work(
            "10.5072/e", contributors={"contributor": [{"contributor-attributes": {"contributor-role": "x"}}]}
        ),
    )

    first, blank, third, numbered, twice, role = told(body)
    assert answer.status == 200
    assert {first, third} == set(orcid.state.records[ALICE].works)
    assert (blank, numbered, twice, role) == ((400, 9022), (400, 9024), (409, 9021), (400, 9058))
    assert set(body["bulk"][1]["error"]) == {
        "response-code", "developer-message", "user-message", "error-code", "more-info",
    }  # fmt: skip


async def test_the_schema_is_not_applied_in_bulk(orcid):
    long = a_work("10.5072/a", title={"title": {"value": "t" * 1001}})

    single = await orcid.add(long)
    _, body = await post(orcid, long)

    assert single.status == 400
    assert told(body) == list(orcid.state.records[ALICE].works)


async def test_the_rules_are_stricter_about_duplicates_in_bulk(orcid):
    versions = ids(an_id(value="10.5072/new"), an_id(value="10.5072/v", relationship="version-of"))
    await orcid.added(a_work(**{"external-ids": versions}))

    _, body = await post(orcid, a_work("10.5072/v"), a_work("10.5072/w"))
    single = await orcid.add(a_work("10.5072/v"))

    assert told(body)[0] == (409, 9021)
    assert isinstance(told(body)[1], int)
    assert single.status == 201


async def test_another_clients_copy_is_no_duplicate(orcid):
    await orcid.added(a_work("10.5072/a"), token=orcid.token(client=UPDATE_CLIENT))

    _, body = await post(orcid, a_work("10.5072/a"))

    assert isinstance(told(body)[0], int)


async def test_a_hundred_fit_and_one_more_does_not(orcid):
    works = [a_work(f"10.5072/{number}") for number in range(101)]

    refused, why = await post(orcid, *works)
    taken, body = await post(orcid, *works[:100])

    assert (refused.status, why["error-code"]) == (400, 9006)
    assert "You are allowed to add up to 100 elements per request." in why["developer-message"]
    assert (taken.status, len(body["bulk"])) == (200, 100)


async def test_room_on_the_record_is_looked_at_first_and_for_the_whole_bulk(orcid):
    orcid.state.options.max_works = 3
    await orcid.added(a_work("10.5072/a"))
    works = [a_work(f"10.5072/{number}") for number in range(101)]

    too_many, why = await post(orcid, *works)
    exact, _ = await post(orcid, *works[:2])

    assert (too_many.status, why["error-code"]) == (409, 9048)
    assert exact.status == 200
    assert len(orcid.state.records[ALICE].works) == 3


async def test_a_bulk_in_xml_reads_the_same(orcid):
    work = (
        "<work:work><work:title><common:title>{}</common:title></work:title><work:type>{}</work:type>"
        "<common:external-ids><common:external-id><common:external-id-type>doi</common:external-id-type>"
        "<common:external-id-value>10.5072/{}</common:external-id-value>"
        "<common:external-id-relationship>self</common:external-id-relationship></common:external-id>"
        "</common:external-ids></work:work>"
    )
    body = (
        '<bulk:bulk xmlns:bulk="http://www.orcid.org/ns/bulk" xmlns:work="http://www.orcid.org/ns/work" '
        'xmlns:common="http://www.orcid.org/ns/common">'
        f"{work.format('t' * 1001, 'data-set', 'a')}{work.format('T', 'no-such-type', 'b')}</bulk:bulk>"
    )

    answer = await orcid.call("POST", PATH, token=orcid.token(), body=body, content_type=XML, accept=JSON)
    listed = told(await answer.json())

    assert isinstance(listed[0], int)
    assert listed[1] == (400, 9037)


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        ("<bulk", XML, 9001),
        ('<work:work xmlns:work="http://www.orcid.org/ns/work"/>', XML, 9001),
        ("[]", JSON, 9047),
        ('{"bulk": [{"error": {}}]}', JSON, 9047),
        ('{"bulk": [{"work": {"type": "no-such-type"}}]}', JSON, 9051),
        ('{"bulk": [{"work": {"colour": "red"}}]}', JSON, 9047),
    ],
)
async def test_a_bulk_that_can_not_be_read_is_refused_as_a_whole(orcid, body, kind, code):
    answer = await orcid.call("POST", PATH, token=orcid.token(), body=body, content_type=kind, accept=JSON)

    assert (answer.status, (await answer.json())["error-code"]) == (400, code)


async def test_many_are_read_found_ones_first_in_database_order(orcid):
    first, second = await orcid.added(a_work("10.5072/a")), await orcid.added(a_work("10.5072/b"))

    answer = await orcid.call("GET", f"{PATH}/7,{second},{first},8", token=orcid.token())
    body = await answer.json()

    assert told(body) == [first, second, (400, 9034), (400, 9034)]
    assert body["bulk"][2]["error"]["developer-message"].endswith("'7' is not a valid put code")


async def test_a_word_among_the_numbers_refuses_the_whole_call(orcid):
    answer = await orcid.call("GET", f"{PATH}/7,xxx", token=orcid.token())

    assert (answer.status, (await answer.json())["error-code"]) == (400, 9006)


async def test_a_hidden_work_of_another_person_is_an_error_among_the_rest(orcid):
    orcid.state.add_person({"orcid": ALICE, "default_visibility": "private"})
    hidden = await orcid.added(a_work("10.5072/a"), token=orcid.token(client=UPDATE_CLIENT))
    own = await orcid.added(a_work("10.5072/b"))

    answer = await orcid.call("GET", f"{PATH}/{hidden},{own}", token=orcid.token())

    assert told(await answer.json()) == [(403, 9013), own]
