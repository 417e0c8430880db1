"""Authlib in Starlette, as its documentation says."""

import uvicorn
from authlib.integrations.starlette_client import OAuth
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from page import BASE, CLIENT_ID, HOST, METADATA, PORT, SECRET, shown

oauth = OAuth()
oauth.register(
    "profiles",
    client_id=CLIENT_ID,
    client_secret=SECRET,
    server_metadata_url=METADATA,
    client_kwargs={"scope": "openid profile email offline_access"},
)
kept: dict[str, dict] = {}


async def home(request: Request) -> Response:
    person = request.session.get("user")
    token = kept[person["sub"]]["access_token"] if person else ""
    return HTMLResponse(shown(person and {**person, "orcid": person["preferred_username"]}, token))


async def login(request: Request) -> Response:
    return await oauth.profiles.authorize_redirect(request, str(request.url_for("callback")))


async def callback(request: Request) -> Response:
    token = await oauth.profiles.authorize_access_token(request)
    request.session["user"] = dict(token["userinfo"])
    kept[token["userinfo"]["sub"]] = dict(token)
    return RedirectResponse("/")


async def refresh(request: Request) -> Response:
    sub = request.session["user"]["sub"]
    kept[sub] |= await oauth.profiles.fetch_access_token(
        grant_type="refresh_token", refresh_token=kept[sub]["refresh_token"]
    )
    await oauth.profiles.userinfo(token=kept[sub])
    return RedirectResponse("/")


async def logout(request: Request) -> Response:
    token = kept.pop(request.session.pop("user")["sub"])
    return await oauth.profiles.logout_redirect(
        request, post_logout_redirect_uri=f"{BASE}/goodbye", id_token_hint=token["id_token"]
    )


async def goodbye(request: Request) -> Response:
    await oauth.profiles.validate_logout_response(request)
    return RedirectResponse("/")


views = {
    "": home,
    "login": login,
    "callback": callback,
    "refresh": refresh,
    "logout": logout,
    "goodbye": goodbye,
}
app = Starlette(
    routes=[Route(f"/{path}", view) for path, view in views.items()],
    middleware=[Middleware(SessionMiddleware, secret_key="of the tests", session_cookie="starlette")],
)
uvicorn.run(app, host=HOST, port=PORT)
