"""The ORCID stand-in as one application."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from sandbox.control import ControlEndpoints
from sandbox.orcid import control, member_api, notifications, pace, webhooks
from sandbox.orcid.oauth import consent_pages, openid, token_endpoint
from sandbox.orcid.oauth.browser import PAGES
from sandbox.orcid.state import OrcidState
from sandbox.orcid.views import person_views, record_pages
from sandbox.orcid.wire import answers
from sandbox.orcid.wire.answers import STATE
from sandbox.orcid.wire.errors import OrcidError
from sandbox.pages import Pages

_MAX_BODY: Final = 32 * 1024 * 1024
_UNVERSIONED: Final = re.compile(
    r"/[^/]+/(work|works|person|record|notification-permission)(/.*)?",
)
_CANDIDATE: Final = re.compile(r"/v3\.0_rc\d+(/.*)")


@web.middleware
async def _other_versions(request: web.Request, handler: answers.Handler) -> web.StreamResponse:
    """Send calls without a version, or for a release candidate, to version 3.0."""
    try:
        return await handler(request)
    except web.HTTPNotFound:
        candidate = _CANDIDATE.fullmatch(request.path)
        if candidate:
            raise OrcidError(9056, location=f"/v3.0{candidate.group(1)}") from None
        if _UNVERSIONED.fullmatch(request.path):
            return web.Response(status=302, headers={"Location": f"/v3.0{request.path_qs}"})
        raise


def make_app(
    people: Iterable[dict[str, Any]] = (),
    *,
    base_url: Callable[[], str] = str,
    state: OrcidState | None = None,
) -> web.Application:
    """Build the stand-in with these people, in the shape of the people file.

    ``base_url`` says under which address it is known; it is asked late, because a free port is only known
    after the start. Without one, the address it is called by is taken.
    """
    state = state or OrcidState(people)
    app = web.Application(
        middlewares=[pace.limited, answers.refusals, _other_versions],
        client_max_size=_MAX_BODY,
    )
    app[STATE] = state
    app[answers.ADDRESS] = answers.Address(base_url)
    for part in (
        control,
        token_endpoint,
        openid,
        consent_pages,
        member_api,
        person_views,
        notifications,
        webhooks,
        record_pages,
    ):
        app.add_routes(part.routes)
    app[PAGES] = Pages(Path(__file__).parent / "templates", stand_in_for="ORCID")
    app[PAGES].add_routes(app)
    app.cleanup_ctx.append(webhooks.call_webhooks)
    ControlEndpoints("orcid", reset=state.reset, state=state.export).attach(app)
    return app
