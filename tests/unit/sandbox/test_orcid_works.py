"""Writing and reading works at the ORCID stand-in."""

from tests.support.orcid_stand_in import ALICE, UPDATE_CLIENT, XML, a_work, an_id, ids


async def test_a_work_is_added_read_changed_and_removed(orcid):
    token = orcid.token()

    put_code = await orcid.added(a_work(), token=token)
    read = await (await orcid.call("GET", f"/v3.0/{ALICE}/work/{put_code}", token=token)).json()
    changed = await orcid.change(put_code, a_work(type="software"), token=token)
    removed = await orcid.call("DELETE", f"/v3.0/{ALICE}/work/{put_code}", token=token)
    listed = await (await orcid.call("GET", f"/v3.0/{ALICE}/works", token=token)).json()

    assert read["title"]["title"]["value"] == "Tides of the Wadden Sea"
    assert read["source"]["source-client-id"]["path"] == "APP-PROFILESDEMO0002"
    assert (changed.status, (await changed.json())["type"]) == (200, "software")
    assert (removed.status, await removed.read()) == (204, b"")
    assert listed == {"last-modified-date": None, "group": [], "path": f"/{ALICE}/works"}


async def test_the_same_work_in_xml_reads_back_in_json(orcid):
    body = """<?xml version="1.0"?>
    <work:work xmlns:common="http://www.orcid.org/ns/common" xmlns:work="http://www.orcid.org/ns/work">
      <work:title><common:title>Tides &amp; currents</common:title></work:title>
      <work:type>data-set</work:type>
      <common:external-ids><common:external-id>
        <common:external-id-type>doi</common:external-id-type>
        <common:external-id-value>10.5072/XML</common:external-id-value>
        <common:external-id-relationship>self</common:external-id-relationship>
      </common:external-id></common:external-ids>
    </work:work>"""

    added = await orcid.add(body, content_type=XML, accept=XML)
    read = await orcid.call(
        "GET", added.headers["Location"].split("/v3.0", 1)[1].join(["/v3.0", ""]), token=orcid.token()
    )
    work = await read.json()

    assert added.status == 201
    assert added.headers["Content-Type"] == "application/vnd.orcid+xml; qs=5;charset=UTF-8"
    assert work["title"]["title"]["value"] == "Tides & currents"
    assert work["external-ids"]["external-id"][0]["external-id-normalized"] == {
        "value": "10.5072/xml",
        "transient": True,
    }


async def test_two_clients_may_add_the_same_doi_and_it_is_shown_as_one_group(orcid):
    await orcid.added(a_work("10.5072/both"))
    await orcid.added(a_work("10.5072/BOTH"), token=orcid.token(client=UPDATE_CLIENT))

    listed = await (await orcid.call("GET", f"/v3.0/{ALICE}/works", token=orcid.token())).json()

    assert [len(group["work-summary"]) for group in listed["group"]] == [2]


async def test_the_same_client_may_not_and_is_told_the_put_code(orcid):
    put_code = await orcid.added(a_work("10.5072/twice"))

    again = await orcid.add(a_work("https://doi.org/10.5072/TWICE", type="software"))
    body = await again.json()

    assert (again.status, body["error-code"]) == (409, 9021)
    assert f"put-code {put_code}." in body["developer-message"]
    assert body["user-message"].endswith("please contact DataCite Search & Link for assistance.")


async def test_only_self_identifiers_are_compared_for_a_single_work(orcid):
    await orcid.added(
        a_work(
            **{
                "external-ids": ids(
                    an_id(value="10.5072/a"), an_id(value="10.5072/v", relationship="version-of")
                )
            }
        )
    )

    single = await orcid.add(a_work("10.5072/v"))

    assert single.status == 201
