"""Pages of the stand-ins: one layout, one style sheet, no script."""

from pathlib import Path
from typing import Any, Final

import jinja2
from aiohttp import web

_HERE: Final = Path(__file__).parent
STYLE_PATH: Final = "/__sandbox__/stand-in.css"
_SAFETY: Final = {
    "Cache-Control": "no-store",
    # No form-action: browsers apply it to the redirect after a form, which leads to the service.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Pages:
    """The pages of one stand-in."""

    def __init__(self, folder: Path, *, stand_in_for: str) -> None:
        """Take the folder of its templates and the name of the real service."""
        self._service = stand_in_for
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader([folder, _HERE / "templates"]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def add_routes(self, app: web.Application) -> None:
        """Add the route of the style sheet."""
        app.router.add_get(STYLE_PATH, _style)

    def page(self, template: str, *, status: int = 200, **facts: Any) -> web.Response:
        """Render a page."""
        text = self._templates.get_template(template).render(service=self._service, style=STYLE_PATH, **facts)
        return web.Response(
            status=status, text=text, content_type="text/html", charset="utf-8", headers=_SAFETY
        )


async def _style(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(_HERE / "static" / "stand-in.css")
