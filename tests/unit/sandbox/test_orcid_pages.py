"""The pages of the ORCID stand-in: what a person does there by hand."""

from tests.support.orcid_stand_in import ALICE, BOB, SEARCH_CLIENT, UPDATE_CLIENT, a_work, hidden


async def test_the_owner_removes_a_work_of_any_source(orcid):
    put_code = await orcid.added(a_work())
    await orcid.sign_in(ALICE)
    page = await (await orcid.browser.get(f"/{ALICE}")).text()

    answer = await orcid.browser.post(
        f"/{ALICE}/works/{put_code}/remove", data={"csrf": hidden(page, "csrf")}, allow_redirects=False
    )
    gone = await orcid.change(put_code, a_work())

    assert "Source: DataCite Search &amp; Link" in page
    assert answer.status == 303
    assert gone.status == 404


async def test_the_owner_changes_who_may_see_a_work(orcid):
    put_code = await orcid.added(a_work())
    await orcid.sign_in(ALICE)
    csrf = hidden(await (await orcid.browser.get(f"/{ALICE}")).text(), "csrf")

    await orcid.browser.post(
        f"/{ALICE}/works/{put_code}/visibility", data={"csrf": csrf, "visibility": "private"}
    )
    refused = await orcid.change(put_code, a_work(visibility="public", type="software"))

    assert orcid.state.records[ALICE].works[put_code].visibility == "private"
    assert refused.status == 403


async def test_no_one_else_changes_a_record(orcid):
    put_code = await orcid.added(a_work())
    await orcid.sign_in(BOB)
    csrf = hidden(await (await orcid.browser.get("/signin")).text(), "csrf")

    by_other = await orcid.browser.post(f"/{ALICE}/works/{put_code}/remove", data={"csrf": csrf})
    without_form = await orcid.browser.post(f"/{ALICE}/works/{put_code}/remove", data={})

    assert (by_other.status, without_form.status) == (403, 403)
    assert put_code in orcid.state.records[ALICE].works


async def test_others_see_public_works_and_public_names_only(orcid):
    orcid.state.add_person({"orcid": BOB, "default_visibility": "limited"})
    await orcid.added(a_work(), orcid=BOB)

    page = await (await orcid.browser.get(f"/{BOB}")).text()

    assert "Name is not public" in page
    assert "Baptiste" not in page
    assert "Tides" not in page


async def test_trust_is_taken_back_from_one_organisation(orcid):
    kept, lost = orcid.token(client=UPDATE_CLIENT), orcid.token(client=SEARCH_CLIENT)
    also_lost = orcid.token(client=SEARCH_CLIENT, scopes="/read-limited")
    await orcid.sign_in(ALICE)
    page = await (await orcid.browser.get("/trusted-parties")).text()

    await orcid.browser.post(
        "/trusted-parties/revoke", data={"csrf": hidden(page, "csrf"), "client_id": SEARCH_CLIENT[0]}
    )

    statuses = [
        (await orcid.call("GET", f"/v3.0/{ALICE}/works", token=token)).status
        for token in (kept, lost, also_lost)
    ]
    assert "DataCite Auto-Update" in page
    assert statuses == [200, 401, 401]


async def test_signing_out_here_asks_again_next_time(orcid):
    await orcid.sign_in(ALICE)

    out = await (await orcid.browser.get("/signout")).text()
    page = await (await orcid.browser.get("/trusted-parties")).text()

    assert "You are signed out at ORCID" in out
    assert "As one of the people here" in page


async def test_signing_in_never_leads_to_another_site(orcid):
    csrf = hidden(await (await orcid.browser.get("/signin")).text(), "csrf")

    answer = await orcid.browser.post(
        "/signin", data={"csrf": csrf, "orcid": ALICE, "next": "//example.org/"}, allow_redirects=False
    )

    assert answer.headers["Location"] == "/"


async def test_who_can_not_sign_in_is_told_why(orcid):
    orcid.state.add_person({"orcid": ALICE, "password": "right"})
    orcid.state.add_person({"orcid": BOB, "status": "locked"})

    async def try_as(**form):
        csrf = hidden(await (await orcid.browser.get("/signin")).text(), "csrf")
        answer = await orcid.browser.post("/signin", data={"csrf": csrf, "next": "/", **form})
        return answer.status, await answer.text()

    assert "This password is not right." in (await try_as(orcid=ALICE, password="wrong"))[1]
    assert f"The record {BOB} is locked" in (await try_as(typed_orcid=f"https://orcid.org/{BOB}"))[1]
    assert "No person with the iD X" in (await try_as(typed_orcid="x"))[1]
    assert "Choose a person or type an ORCID iD." in (await try_as())[1]
    assert (await try_as(orcid=ALICE, password="right"))[0] == 200


async def test_a_control_endpoint_says_what_was_wrong_with_a_request(orcid):
    wrong = {
        "people": {"orcid": "me"},
        "clients": {"client_id": "me"},
        "tokens": {"client_id": "APP-0000000000000000"},
        "options": {"colour": "red"},
        "remove-work": {"orcid": ALICE, "put_code": 1},
    }

    for name, order in wrong.items():
        answer = await orcid.browser.post(f"/__sandbox__/{name}", json=order)

        assert (answer.status, set(await answer.json())) == (400, {"error"}), name


async def test_a_client_of_a_test_signs_people_in(orcid):
    await orcid.browser.post(
        "/__sandbox__/clients",
        json={
            "client_id": "APP-0123456789ABCDEF",
            "client_secret": "s",
            "name": "A test",
            "redirect_uris": ["http://localhost:9/"],
            "scopes": ["openid"],
        },
    )
    await orcid.sign_in(ALICE)
    mine = {"client_id": "APP-0123456789ABCDEF", "redirect_uri": "http://localhost:9/back"}

    code = await orcid.code(**mine)
    answer = await orcid.exchange(code, client_secret="s", **mine)
    wider = await orcid.browser.get(
        "/oauth/authorize", params={"response_type": "code", "scope": "/read-limited", **mine}
    )

    assert (await answer.json())["orcid"] == ALICE
    assert wider.status == 400


async def test_people_come_with_works_of_their_own(orcid):
    await orcid.browser.post("/__sandbox__/people", json={"people": [{"orcid": BOB, "works": [a_work()]}]})

    listed = await (await orcid.call("GET", f"/v3.0/{BOB}/works", token=orcid.token(BOB))).json()

    source = listed["group"][0]["work-summary"][0]["source"]
    assert source["source-orcid"]["path"] == BOB


def test_a_reset_forgets_all_but_the_start():
    from sandbox.orcid.state import OrcidState

    state = OrcidState([{"orcid": ALICE, "given_names": "Alice"}])
    state.add_person({"orcid": BOB})
    state.options.max_works = 1

    state.reset()

    assert list(state.people) == [ALICE]
    assert state.options.max_works == 10_000
    assert "secret" not in str(state.export())
