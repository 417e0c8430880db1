"""The rate limit of the member API: requests a second, a burst, then 503."""

from typing import Final

from aiohttp import web

from sandbox.orcid.wire.answers import STATE, Handler

PER_SECOND: Final = 24.0
BURST: Final = 40.0


@web.middleware
async def limited(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 503 without Retry-After above the rate, when the limit is switched on."""
    state = request.app[STATE]
    if state.options.rate_limit and request.path.startswith("/v3.0/"):
        buckets = state.buckets
        key = request.headers.get("Authorization", request.remote or "")
        token = state.tokens.by_access.get(key.partition(" ")[2])
        key = token.client_id if token else key
        now = state.now()
        left, at = buckets.get(key, (BURST, now))
        left = min(BURST, left + (now - at) * PER_SECOND)
        buckets[key] = (max(left - 1, 0.0), now)
        if left < 1:
            return web.Response(
                status=503,
                text="<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>",
                content_type="text/html",
            )
    return await handler(request)
