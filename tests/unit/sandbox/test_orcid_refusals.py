"""Every error code of the ORCID stand-in that a member can meet with works, and the order of the checks."""

import pytest

from sandbox.orcid.wire.errors import ENTRIES
from tests.support.orcid_stand_in import (
    ALICE,
    BOB,
    CAROL,
    JSON,
    SEARCH_CLIENT,
    UPDATE_CLIENT,
    XML,
    a_work,
    an_id,
    ids,
)

XML_WORK = (
    '<work:work xmlns:common="http://www.orcid.org/ns/common" xmlns:work="http://www.orcid.org/ns/work">'
    "<work:title><common:title>{title}</common:title></work:title><work:type>{type}</work:type>"
    "<common:external-ids><common:external-id><common:external-id-type>doi</common:external-id-type>"
    "<common:external-id-value>10.5072/xml</common:external-id-value>{relationship}</common:external-id>"
    "</common:external-ids>{more}</work:work>"
)
SELF = "<common:external-id-relationship>self</common:external-id-relationship>"


def xml_work(*, title="T", kind="data-set", relationship=SELF, more=""):
    return XML_WORK.format(title=title, type=kind, relationship=relationship, more=more)


def dated(*parts):
    return {
        "publication-date": {n: {"value": p} for n, p in zip(("year", "month", "day"), parts, strict=False)}
    }


def by(**contributor):
    return {"contributors": {"contributor": [{k.replace("_", "-"): v for k, v in contributor.items()}]}}


REFUSED_IN_JSON = {
    "title that is blank": (a_work(title={"title": {"value": " "}}), 400, 9047),
    "title too long": (a_work(title={"title": {"value": "t" * 1001}}), 400, 9047),
    "no title": (a_work(title=None), 400, 9047),
    "unknown key": (a_work(colour="red"), 400, 9047),
    "text where an object belongs": (a_work(country="NL"), 400, 9047),
    "year out of range": (a_work(**dated("1899")), 400, 9047),
    "http iD of a contributor": (
        a_work(**by(contributor_orcid={"uri": "http://orcid.org/0000-0001-5109-3700"})),
        400,
        9047,
    ),
    "unknown type": (a_work(type="dataset-x"), 400, 9051),
    "unknown relationship": (a_work(**{"external-ids": ids(an_id(relationship="mine"))}), 400, 9051),
    "unknown country": (a_work(country={"value": "QQ"}), 400, 9051),
    "unknown citation type": (
        a_work(citation={"citation-type": "apa", "citation-value": "x"}),
        400,
        9051,
    ),
    "translated title in an unknown language": (
        a_work(
            title={"title": {"value": "T"}, "translated-title": {"value": "Titel", "language-code": "de-DE"}}
        ),
        400,
        9037,
    ),
    "translated title with an empty language": (
        a_work(title={"title": {"value": "T"}, "translated-title": {"value": "Titel", "language-code": ""}}),
        400,
        9020,
    ),
    "language of another standard": (a_work(**{"language-code": "en-US"}), 400, 9037),
    "language of three letters": (a_work(**{"language-code": "eng"}), 400, 9037),
    "day that is not in the calendar": (a_work(**dated("2021", "02", "31")), 400, 9049),
    "month without leading zero": (a_work(**dated("2021", "2")), 400, 9049),
    "empty citation": (a_work(citation={"citation-type": "bibtex", "citation-value": " "}), 400, 9020),
    "no identifiers": (a_work(**{"external-ids": None}), 400, 9023),
    "empty list of identifiers": (a_work(**{"external-ids": ids()}), 400, 9023),
    "no self identifier": (a_work(**{"external-ids": ids(an_id(relationship="part-of"))}), 400, 9023),
    "type of identifier in capitals": (a_work(**{"external-ids": ids(an_id("DOI"))}), 400, 9023),
    "identifier of type url": (a_work(**{"external-ids": ids(an_id("url"))}), 400, 9023),
    "identifier without relationship": (a_work(**{"external-ids": ids(an_id(relationship=None))}), 400, 9023),
    "funded by a handle": (
        a_work(**{"external-ids": ids(an_id(), an_id("handle", "1/2", "funded-by"))}),
        400,
        9020,
    ),
    "put-code on POST": (a_work(**{"put-code": 12}), 400, 9024),
    "unknown role": (a_work(**by(contributor_attributes={"contributor-role": "data curator"})), 400, 9058),
    "CRediT role with https": (
        a_work(
            **by(
                contributor_attributes={
                    "contributor-role": "https://credit.niso.org/contributor-roles/software/"
                }
            )
        ),
        400,
        9058,
    ),
    "not JSON": ("{", 400, 9047),
    "a list": ([], 400, 9047),
}


@pytest.mark.parametrize("case", REFUSED_IN_JSON)
async def test_a_work_in_json_is_refused(orcid, case):
    work, status, code = REFUSED_IN_JSON[case]

    answer = await orcid.add(work)
    body = await answer.json()

    assert (answer.status, body["response-code"], body["error-code"]) == (status, status, code)
    assert orcid.state.records[ALICE].works == {}


REFUSED_IN_XML = {
    "title too long": (xml_work(title="t" * 1001), 9001),
    "markup in the title": (xml_work(title="a <i>b</i>"), 9012),
    "markup of no namespace in the title": (xml_work(title="a <p xmlns=''>b</p>"), 9012),
    "element out of order": (
        xml_work(more="<common:country>NL</common:country><common:language-code>en</common:language-code>"),
        9001,
    ),
    "control character": (xml_work(title="a\x08b"), 9001),
    "not well-formed": ("<work:work", 9001),
    "another document": ('<error xmlns="http://www.orcid.org/ns/error"/>', 9001),
    "a bulk": ('<bulk:bulk xmlns:bulk="http://www.orcid.org/ns/bulk"/>', 9006),
    "unknown type": (xml_work(kind="dataset-x"), 9037),
    "unknown relationship": (xml_work(relationship=SELF.replace("self", "mine")), 9023),
    "unknown country": (xml_work(more="<common:country>QQ</common:country>"), 9037),
    "declared entity": (f'<!DOCTYPE w [<!ENTITY a "b">]>{xml_work(title="&a;")}', 9001),
}


@pytest.mark.parametrize("case", REFUSED_IN_XML)
async def test_a_work_in_xml_is_refused(orcid, case):
    work, code = REFUSED_IN_XML[case]

    answer = await orcid.add(work, content_type=XML)
    body = await answer.json()

    assert (answer.status, body["error-code"]) == (400, code)


async def test_a_schema_error_ends_in_the_words_of_the_reader(orcid):
    answer = await orcid.add(xml_work(title="t" * 1001), content_type=XML)

    words = (await answer.json())["developer-message"]

    assert (
        "Full validation error: jakarta.xml.bind.UnmarshalException\n - with linked exception:\n[org.xml"
        in words
    )
    assert "cvc-maxLength-valid" in words


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("dataset", "data-set"),
        ("chapter", "book-chapter"),
        ("article-journal", "journal-article"),
        ("standard", "standards-and-policy"),
    ],
)
async def test_old_names_of_types_are_taken_and_read_back_under_the_new_ones(orcid, alias, name):
    put_code = await orcid.added(a_work(type=alias))

    read = await orcid.call("GET", f"/v3.0/{ALICE}/work/{put_code}", token=orcid.token())

    assert (await read.json())["type"] == name


STATUSES = {
    "unknown": ("0009-0009-9999-9999", {}, None, 404, 9016),
    "malformed": ("0009-0009", {}, None, 404, 9016),
    "locked": (ALICE, {"status": "locked"}, "POST", 409, 9018),
    "locked, read": (ALICE, {"status": "locked"}, "GET", 409, 9018),
    "deactivated": (ALICE, {"status": "deactivated"}, "POST", 409, 9044),
    "deprecated": (ALICE, {"status": "deprecated", "primary": CAROL}, "POST", 409, 9007),
    "deprecated, read": (ALICE, {"status": "deprecated", "primary": CAROL}, "GET", 301, 9007),
    "unclaimed and young": (ALICE, {"status": "unclaimed", "age_days": 9}, "POST", 409, 9036),
}


@pytest.mark.parametrize("case", STATUSES)
async def test_the_status_of_the_record_decides(orcid, case):
    owner, change, method, status, code = STATUSES[case]
    if change:
        orcid.state.add_person({"orcid": owner, **change})
    # A token of the client's own: one of the person's would die with a deactivated record.
    token = orcid.token(orcid=None)

    path = f"/v3.0/{owner}/works" if method == "GET" else f"/v3.0/{owner}/work"
    answer = await orcid.call(method or "POST", path, token=token, body=None if method == "GET" else a_work())
    body = await answer.json()

    assert (answer.status, body["error-code"]) == (status, code)
    if code == 9007:
        assert answer.headers["Location"].endswith(f"/v3.0/{CAROL}")
        assert CAROL in body["developer-message"]


async def test_following_the_way_to_the_primary_record_needs_a_token_for_that_one(orcid):
    token = orcid.token()
    orcid.state.add_person({"orcid": ALICE, "status": "deprecated", "primary": CAROL})

    answer = await orcid.call("GET", f"/v3.0/{CAROL}/works", token=token)

    assert (answer.status, (await answer.json())["error-code"]) == (401, 9017)


async def test_an_old_unclaimed_record_is_writable_and_keeps_the_visibility_sent(orcid):
    orcid.state.add_person({"orcid": ALICE, "status": "unclaimed", "age_days": 11})

    sent = await orcid.added(a_work("10.5072/a", visibility="limited"))
    unsaid = await orcid.added(a_work("10.5072/b"))

    works = orcid.state.records[ALICE].works
    assert (works[sent].visibility, works[unsaid].visibility) == ("limited", "private")


async def test_the_creator_of_an_unclaimed_record_may_write_at_once(orcid):
    orcid.state.add_person({"orcid": ALICE, "status": "unclaimed", "creator": SEARCH_CLIENT[0]})

    assert (await orcid.add(a_work())).status == 201


async def test_a_claimed_record_gives_its_own_visibility(orcid):
    orcid.state.add_person({"orcid": ALICE, "default_visibility": "limited"})

    put_code = await orcid.added(a_work(visibility="public"))

    assert orcid.state.records[ALICE].works[put_code].visibility == "limited"


@pytest.mark.parametrize("status", ["locked", "deactivated"])
async def test_a_client_that_is_switched_off_is_refused(orcid, status):
    orcid.state.clients[SEARCH_CLIENT[0]].status = status

    answer = await orcid.add(a_work())

    assert (answer.status, (await answer.json())["error-code"]) == (409, 9057)


async def test_a_public_client_has_no_place_here(orcid):
    orcid.state.clients[SEARCH_CLIENT[0]].kind = "public"

    answer = await orcid.add(a_work())

    assert (answer.status, (await answer.json())["error-code"]) == (401, 9017)


async def test_no_token_at_all_is_forbidden(orcid):
    answer = await orcid.call("GET", f"/v3.0/{ALICE}/works", token=None, accept=XML)

    assert (answer.status, (await answer.json())["error"]) == (403, "forbidden")


async def test_a_token_may_come_as_a_parameter(orcid):
    answer = await orcid.call("GET", f"/v3.0/{ALICE}/works?access_token={orcid.token()}", token=None)

    assert answer.status == 200


async def test_an_outage_of_introspection_looks_like_a_dead_token(orcid):
    token = orcid.token()
    orcid.state.options.introspection_down = True

    answer = await orcid.call("GET", f"/v3.0/{ALICE}/works", token=token)

    assert (answer.status, (await answer.json())["error"]) == (401, "invalid_token")


async def test_an_expired_token_is_dead(orcid):
    token = orcid.token()
    orcid.state.options.clock_ahead = 700_000_000

    assert (await orcid.call("GET", f"/v3.0/{ALICE}/works", token=token)).status == 401


async def test_the_other_record_comes_before_the_body_and_the_body_before_the_scope(orcid):
    broken = a_work(title=None)
    reader = orcid.token(scopes="/read-limited")

    other = await orcid.add(broken, orcid=BOB, token=orcid.token(ALICE))
    body = await orcid.add(broken, token=reader)
    scope = await orcid.add(a_work(**{"external-ids": ids()}), token=reader)

    assert [(await each.json())["error-code"] for each in (other, body, scope)] == [9017, 9047, 9038]


async def test_a_put_code_that_is_no_number_is_told_after_the_body(orcid):
    path = f"/v3.0/{ALICE}/work/abc"

    with_body = await orcid.call("PUT", path, token=orcid.token(), body=a_work(title=None))
    without = await orcid.call("DELETE", path, token=orcid.token())

    assert [(await each.json())["error-code"] for each in (with_body, without)] == [9047, 9034]


async def test_a_full_record_takes_no_more(orcid):
    orcid.state.options.max_works = 2
    await orcid.added(a_work("10.5072/a"))
    await orcid.added(a_work("10.5072/b"), token=orcid.token(client=UPDATE_CLIENT))

    full = await orcid.add(a_work("10.5072/c"))
    duplicate = await orcid.add(a_work("10.5072/a"))

    assert (full.status, (await full.json())["error-code"]) == (409, 9048)
    # Room is looked at before duplicates.
    assert (await duplicate.json())["error-code"] == 9048


@pytest.mark.parametrize(
    ("how", "status"),
    [({"accept": "text/csv"}, 406), ({"content_type": "text/csv"}, 415)],
    ids=["accept", "content type"],
)
async def test_media_types_are_refused_with_9001(orcid, how, status):
    answer = await orcid.add("x", **how)

    assert answer.status == status
    assert b"9001" in await answer.read()


async def test_a_wrong_method_is_refused_with_9001(orcid):
    answer = await orcid.call("PATCH", f"/v3.0/{ALICE}/work", token=orcid.token(), body={})

    assert (answer.status, (await answer.json())["error-code"]) == (405, 9001)


@pytest.mark.parametrize(
    ("accept", "sent", "form"),
    [
        ("", JSON, "application/json;charset=UTF-8"),
        ("*/*", "application/orcid+json", "application/orcid+json; qs=2;charset=UTF-8"),
        ("", "text/csv", "application/vnd.orcid+xml; qs=5;charset=UTF-8"),
        (JSON, XML, "application/json;charset=UTF-8"),
        ("application/json;q=0.9, application/xml", JSON, "application/xml;charset=UTF-8"),
        ("text/html,application/json,*/*;q=0.5", JSON, "application/vnd.orcid+xml; qs=5;charset=UTF-8"),
        ("application/*", JSON, "application/vnd.orcid+xml; qs=5;charset=UTF-8"),
    ],
)
async def test_the_form_of_a_refusal_is_negotiated(orcid, accept, sent, form):
    answer = await orcid.add("{", accept=accept, content_type=sent)

    assert answer.headers["Content-Type"] == form


async def test_calls_of_other_versions_are_sent_on(orcid):
    unversioned = await orcid.call("GET", f"/{ALICE}/works", token=orcid.token())
    candidate = await orcid.call("GET", f"/v3.0_rc2/{ALICE}/works", token=orcid.token())

    assert (unversioned.status, unversioned.headers["Location"]) == (302, f"/v3.0/{ALICE}/works")
    assert (candidate.status, (await candidate.json())["error-code"]) == (308, 9056)
    assert candidate.headers["Location"].endswith(f"/v3.0/{ALICE}/works")


async def test_beyond_the_rate_the_answer_is_503_without_a_hint(orcid):
    await orcid.browser.post("/__sandbox__/options", json={"rate_limit": True})
    token = orcid.token()

    answers = [await orcid.call("GET", f"/v3.0/{ALICE}/works", token=token) for _ in range(80)]
    other_client = await orcid.call("GET", f"/v3.0/{ALICE}/works", token=orcid.token(client=UPDATE_CLIENT))

    statuses = [answer.status for answer in answers]
    assert statuses[:40] == [200] * 40
    assert 503 in statuses
    assert "Retry-After" not in answers[statuses.index(503)].headers
    assert other_client.status == 200


def test_every_sentence_of_the_catalogue_has_its_status():
    assert {entry.status for entry in ENTRIES.values()} <= {308, 400, 401, 403, 404, 409, 500}
    assert all(entry.developer and entry.user for entry in ENTRIES.values())
