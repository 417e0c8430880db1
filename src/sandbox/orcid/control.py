"""Additional control endpoints of ORCID: people, clients, keys, options, and actions of a person."""

from dataclasses import asdict, fields
from typing import Any

import msgspec
from aiohttp import web

from sandbox.control import PREFIX as _CONTROL
from sandbox.orcid.oauth.keys import SigningKey
from sandbox.orcid.records.people import UnusableError
from sandbox.orcid.state import Options
from sandbox.orcid.wire.answers import STATE
from sandbox.people import listed, with_orcid

routes = web.RouteTableDef()


@routes.post(f"{_CONTROL}/people")
async def people(request: web.Request) -> web.Response:
    """Add or change people: one, a list, or the format of the people file."""
    body = await _object(request)
    changed = [request.app[STATE].add_person(each) for each in with_orcid(listed(body))]
    if not changed:
        raise UnusableError("none of them has an ORCID iD")
    return web.json_response({"people": [each.orcid_id for each in changed]})


@routes.post(f"{_CONTROL}/clients")
async def clients(request: web.Request) -> web.Response:
    """Add or change a client."""
    client = request.app[STATE].add_client(await _object(request))
    return web.json_response({"client_id": client.client_id, "scopes": sorted(client.entitled)})


@routes.post(f"{_CONTROL}/tokens")
async def tokens(request: web.Request) -> web.Response:
    """Issue a client a token without the pages, for tests and load: ``{"client_id", "orcid", "scopes"}``."""
    body = await _object(request)
    state = request.app[STATE]
    orcid_id = body.get("orcid")
    if body.get("client_id") not in state.clients or (orcid_id and orcid_id not in state.people):
        raise UnusableError("a token needs a known client_id and a known orcid")
    token = state.tokens.issue(
        client_id=body["client_id"],
        orcid_id=orcid_id,
        scopes=frozenset(body.get("scopes") or ("/activities/update", "/read-limited")),
        now=state.now(),
        lasts=body.get("expires_in", state.options.token_life),
        access=body.get("access_token"),
    )
    return web.json_response(
        {"access_token": token.access, "refresh_token": token.refresh, "orcid": token.orcid_id},
    )


@routes.post(f"{_CONTROL}/revoke-trust")
async def revoke_trust(request: web.Request) -> web.Response:
    """Revoke a client as the person would: ``{"orcid", "client_id"}``."""
    body = await _object(request)
    count = request.app[STATE].revoke_trust(body.get("orcid", ""), body.get("client_id", ""))
    return web.json_response({"revoked": count})


@routes.post(f"{_CONTROL}/remove-work")
async def remove_work(request: web.Request) -> web.Response:
    """Remove a work as the person would: ``{"orcid", "put_code"}``."""
    body = await _object(request)
    state = request.app[STATE]
    record = state.records.get(body.get("orcid", ""))
    work = record.works.get(body.get("put_code")) if record else None
    if work is None:
        raise UnusableError("there is no such work")
    state.remove_work(work)
    return web.json_response({"removed": work.put_code})


@routes.post(f"{_CONTROL}/options")
async def options(request: web.Request) -> web.Response:
    """Set limits and outages: ``max_works``, ``rate_limit``, ``introspection_down``, ``clock_ahead``."""
    body = await _object(request)
    types = {field.name: type(getattr(Options(), field.name)) for field in fields(Options)}
    current = request.app[STATE].options
    for name, value in body.items():
        if name not in types:
            raise UnusableError(f"'{name}' is not a switch; there are {', '.join(types)}")
        setattr(current, name, types[name](value))
    return web.json_response(asdict(current))


@routes.post(f"{_CONTROL}/rotate-keys")
async def rotate_keys(request: web.Request) -> web.Response:
    """Sign with a new key from now on; the old one is no longer published."""
    state = request.app[STATE]
    state.key = SigningKey.new()
    return web.json_response({"kid": state.key.kid})


async def _object(request: web.Request) -> Any:
    try:
        return msgspec.json.decode(await request.read())
    except msgspec.DecodeError as error:
        raise UnusableError(f"the body is not JSON: {error}") from error
