"""Authlib in Django, as its documentation says."""

from django_settings import configure, run

from page import BASE, CLIENT_ID, METADATA, SECRET, shown

configure(
    "authlib-in-django",
    AUTHLIB_OAUTH_CLIENTS={
        "profiles": {
            "client_id": CLIENT_ID,
            "client_secret": SECRET,
            "server_metadata_url": METADATA,
            "client_kwargs": {"scope": "openid profile email offline_access"},
        }
    },
)

from authlib.integrations.django_client import OAuth  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import redirect  # noqa: E402
from django.urls import path, reverse  # noqa: E402

oauth = OAuth()
oauth.register("profiles")


def home(request: HttpRequest) -> HttpResponse:
    person, token = request.session.get("user"), request.session.get("token", {})
    page = shown(person and {**person, "orcid": person["preferred_username"]}, token.get("access_token", ""))
    return HttpResponse(page)


def login(request: HttpRequest) -> HttpResponse:
    return oauth.profiles.authorize_redirect(request, request.build_absolute_uri(reverse("callback")))


def callback(request: HttpRequest) -> HttpResponse:
    token = dict(oauth.profiles.authorize_access_token(request))
    request.session["user"] = dict(token.pop("userinfo"))
    request.session["token"] = token
    return redirect("/")


def refresh(request: HttpRequest) -> HttpResponse:
    token = request.session["token"]
    new = oauth.profiles.fetch_access_token(grant_type="refresh_token", refresh_token=token["refresh_token"])
    request.session["token"] = {**token, **new}
    oauth.profiles.userinfo(token=request.session["token"])
    return redirect("/")


def logout(request: HttpRequest) -> HttpResponse:
    token = request.session["token"]
    request.session.flush()
    return oauth.profiles.logout_redirect(
        request, post_logout_redirect_uri=f"{BASE}/goodbye", id_token_hint=token["id_token"]
    )


def goodbye(request: HttpRequest) -> HttpResponse:
    oauth.profiles.validate_logout_response(request)
    return redirect("/")


views = {"login": login, "callback": callback, "refresh": refresh, "logout": logout, "goodbye": goodbye}
run([path("", home), *(path(name, view, name=name) for name, view in views.items())])
