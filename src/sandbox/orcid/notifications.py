"""The inbox: a member asks for permission, the person sees and answers it."""

from typing import Final

from aiohttp import web

from sandbox.orcid.member_api import put_code_in
from sandbox.orcid.oauth.access import Caller, caller, open_record
from sandbox.orcid.oauth.browser import form, page, redirect, signed_in
from sandbox.orcid.records import rules, schema
from sandbox.orcid.records.grammar import NOTIFICATION, Document, SchemaError, UnexpectedElementError
from sandbox.orcid.records.people import IDENTITY_HOST, IDENTITY_SITE, Person
from sandbox.orcid.records.simple_types import uri as uri_check
from sandbox.orcid.state import Notification, OrcidState
from sandbox.orcid.views.work_views import source
from sandbox.orcid.wire import answers, wire_json, wire_xml
from sandbox.orcid.wire.answers import STATE
from sandbox.orcid.wire.errors import OrcidError
from sandbox.orcid.wire.negotiation import require_sent

routes = web.RouteTableDef()

SCOPE: Final = "/premium-notification"
_MOST_LISTED: Final = 1000
_DATES: Final = ("created-date", "sent-date", "read-date", "actioned-date", "archived-date")


@routes.post("/v3.0/{orcid}/notification-permission")
async def add(request: web.Request) -> web.Response:
    """Add a request for permission to an inbox."""
    who = _enter(request)
    sent = _sent(request, await request.read())
    person = _open(request, who)
    if sent.get("put-code") is not None:
        raise OrcidError(9006, "The put-code is given by ORCID and must not be sent.")
    _check(sent)
    if not person.takes_notifications:
        raise OrcidError(9032, orcid=person.orcid_id)
    content = {key: value for key, value in sent.items() if key not in (*_DATES, "source")}
    note = request.app[STATE].notify(person.orcid_id, who.client.client_id, content)
    return answers.created(request, f"{answers.site(request)}{request.path}/{note.put_code}")


@routes.get("/v3.0/{orcid}/notification-permission")
async def listed(request: web.Request) -> web.Response:
    """List the caller's own messages in one inbox."""
    who = _enter(request)
    person = _open(request, who)
    state = request.app[STATE]
    own = [
        _shown(state, state.notifications[put_code])
        for put_code in state.inboxes.get(person.orcid_id, ())
        if state.notifications[put_code].client_id == who.client.client_id
    ]
    return answers.document(
        request,
        {"notification": own[:_MOST_LISTED]},
        space=NOTIFICATION,
        name="notifications",
        kind=schema.NOTIFICATIONS,
    )


@routes.get("/v3.0/{orcid}/notification-permission/{put_code}")
async def read(request: web.Request) -> web.Response:
    """Read one message."""
    who = _enter(request)
    put_code = put_code_in(request)
    note = _find(request.app[STATE], _open(request, who), put_code)
    if note.client_id != who.client.client_id:
        raise OrcidError(9004)
    return _answer(request, note)


@routes.delete("/v3.0/{orcid}/notification-permission/{put_code}")
async def archive(request: web.Request) -> web.Response:
    """Archive an unread message: 200 and the message, which is not deleted."""
    who = _enter(request)
    put_code = put_code_in(request)
    note = _find(request.app[STATE], _open(request, who), put_code)
    if note.client_id != who.client.client_id:
        raise OrcidError(9010, activity="notification")
    if note.read is not None:
        raise OrcidError(9009)
    note.archived = note.archived or request.app[STATE].milliseconds()
    return _answer(request, note)


@routes.get("/inbox")
async def inbox(request: web.Request) -> web.Response:
    """Show the signed-in person their messages."""
    person = signed_in(request)
    if person is None:
        return redirect(request, "/signin?next=/inbox")
    state = request.app[STATE]
    notes = []
    for put_code in reversed(state.inboxes.get(person.orcid_id, [])):
        note = state.notifications[put_code]
        notes.append(
            {
                "put_code": put_code,
                "client": state.source_name(note.client_id),
                "subject": note.content["notification-subject"],
                "intro": note.content["notification-intro"],
                "names": [item["item-name"] for item in note.content["items"]["item"]],
                "read": note.read,
                "actioned": note.actioned,
                "archived": note.archived,
            },
        )
        note.read = note.read or state.milliseconds()
    return page(request, "inbox.html", notes=notes)


@routes.get(r"/inbox/{put_code:\d+}/action")
async def act(request: web.Request) -> web.Response:
    """Follow a message: mark it as read and acted on, and redirect to the member's address.

    The member is not notified; it sees an ordinary authorize request, or polls.
    """
    state = request.app[STATE]
    note = state.notifications.get(int(request.match_info["put_code"]))
    if note is None:
        raise web.HTTPNotFound(text="There is no such message.")
    now = state.milliseconds()
    note.read, note.actioned = note.read or now, note.actioned or now
    wanted = note.content["authorization-url"]
    address = wanted["path"] if "path" in wanted else wanted["uri"]
    if signed_in(request) is None:
        address += ("&" if "?" in address else "?") + f"orcid={note.orcid_id}"
    return redirect(request, address)


@routes.post(r"/inbox/{put_code:\d+}/archive")
async def put_away(request: web.Request) -> web.Response:
    """Archive a message by hand."""
    await form(request)
    state = request.app[STATE]
    person = signed_in(request)
    note = state.notifications.get(int(request.match_info["put_code"]))
    if person is None or note is None or note.orcid_id != person.orcid_id:
        raise web.HTTPNotFound(text="There is no such message.")
    note.archived = note.archived or state.milliseconds()
    return redirect(request, "/inbox")


def _enter(request: web.Request) -> Caller:
    who = caller(request, request.app[STATE])
    request[answers.CLIENT_NAME] = who.client.name
    answers.negotiate(request)
    return who


def _open(request: web.Request, who: Caller) -> Person:
    person = open_record(
        request.app[STATE],
        request.match_info["orcid"],
        who=who,
        method=request.method,
        deactivated_too=request.method == "GET",
    )
    who.require(SCOPE)
    return person


def _find(state: OrcidState, person: Person, put_code: int) -> Notification:
    note = state.notifications.get(put_code)
    if note is None or note.orcid_id != person.orcid_id:
        raise OrcidError(9029, id=put_code, orcid=person.orcid_id)
    return note


def _sent(request: web.Request, body: bytes) -> Document:
    try:
        if require_sent(request.headers.get("Content-Type", "")).is_json:
            return wire_json.read(body, schema.NOTIFICATION_DOCUMENT)
        return wire_xml.read(body, space=NOTIFICATION, name="notification", kind=schema.NOTIFICATION_DOCUMENT)
    except UnexpectedElementError as error:
        raise OrcidError(9012, str(error)) from error
    except SchemaError as error:
        is_json = require_sent(request.headers.get("Content-Type", "")).is_json
        raise OrcidError(9047 if is_json else 9001, str(error)) from error


def _check(sent: Document) -> None:
    wanted = sent["authorization-url"]
    if not (wanted.get("path") or wanted.get("uri")) or uri_check(wanted.get("path", "")):
        raise OrcidError(9020, "The authorization-url is not an address")
    for item in sent["items"]["item"]:
        if "external-id" in item:
            rules.check_item_identifier(item["external-id"])


def _shown(state: OrcidState, note: Notification) -> Document:
    wanted = dict(note.content["authorization-url"])
    # Fill in what the member left out: the whole address and the host.
    wanted.setdefault("host", IDENTITY_HOST)
    if "uri" not in wanted:
        wanted["uri"] = f"{IDENTITY_SITE}{wanted['path']}"
    moments = (note.created, note.sent, note.read, note.actioned, note.archived)
    return {
        "put-code": note.put_code,
        **note.content,
        "authorization-url": wanted,
        **{name: {"value": at} for name, at in zip(_DATES, moments, strict=True) if at is not None},
        "source": source(state, note.client_id),
    }


def _answer(request: web.Request, note: Notification) -> web.Response:
    return answers.document(
        request,
        _shown(request.app[STATE], note),
        space=NOTIFICATION,
        name="notification",
        kind=schema.NOTIFICATION_DOCUMENT,
    )
