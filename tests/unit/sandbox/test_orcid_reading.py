"""What a caller sees of a record at the ORCID stand-in: groups, order, visibility, identifiers."""

import pytest

from sandbox.orcid.oauth.scopes import granted_by
from sandbox.orcid.records.identifiers import normalised, with_normalised
from tests.support.orcid_stand_in import ALICE, BOB, UPDATE_CLIENT, a_work, an_id, ids

WORKS = f"/v3.0/{ALICE}/works"


async def listed(orcid, **how):
    return await (await orcid.call("GET", WORKS, token=how.pop("token", None) or orcid.token(), **how)).json()


def titles(body):
    return [[work["title"]["title"]["value"] for work in group["work-summary"]] for group in body["group"]]


def titled(title, *identifiers, **more):
    return a_work(title={"title": {"value": title}}, **{"external-ids": ids(*identifiers)}, **more)


async def test_works_that_share_identifiers_stand_together_over_others_too(orcid):
    await orcid.added(titled("one", an_id(value="10.5072/1"), an_id("handle", "h/1", "version-of")))
    await orcid.added(titled("two", an_id(value="10.5072/2"), an_id("handle", "H/1", "version-of")))
    await orcid.added(
        titled("three", an_id(value="10.5072/3"), an_id(value="10.5072/2", relationship="version-of"))
    )
    await orcid.added(titled("apart", an_id(value="10.5072/4"), an_id("issn", "1234-5678", "part-of")))
    await orcid.added(titled("also apart", an_id(value="10.5072/5"), an_id("issn", "1234-5678", "part-of")))

    groups = titles(await listed(orcid))

    assert sorted(sorted(group) for group in groups) == [["also apart"], ["apart"], ["one", "three", "two"]]


async def test_groups_are_ordered_by_date_then_title(orcid):
    def on(*parts):
        names = ("year", "month", "day")
        return {"publication-date": {n: {"value": part} for n, part in zip(names, parts, strict=False)}}

    await orcid.added(titled("b undated", an_id(value="10.5072/1")))
    await orcid.added(titled("a undated", an_id(value="10.5072/2")))
    await orcid.added(titled("early", an_id(value="10.5072/3"), **on("2019", "12", "31")))
    await orcid.added(titled("year only", an_id(value="10.5072/4"), **on("2020")))
    await orcid.added(titled("late", an_id(value="10.5072/5"), **on("2020", "02")))

    assert titles(await listed(orcid)) == [["late"], ["year only"], ["early"], ["a undated"], ["b undated"]]


async def test_a_summary_is_short_and_a_work_is_whole(orcid):
    put_code = await orcid.added(
        a_work(
            **{"short-description": "Long story", "citation": {"citation-type": "ris", "citation-value": "x"}}
        )
    )

    summary = (await listed(orcid))["group"][0]["work-summary"][0]
    alone = await (
        await orcid.call("GET", f"/v3.0/{ALICE}/work/summary/{put_code}", token=orcid.token())
    ).json()
    whole = await (await orcid.call("GET", f"/v3.0/{ALICE}/work/{put_code}", token=orcid.token())).json()

    assert summary == alone
    assert {"short-description", "citation", "contributors"}.isdisjoint(summary)
    assert (summary["display-index"], summary["path"]) == ("1", f"/{ALICE}/work/{put_code}")
    assert (whole["short-description"], whole["citation"]["citation-type"]) == ("Long story", "ris")


@pytest.mark.parametrize(
    ("visibility", "scopes", "status", "code"),
    [
        ("public", "/read-limited", 200, None),
        ("public", "/activities/update", 200, None),
        ("limited", "/read-limited", 200, None),
        ("limited", "/activities/update", 403, 9038),
        ("private", "/read-limited", 403, 9013),
    ],
)
async def test_the_works_of_others_are_seen_by_visibility_and_scope(orcid, visibility, scopes, status, code):
    orcid.state.add_person({"orcid": ALICE, "default_visibility": visibility})
    put_code = await orcid.added(a_work(), token=orcid.token(client=UPDATE_CLIENT))
    token = orcid.token(scopes=scopes)

    answer = await orcid.call("GET", f"/v3.0/{ALICE}/work/{put_code}", token=token)
    in_list = titles(await listed(orcid, token=token))

    assert (answer.status, (await answer.json()).get("error-code")) == (status, code)
    assert bool(in_list) == (status == 200)


async def test_own_works_are_seen_whatever_their_visibility(orcid):
    orcid.state.add_person({"orcid": ALICE, "default_visibility": "private"})
    token = orcid.token(scopes="/activities/update")
    await orcid.added(a_work(), token=token)

    assert len((await listed(orcid, token=token))["group"]) == 1


async def test_a_put_code_of_another_record_is_not_found(orcid):
    put_code = await orcid.added(a_work(), orcid=BOB)

    answer = await orcid.call("GET", f"/v3.0/{ALICE}/work/{put_code}", token=orcid.token())

    assert (answer.status, (await answer.json())["error-code"]) == (404, 9016)


@pytest.mark.parametrize(
    ("kind", "value", "form"),
    [
        ("doi", "https://doi.org/10.5072/ABC", "10.5072/abc"),
        ("doi", "doi:10.5072/abc", "10.5072/abc"),
        ("doi", "10.5072/a%2Fb", "10.5072/a%2fb"),
        ("doi", "10.1002/x&y", "10.1002/x"),
        ("doi", "10.1002/x&amp;amp;lt;y", "10.1002/x<y"),
        ("doi", "10.5072/abc.", "10.5072/abc."),
        ("doi", "10.5072/a b", "10.5072/a"),
        ("doi", "10/abc", ""),
        ("doi", "ext-id-1", ""),
        ("arxiv", "https://arxiv.org/abs/2101.00001v2", "arXiv:2101.00001v2"),
        ("isbn", "978-3-16-148410-0", "9783161484100"),
        ("issn", "1234567x", "1234-567X"),
        ("pmid", "PMID: 12345", "12345"),
        ("pmc", "PMC12345", "12345"),
        ("uri", "Example.org/A", "http://Example.org/A"),
        ("uri", "https://Example.org/A", "https://Example.org/A"),
        ("handle", "20.500.12345/ABC", "20.500.12345/abc"),
        ("ark", "ark:/12345/AbC", "ark:/12345/AbC"),
        ("other-id", "ABC", "abc"),
    ],
)
def test_an_identifier_is_brought_to_the_form_that_is_compared(kind, value, form):
    assert normalised(kind, value) == form


def test_a_value_that_does_not_fit_is_shown_with_an_error_and_compared_as_it_is():
    shown = with_normalised(an_id(value="no doi"))

    assert shown["external-id-normalized-error"]["error-code"] == "8001"
    assert "external-id-normalized" not in shown


async def test_two_values_that_do_not_fit_are_compared_as_sent(orcid):
    await orcid.added(a_work("no doi"))

    assert (await orcid.add(a_work("No doi"))).status == 201
    assert (await orcid.add(a_work("no doi"))).status == 409


def test_updating_does_not_include_reading_what_is_limited():
    granted = granted_by(frozenset({"/activities/update"}))

    assert {"/orcid-works/create", "/orcid-works/update", "/read-public"} <= granted
    assert not any("limited" in scope for scope in granted)


async def test_names_are_told_as_public_as_they_are(orcid):
    public = await (await orcid.call("GET", f"/v3.0/{ALICE}/person", token=None)).json()
    private = await (await orcid.call("GET", f"/v3.0/{BOB}/person", token=None)).json()
    to_a_friend = await (await orcid.call("GET", f"/v3.0/{BOB}/person", token=orcid.token(BOB))).json()

    assert public["name"]["given-names"]["value"] == "Alice"
    assert private["name"] is None
    assert (to_a_friend["name"]["given-names"]["value"], to_a_friend["name"]["visibility"]) == (
        "Bob",
        "limited",
    )


async def test_the_record_tells_iD_names_and_public_works(orcid):  # noqa: N802 - an iD is written so
    orcid.state.add_person({"orcid": ALICE, "default_visibility": "limited"})
    await orcid.added(a_work("10.5072/hidden"))
    orcid.state.add_person({"orcid": ALICE, "default_visibility": "public"})
    await orcid.added(a_work("10.5072/shown"))

    record = await (await orcid.call("GET", f"/v3.0/{ALICE}/record", token=None)).json()

    groups = record["activities-summary"]["works"]["group"]
    assert record["orcid-identifier"]["path"] == ALICE
    assert record["history"]["claimed"] is True
    assert [group["external-ids"]["external-id"][0]["external-id-value"] for group in groups] == [
        "10.5072/shown"
    ]
