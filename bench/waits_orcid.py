"""ORCID as people wait for it: the stand-in with its limit of 24 calls a second and its usual latency.

python -m bench.waits_orcid PORT
"""

import asyncio
import random
import sys
from typing import Any, Final

from aiohttp import web
from bench.rehearsal.orcid import LATENCY

from sandbox.orcid.app import make_app
from sandbox.orcid.state import OrcidState

_draw: Final = random.Random(7)


@web.middleware
async def latency(request: web.Request, handler: Any) -> web.StreamResponse:
    """Let time pass, half of it before the answer is made."""
    if not request.path.startswith("/v3.0/"):
        return await handler(request)  # type: ignore[no-any-return]
    seconds = _draw.lognormvariate(*LATENCY)
    await asyncio.sleep(seconds / 2)
    response: web.StreamResponse = await handler(request)
    await asyncio.sleep(seconds / 2)
    return response


def main() -> None:
    """Serve until stopped."""
    state = OrcidState()
    state.options.rate_limit = True
    app = make_app(state=state)
    # Innermost: the log has the moment when a call arrives, and the limit counts calls at that moment.
    app.middlewares.append(latency)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)


if __name__ == "__main__":
    main()
