"""The mailbox as one application. Each reader sees all mail: it is for trials only."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from sandbox.control import ControlEndpoints
from sandbox.pages import Pages

routes = web.RouteTableDef()
PAGES: Final = Pages(Path(__file__).parent / "templates", stand_in_for="Mail")
FOLDER: Final[web.AppKey[Path | None]] = web.AppKey("folder", Path)
_SHOWN: Final = 200


def make_app(folder: Path | None) -> web.Application:
    """Build the mailbox on a folder of ``.eml`` files; None shows no mail."""
    app = web.Application()
    app[FOLDER] = folder
    app.add_routes(routes)
    PAGES.add_routes(app)
    ControlEndpoints("mail", reset=lambda: None, state=lambda: {"mails": _newest(folder)}).attach(app)
    return app


@routes.get("/")
async def mails(request: web.Request) -> web.Response:
    """List the mails, newest first."""
    folder = request.app[FOLDER]
    listed = [{"name": file.stem, **_shown(_read(file))} for file in _files(folder)[:_SHOWN]]
    return PAGES.page("mails.html", mails=listed, folder=str(folder) if folder else "")


@routes.get(r"/mails/{name:[\w-]+}")
async def mail(request: web.Request) -> web.Response:
    """Show one mail; the addresses in it are links."""
    name = request.match_info["name"]
    file = next((each for each in _files(request.app[FOLDER]) if each.stem == name), None)
    if file is None:
        raise web.HTTPNotFound(text="There is no such mail.")
    message = _read(file)
    return PAGES.page("mail.html", mail={**_shown(message), "text": _text(message)})


def _newest(folder: Path | None) -> list[dict[str, Any]]:
    messages = [_read(file) for file in _files(folder)[:_SHOWN]]
    return [{**_shown(message), "text": _text(message)} for message in messages]


def _files(folder: Path | None) -> list[Path]:
    if folder is None or not folder.is_dir():
        return []
    return sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)


def _read(file: Path) -> EmailMessage:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _shown(message: EmailMessage) -> dict[str, Any]:
    return {name: str(message.get(name, "")) for name in ("subject", "to", "from", "date")}


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    return str(part.get_content()) if part is not None else ""
