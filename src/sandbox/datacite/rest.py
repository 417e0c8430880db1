"""The REST API: single DOIs, lists of DOIs, repositories, heartbeat."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

import msgspec
from aiohttp import web

from sandbox.control import PREFIX, Handler
from sandbox.datacite import search, shapes, writing
from sandbox.datacite.credentials import BadCredentialsError
from sandbox.datacite.query import BadQueryError
from sandbox.datacite.records import Record
from sandbox.datacite.search import CursorError
from sandbox.datacite.state import STATE

routes = web.RouteTableDef()
JSON_API: Final = "application/vnd.api+json"
_NOT_FOUND: Final = "The resource you are looking for doesn't exist."


def answer(content: Any, *, status: int = 200) -> web.Response:
    """Return JSON in the media type of the API."""
    return web.Response(
        status=status, body=msgspec.json.encode(content), content_type=JSON_API, charset="utf-8"
    )


def refused(status: int, title: str) -> web.Response:
    """Return an error in the API's format."""
    return answer({"errors": [{"status": str(status), "title": title}]}, status=status)


@web.middleware
async def limited(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse requests above the rate limit, if one is set."""
    limits = request.app[STATE].limits
    refusal = limits.refusal(request)
    return await handler(request) if refusal is None else answer(refusal, status=limits.status)


@web.middleware
async def identified(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a key or token that is not known, and name the caller in the answer."""
    if request.path.startswith((PREFIX, "/heartbeat")):
        return await handler(request)
    try:
        caller = request.app[STATE].credentials.caller(request)
    except BadCredentialsError:
        return refused(401, "Bad credentials.")
    response = await handler(request)
    named = {"X-Credential-Username": caller} if caller else {"X-Anonymous-Consumer": "true"}
    response.headers.update(named)
    return response


@routes.get("/heartbeat")
async def heartbeat(_request: web.Request) -> web.Response:
    """Answer the heartbeat."""
    return web.Response(text="OK")


@routes.get("/dois")
async def many(request: web.Request) -> web.Response:
    """Search DOIs."""
    params = dict(request.query)
    try:
        state = request.app[STATE]
        has_facets = state.limits.options.facets
        found = search.find(
            state.records,
            params,
            sees_all=_sees_all(request),
            has_facets=has_facets,
            clients=state.clients,
        )
    except BadQueryError as error:
        # An object, not a list: the one exception in the API.
        return answer({"errors": {"title": str(error)}}, status=400)
    except CursorError as error:
        return refused(400, str(error))
    links = {"self": str(request.url)}
    if found.next:
        links["next"] = f"{request.scheme}://{request.host}/dois?{found.next}"
    data = [shapes.resource(record, params, alone=False) for record in found.records]
    return answer({"data": data, "meta": found.meta, "links": links})


@routes.get("/dois/{doi:.+}")
async def one(request: web.Request) -> web.Response:
    """Return one DOI; anonymous callers get only findable DOIs."""
    record = request.app[STATE].records.get(_doi(request))
    if record is None or not (record.is_findable or _sees_all(request)):
        return refused(404, _NOT_FOUND)
    body: dict[str, Any] = {"data": shapes.resource(record, request.query, alone=True)}
    if "client" in request.query.get("include", "").split(",") and record.client:
        body["included"] = [_client(request, record.client)]
    return answer(body)


@routes.post("/dois")
async def register(request: web.Request) -> web.Response:
    """Register a DOI, with the given name or a new one."""
    return await _write(request, None)


@routes.put("/dois/{doi:.+}")
async def change(request: web.Request) -> web.Response:
    """Register or change this DOI."""
    return await _write(request, _doi(request))


@routes.delete("/dois/{doi:.+}")
async def delete(request: web.Request) -> web.Response:
    """Delete a draft; registered DOIs stay."""
    records = request.app[STATE].records
    record = records.get(_doi(request))
    if record is None:
        return refused(404, _NOT_FOUND)
    if record.attributes.get("state") != "draft":
        return refused(405, "Method not allowed")
    records.remove(record.doi)
    return web.Response(status=204)


@routes.get("/clients/{id}")
@routes.get("/repositories/{id}")
async def client(request: web.Request) -> web.Response:
    """Return a repository; one that only appears in records is a plain repository."""
    state = request.app[STATE]
    identifier = request.match_info["id"].lower()
    if identifier not in state.clients and not any(each.client == identifier for each in state.records):
        return refused(404, _NOT_FOUND)
    return answer({"data": _client(request, identifier)})


def _client(request: web.Request, identifier: str) -> dict[str, Any]:
    stored = request.app[STATE].clients.get(identifier, {})
    attributes = {"name": identifier, "symbol": identifier.upper(), "clientType": "repository", **stored}
    return {"id": identifier, "type": request.path.split("/")[1] or "clients", "attributes": attributes}


async def _write(request: web.Request, doi: str | None) -> web.Response:
    try:
        body = msgspec.json.decode(await request.read())
    except msgspec.DecodeError:
        return refused(400, "You need to provide a payload following the JSONAPI spec")
    state = request.app[STATE]
    try:
        record, is_new = writing.write(state.records, doi, body, now=state.now)
    except writing.WriteError as error:
        return answer({"errors": error.errors}, status=error.status)
    return answer({"data": _written(record, request.query)}, status=201 if is_new else 200)


def _written(record: Record, params: Mapping[str, str]) -> dict[str, Any]:
    return shapes.resource(record, params, alone=True)


def _doi(request: web.Request) -> str:
    """Return the DOI of the path; it may be percent-encoded, or a URL."""
    text = unquote(request.match_info["doi"]).lower()
    for start in ("https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:"):
        text = text.removeprefix(start)
    return text


def _sees_all(request: web.Request) -> bool:
    """Treat a caller with any repository credentials as the owner of everything."""
    return request.headers.get("Authorization", "").lower().startswith("basic ")
