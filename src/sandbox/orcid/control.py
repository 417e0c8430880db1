"""What the control door of this stand-in adds: people, clients, keys, switches, and a person's own acts."""

from dataclasses import asdict, fields
from typing import Any

import msgspec
from aiohttp import web

from sandbox.door import PREFIX as _DOOR
from sandbox.orcid.oauth.keys import SigningKey
from sandbox.orcid.records.people import UnusableError
from sandbox.orcid.state import Options
from sandbox.orcid.wire.answers import STATE
from sandbox.people import listed, with_orcid

routes = web.RouteTableDef()


@routes.post(f"{_DOOR}/people")
async def people(request: web.Request) -> web.Response:
    """Add or change people: one, a list, or the shape of the people file."""
    given = await _object(request)
    changed = [request.app[STATE].add_person(each) for each in with_orcid(listed(given))]
    if not changed:
        raise UnusableError("nobody with an ORCID iD among them")
    return web.json_response({"people": [each.orcid_id for each in changed]})


@routes.post(f"{_DOOR}/clients")
async def clients(request: web.Request) -> web.Response:
    """Add or change a client."""
    client = request.app[STATE].add_client(await _object(request))
    return web.json_response({"client_id": client.client_id, "scopes": sorted(client.entitled)})


@routes.post(f"{_DOOR}/tokens")
async def tokens(request: web.Request) -> web.Response:
    """Give a client a token without the pages, for tests and load: ``{"client_id", "orcid", "scopes"}``."""
    given = await _object(request)
    state = request.app[STATE]
    orcid_id = given.get("orcid")
    if given.get("client_id") not in state.clients or (orcid_id and orcid_id not in state.people):
        raise UnusableError("a token needs a known client_id and a known orcid")
    token = state.tokens.issue(
        client_id=given["client_id"],
        orcid_id=orcid_id,
        scopes=frozenset(given.get("scopes") or ("/activities/update", "/read-limited")),
        now=state.now(),
        lasts=given.get("expires_in", state.options.token_life),
        access=given.get("access_token"),
    )
    return web.json_response(
        {"access_token": token.access, "refresh_token": token.refresh, "orcid": token.orcid_id},
    )


@routes.post(f"{_DOOR}/revoke-trust")
async def revoke_trust(request: web.Request) -> web.Response:
    """Revoke a client as the person would: ``{"orcid", "client_id"}``."""
    given = await _object(request)
    count = request.app[STATE].revoke_trust(given.get("orcid", ""), given.get("client_id", ""))
    return web.json_response({"revoked": count})


@routes.post(f"{_DOOR}/remove-work")
async def remove_work(request: web.Request) -> web.Response:
    """Remove a work as the person would: ``{"orcid", "put_code"}``."""
    given = await _object(request)
    state = request.app[STATE]
    record = state.records.get(given.get("orcid", ""))
    work = record.works.get(given.get("put_code")) if record else None
    if work is None:
        raise UnusableError("there is no such work")
    state.remove_work(work)
    return web.json_response({"removed": work.put_code})


@routes.post(f"{_DOOR}/options")
async def options(request: web.Request) -> web.Response:
    """Switch limits and outages: ``max_works``, ``rate_limit``, ``introspection_down``, ``clock_ahead``."""
    given = await _object(request)
    known = {field.name: type(getattr(Options(), field.name)) for field in fields(Options)}
    current = request.app[STATE].options
    for name, value in given.items():
        if name not in known:
            raise UnusableError(f"'{name}' is not a switch; there are {', '.join(known)}")
        setattr(current, name, known[name](value))
    return web.json_response(asdict(current))


@routes.post(f"{_DOOR}/rotate-keys")
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
