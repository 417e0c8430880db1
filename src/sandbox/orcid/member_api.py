"""The routes of works of the member API 3.0."""

from typing import Any

from aiohttp import web

from sandbox.orcid.oauth.access import Caller, caller, check_target, open_record
from sandbox.orcid.records import schema, works
from sandbox.orcid.records.grammar import (
    ACTIVITIES,
    BULK,
    WORK,
    Document,
    SchemaError,
    UnexpectedElementError,
    UnknownValueError,
)
from sandbox.orcid.records.people import Person
from sandbox.orcid.views import work_views
from sandbox.orcid.wire import answers, wire_json, wire_xml
from sandbox.orcid.wire.answers import STATE
from sandbox.orcid.wire.errors import OrcidError
from sandbox.orcid.wire.negotiation import require_sent

routes = web.RouteTableDef()


@routes.post("/v3.0/{orcid}/work")
async def add_work(request: web.Request) -> web.Response:
    """Add one work."""
    who = enter(request)
    sent = _work_sent(request, await request.read())
    person = _open(request, who, works.CREATE, works.UPDATE)
    work = works.add(request.app[STATE], person, who, sent)
    return answers.created(request, f"{answers.site(request)}/v3.0/{person.orcid_id}/work/{work.put_code}")


@routes.put("/v3.0/{orcid}/work/{put_code}")
async def change_work(request: web.Request) -> web.Response:
    """Replace one work."""
    who = enter(request)
    sent = _work_sent(request, await request.read())
    put_code = put_code_in(request)
    person = _open(request, who, works.UPDATE)
    work = works.change(request.app[STATE], person, who, put_code, sent)
    return _whole(request, work_views.whole(request.app[STATE], work))


@routes.delete("/v3.0/{orcid}/work/{put_code}")
async def remove_work(request: web.Request) -> web.Response:
    """Remove one work."""
    who = enter(request)
    put_code = put_code_in(request)
    person = _open(request, who, works.UPDATE)
    works.remove(request.app[STATE], person, who, put_code)
    return answers.nothing(request)


@routes.get("/v3.0/{orcid}/work/{put_code}")
async def read_work(request: web.Request) -> web.Response:
    """Read one work."""
    who = enter(request)
    put_code = put_code_in(request)
    person = _open(request, who)
    work = works.read(request.app[STATE], person, who, put_code)
    return _whole(request, work_views.whole(request.app[STATE], work))


@routes.get("/v3.0/{orcid}/work/summary/{put_code}")
async def read_summary(request: web.Request) -> web.Response:
    """Read the summary of one work."""
    who = enter(request)
    put_code = put_code_in(request)
    person = _open(request, who)
    work = works.read(request.app[STATE], person, who, put_code)
    return answers.document(
        request,
        work_views.summary(request.app[STATE], work),
        space=WORK,
        name="work-summary",
        kind=schema.WORK_SUMMARY,
    )


@routes.get("/v3.0/{orcid}/works")
async def read_works(request: web.Request) -> web.Response:
    """Read all works, grouped; there is no paging."""
    who = enter(request)
    person = _open(request, who)
    state = request.app[STATE]
    content = work_views.grouped(state, person.orcid_id, works.readable(state, person, who))
    return answers.document(request, content, space=ACTIVITIES, name="works", kind=schema.WORKS)


@routes.get("/v3.0/{orcid}/works/{put_codes}")
async def read_many(request: web.Request) -> web.Response:
    """Read up to a hundred works: first those found, in database order, then an error for each other."""
    who = enter(request)
    asked = request.match_info["put_codes"].split(",")
    person = _open(request, who)
    if len(asked) > works.MAX_IN_BULK:
        raise OrcidError(9042, f"Too many put codes specified: maximum is {works.MAX_IN_BULK}")
    numbers = [_number(text, OrcidError(9006, f'For input string: "{text}"')) for text in asked]
    state = request.app[STATE]
    record = state.records[person.orcid_id]
    elements: list[Document | OrcidError] = []
    for work in sorted(
        (record.works[n] for n in set(numbers) if n in record.works), key=lambda w: w.put_code
    ):
        try:
            works.check_readable(work, who)
        except OrcidError as refusal:
            elements.append(refusal)
        else:
            elements.append(work_views.whole(state, work))
    elements.extend(
        OrcidError(9034, f"'{number}' is not a valid put code")
        for number in numbers
        if number not in record.works
    )
    return answers.bulk(request, elements)


@routes.post("/v3.0/{orcid}/works")
async def add_works(request: web.Request) -> web.Response:
    """Add up to a hundred works, each with its own outcome in the body."""
    who = enter(request)
    sent = _bulk_sent(request, await request.read())
    person = _open(request, who, works.CREATE, works.UPDATE)
    state = request.app[STATE]
    outcomes = works.add_many(state, person, who, sent)
    return answers.bulk(
        request,
        [each if isinstance(each, OrcidError) else work_views.whole(state, each) for each in outcomes],
    )


def enter(request: web.Request) -> Caller:
    """Determine the format of the answer and the caller; refuse a token of another record.

    Raises:
        BearerRefusedError, OrcidError: as ``access`` says.
    """
    who = caller(request, request.app[STATE])
    request[answers.CLIENT_NAME] = who.client.name
    answers.negotiate(request)
    check_target(who, request.match_info["orcid"])
    return who


def put_code_in(request: web.Request) -> int:
    """Return the put-code of the path.

    Raises:
        OrcidError: 9034, it is not a number.
    """
    text = request.match_info["put_code"]
    return _number(text, OrcidError(9034, f"'{text}' is not a valid put code"))


def _number(text: str, otherwise: OrcidError) -> int:
    if not (text.isascii() and text.removeprefix("-").isdigit() and abs(int(text)) < 2**63):
        raise otherwise
    return int(text)


def _open(request: web.Request, who: Caller, *wanted: str) -> Person:
    person = open_record(request.app[STATE], request.match_info["orcid"], who=who, method=request.method)
    if wanted:
        who.require(*wanted)
    return person


def _whole(request: web.Request, content: Document) -> web.Response:
    return answers.document(request, content, space=WORK, name="work", kind=schema.WORK_DOCUMENT)


def _work_sent(request: web.Request, body: bytes) -> Document:
    if require_sent(request.headers.get("Content-Type", "")).is_json:
        try:
            return wire_json.read(body, schema.WORK_DOCUMENT)
        except UnknownValueError as error:
            raise OrcidError(9051, str(error)) from error
        except SchemaError as error:
            raise OrcidError(9047, str(error)) from error
    try:
        return wire_xml.read(body, space=WORK, name="work", kind=schema.WORK_DOCUMENT)
    except UnexpectedElementError as error:
        raise OrcidError(9012, str(error)) from error
    except SchemaError as error:
        if _is_bulk(body):
            raise OrcidError(9006, "argument type mismatch") from error
        raise _unmarshal(error) from error


def _is_bulk(body: bytes) -> bool:
    try:
        wire_xml.parse(body, root=(BULK, "bulk"))
    except SchemaError:
        return False
    return True


def _bulk_sent(request: web.Request, body: bytes) -> list[Document]:
    """Return the elements of a bulk, which ORCID does not check against its schema."""
    if require_sent(request.headers.get("Content-Type", "")).is_json:
        try:
            return [_json_element(each) for each in _json_list(wire_json.parse(body))]
        except UnknownValueError as error:
            raise OrcidError(9051, str(error)) from error
        except SchemaError as error:
            raise OrcidError(9047, str(error)) from error
    try:
        return [
            wire_xml.from_node(child, schema.WORK_DOCUMENT, strict=False)
            for child in wire_xml.parse(body, root=(BULK, "bulk")).children
            if (child.space, child.name) == (WORK, "work")
        ]
    except UnexpectedElementError as error:
        raise OrcidError(9012, str(error)) from error
    except SchemaError as error:
        raise _unmarshal(error) from error


def _json_list(content: Any) -> list[Any]:
    if not isinstance(content, dict) or not isinstance(content.get("bulk"), list):
        raise SchemaError("Cannot deserialize: an object with the list 'bulk' is expected")
    elements: list[Any] = content["bulk"]
    return elements


def _json_element(element: Any) -> Document:
    if not isinstance(element, dict) or set(element) != {"work"}:
        raise SchemaError("Cannot deserialize: an object with the one key 'work' is expected")
    return wire_json.from_object(element["work"], schema.WORK_DOCUMENT, strict=False)


def _unmarshal(error: SchemaError) -> OrcidError:
    return OrcidError(
        9001,
        "jakarta.xml.bind.UnmarshalException\n - with linked exception:\n"
        f"[org.xml.sax.SAXParseException; {error}]",
    )
