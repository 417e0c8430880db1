"""Authlib in Flask, as its documentation says."""

from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, session, url_for

from page import BASE, CLIENT_ID, HOST, METADATA, PORT, SECRET, shown

app = Flask(__name__)
app.config.update(SECRET_KEY="of the tests", SESSION_COOKIE_NAME="flask", SERVER_NAME=None)
oauth = OAuth(app)
oauth.register(
    "profiles",
    client_id=CLIENT_ID,
    client_secret=SECRET,
    server_metadata_url=METADATA,
    client_kwargs={"scope": "openid profile email offline_access"},
)
kept: dict[str, dict] = {}  # tokens are too large for a cookie


@app.get("/")
def home() -> str:
    person = session.get("user")
    return shown(
        person and {**person, "orcid": person["preferred_username"]},
        kept[person["sub"]]["access_token"] if person else "",
    )


@app.get("/login")
def login():
    return oauth.profiles.authorize_redirect(url_for("callback", _external=True))


@app.get("/callback")
def callback():
    token = oauth.profiles.authorize_access_token()
    session["user"] = token["userinfo"]
    kept[session["user"]["sub"]] = token
    return redirect("/")


@app.get("/refresh")
def refresh():
    sub = session["user"]["sub"]
    kept[sub] |= oauth.profiles.fetch_access_token(
        grant_type="refresh_token", refresh_token=kept[sub]["refresh_token"]
    )
    oauth.profiles.userinfo(token=kept[sub])
    return redirect("/")


@app.get("/logout")
def logout():
    token = kept.pop(session.pop("user")["sub"])
    return oauth.profiles.logout_redirect(
        post_logout_redirect_uri=f"{BASE}/goodbye", id_token_hint=token["id_token"]
    )


@app.get("/goodbye")
def goodbye():
    oauth.profiles.validate_logout_response()
    return redirect("/")


app.run(HOST, PORT)
