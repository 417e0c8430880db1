"""The page of a record, and the actions of its owner there."""

from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from sandbox.orcid.oauth.browser import form, page, redirect, signed_in
from sandbox.orcid.records import vocabulary as v
from sandbox.orcid.records.people import Person, RecordStatus
from sandbox.orcid.records.records import Work
from sandbox.orcid.state import OrcidState
from sandbox.orcid.wire.answers import STATE

routes = web.RouteTableDef()

ORCID_IN_PATH = r"{orcid:\d{4}-\d{4}-\d{4}-\d{3}[\dX]}"


@routes.get("/")
async def front(request: web.Request) -> web.Response:
    """List the people."""
    return page(request, "front.html", people=list(request.app[STATE].people.values())[:200])


@routes.get("/my-orcid")
async def own_record(request: web.Request) -> web.Response:
    """Redirect to the person's own record."""
    person = signed_in(request)
    return redirect(request, f"/{person.orcid_id}" if person else "/signin?next=/my-orcid")


@routes.get(f"/{ORCID_IN_PATH}")
async def show_record(request: web.Request) -> web.Response:
    """Show a record: everything to its owner, the public part to others."""
    state = request.app[STATE]
    owner = _owner(request)
    if owner.status is RecordStatus.DEPRECATED:
        return redirect(request, f"/{owner.primary}")
    is_own = signed_in(request) is owner
    listed = [
        _shown(state, work)
        for work in state.records[owner.orcid_id].works.values()
        if is_own or work.visibility == "public"
    ]
    return page(
        request,
        "record.html",
        owner=owner,
        name=owner.display_name if is_own or owner.name_public else None,
        is_own=is_own,
        works=sorted(listed, key=lambda each: each["put_code"], reverse=True)[:500],
        visibilities=["public", "limited", "private"],
        is_open=owner.status is RecordStatus.ACTIVE,
    )


@routes.post(f"/{ORCID_IN_PATH}/works/{{put_code:\\d+}}/remove")
async def remove_work(request: web.Request) -> web.Response:
    """Remove a work from the person's own record, whatever its source."""
    owner, _sent = await _own(request)
    request.app[STATE].remove_work(_work(request, owner))
    return redirect(request, f"/{owner.orcid_id}")


@routes.post(f"/{ORCID_IN_PATH}/works/{{put_code:\\d+}}/visibility")
async def change_visibility(request: web.Request) -> web.Response:
    """Change the visibility of a work."""
    owner, sent = await _own(request)
    visibility = sent.get("visibility", "")
    if visibility not in v.VISIBILITIES:
        raise web.HTTPBadRequest(text="Choose public, limited or private.")
    request.app[STATE].change_work(_work(request, owner), visibility=visibility)
    return redirect(request, f"/{owner.orcid_id}")


@routes.get("/trusted-parties")
async def trusted(request: web.Request) -> web.Response:
    """List the organisations with a valid permission."""
    person = signed_in(request)
    if person is None:
        return redirect(request, "/signin?next=/trusted-parties")
    state = request.app[STATE]
    given: dict[str, dict[str, Any]] = {}
    for token in state.tokens.of_person(person.orcid_id):
        if token.is_live(state.now()):
            entry = given.setdefault(
                token.client_id,
                {"client": state.clients[token.client_id], "scopes": set(), "since": _day(token.made_at)},
            )
            entry["scopes"] |= token.scopes
    return page(request, "trusted.html", given=list(given.values()))


@routes.post("/trusted-parties/revoke")
async def revoke(request: web.Request) -> web.Response:
    """Revoke every permission of an organisation, without notifying it."""
    sent = await form(request)
    person = signed_in(request)
    if person is None:
        raise web.HTTPForbidden(text="Sign in first.")
    request.app[STATE].revoke_trust(person.orcid_id, sent.get("client_id", ""))
    return redirect(request, "/trusted-parties")


def _owner(request: web.Request) -> Person:
    person = request.app[STATE].people.get(request.match_info["orcid"])
    if person is None:
        raise web.HTTPNotFound(text="There is no such record.")
    return person


async def _own(request: web.Request) -> tuple[Person, dict[str, str]]:
    sent = await form(request)
    owner = _owner(request)
    if signed_in(request) is not owner:
        raise web.HTTPForbidden(text="Only the owner of a record may change it here.")
    return owner, sent


def _work(request: web.Request, owner: Person) -> Work:
    work = request.app[STATE].records[owner.orcid_id].works.get(int(request.match_info["put_code"]))
    if work is None:
        raise web.HTTPNotFound(text="This work is no longer on the record.")
    return work


def _shown(state: OrcidState, work: Work) -> dict[str, Any]:
    date = work.content.get("publication-date", {})
    return {
        "put_code": work.put_code,
        "title": work.content.get("title", {}).get("title", {}).get("value", ""),
        "type": work.content.get("type"),
        "journal": work.content.get("journal-title", {}).get("value"),
        "date": "-".join(date[part]["value"] for part in ("year", "month", "day") if part in date),
        "identifiers": [
            f"{each['external-id-type']}: {each['external-id-value']} ({each['external-id-relationship']})"
            for each in work.identifiers
        ],
        "visibility": work.visibility,
        "source": state.source_name(work.source) or work.source,
        "added": _day(work.created / 1000),
        "modified": _day(work.modified / 1000),
    }


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S")
