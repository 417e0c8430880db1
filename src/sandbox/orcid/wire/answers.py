"""Write the answers and errors of the member API."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import msgspec
from aiohttp import web

from sandbox.orcid.oauth.access import BearerRefusedError
from sandbox.orcid.records import schema
from sandbox.orcid.records.grammar import ERROR, WORK, Document, Elements
from sandbox.orcid.state import OrcidState
from sandbox.orcid.wire import wire_json, wire_xml
from sandbox.orcid.wire.errors import OrcidError, unmatched
from sandbox.orcid.wire.negotiation import VND_XML, Form, accepted_form, require_accepted_form, sent_form


@dataclass(frozen=True, slots=True)
class Address:
    """The address of the stand-in; called late, because a free port is known only after the start."""

    of_site: Callable[[], str]


log = logging.getLogger(__name__)
STATE: Final = web.AppKey("orcid_state", OrcidState)
ADDRESS: Final = web.AppKey("address", Address)
FORM: Final = web.RequestKey("form", Form)
CLIENT_NAME: Final = web.RequestKey("client_name", str)
_NO_CACHE: Final = {
    "Cache-Control": "no-cache, no-store, max-age=0, must-revalidate",
    "Pragma": "no-cache",
    "Expires": "0",
    "X-Content-Type-Options": "nosniff",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def site(request: web.Request) -> str:
    """Return the address of this stand-in: the configured one, otherwise the one of the request."""
    return request.app[ADDRESS].of_site() or f"{request.scheme}://{request.host}"


def negotiate(request: web.Request) -> Form:
    """Determine the format of the answer, errors included.

    Raises:
        OrcidError: 9001 with 406.
    """
    form = require_accepted_form(request.headers.get("Accept", ""), request.headers.get("Content-Type", ""))
    request[FORM] = form
    return form


def document(
    request: web.Request,
    content: Document,
    *,
    space: str,
    name: str,
    kind: Elements,
    status: int = 200,
) -> web.Response:
    """Answer with a document in the negotiated format."""
    form = request[FORM]
    if form.is_json:
        body = wire_json.encode(wire_json.complete(content, kind), pretty=form.is_pretty)
    else:
        body = wire_xml.write(content, space=space, name=name, kind=kind)
    return _response(form, status, body)


def bulk(request: web.Request, elements: list[Document | OrcidError]) -> web.Response:
    """Answer with a list of works and errors."""
    form = request[FORM]
    name = request.get(CLIENT_NAME)
    if form.is_json:
        listed = [
            {"error": each.body(name)}
            if isinstance(each, OrcidError)
            else {"work": wire_json.complete(each, schema.WORK_DOCUMENT)}
            for each in elements
        ]
        return _response(form, 200, wire_json.encode({"bulk": listed}, pretty=form.is_pretty))
    inner = [
        wire_xml.element(each.body(name), space=ERROR, name="error", kind=schema.ERROR_DOCUMENT, indent=1)
        if isinstance(each, OrcidError)
        else wire_xml.element(each, space=WORK, name="work", kind=schema.WORK_DOCUMENT, indent=1)
        for each in elements
    ]
    root = "\n".join([f"<bulk:bulk{wire_xml.namespaces()}>", *inner, "</bulk:bulk>"])
    return _response(form, 200, wire_xml.document(root))


def created(request: web.Request, location: str) -> web.Response:
    """Answer that an item was added: no body, only its location."""
    response = web.Response(status=HTTPStatus.CREATED, headers={**_NO_CACHE, "Location": location})
    response.headers["Content-Type"] = request[FORM].content_type
    return response


def nothing(request: web.Request) -> web.Response:
    """Answer that an item was removed."""
    response = web.Response(status=HTTPStatus.NO_CONTENT, headers=_NO_CACHE)
    response.headers["Content-Type"] = request[FORM].content_type
    return response


def refusal(request: web.Request, error: OrcidError) -> web.Response:
    """Answer with an error body in the negotiated format, or the one that would be."""
    form = request.get(FORM) or _form_for_refusal(request)
    body = error.body(request.get(CLIENT_NAME))
    encoded = wire_json.encode(body, pretty=form.is_pretty) if form.is_json else _error_xml(body)
    response = _response(form, error.status, encoded)
    if error.location:
        response.headers["Location"] = f"{site(request)}{error.location}"
    return response


def bearer_refusal(error: BearerRefusedError) -> web.Response:
    """Answer a missing or dead token in OAuth's format."""
    return web.Response(
        status=error.status,
        body=msgspec.json.encode({"error": error.error, "error_description": error.description}),
        content_type="application/json",
        charset="UTF-8",
        headers={"Cache-Control": "no-store", "Pragma": "no-cache"},
    )


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Convert every refusal, also those of the router, into ORCID's error bodies."""
    try:
        return await handler(request)
    except OrcidError as error:
        return refusal(request, error)
    except BearerRefusedError as error:
        return bearer_refusal(error)
    except web.HTTPException as error:
        return _routed(request, error)
    except ConnectionResetError:
        # The client closed the connection during its request.
        raise
    except Exception as error:
        if not _is_api(request):
            raise
        log.exception("stand-in.failed")
        return refusal(request, OrcidError(9008, type(error).__name__))


def _routed(request: web.Request, error: web.HTTPException) -> web.Response:
    if not _is_api(request):
        raise error
    if isinstance(error, web.HTTPMethodNotAllowed):
        return refusal(request, unmatched(HTTPStatus.METHOD_NOT_ALLOWED, error.reason))
    if isinstance(error, web.HTTPNotFound):
        return refusal(request, OrcidError(9016, error.reason))
    raise error


def _is_api(request: web.Request) -> bool:
    return request.path.startswith("/v3.0/")


def _form_for_refusal(request: web.Request) -> Form:
    sent = request.headers.get("Content-Type", "")
    return accepted_form(request.headers.get("Accept", ""), sent) or sent_form(sent) or VND_XML


def _error_xml(body: Document) -> bytes:
    written = wire_xml.write(body, space=ERROR, name="error", kind=schema.ERROR_DOCUMENT).decode()
    # A standalone error has its namespace as the default one.
    head, _, rest = written.partition("<error:error")
    _namespaces, _, inner = rest.partition(">")
    inner = inner.replace("<error:", "<").replace("</error:", "</")
    return f'{head}<error xmlns="{ERROR}">{inner}'.encode()


def _response(form: Form, status: int, body: bytes) -> web.Response:
    response = web.Response(status=status, body=body, headers=_NO_CACHE)
    response.headers["Content-Type"] = form.content_type
    return response
