"""mozilla-django-oidc, as its documentation says; it refreshes by a sign-in without a page."""

from django_settings import configure, run

from page import BASE, CLIENT_ID, ISSUER, SECRET, shown

configure(
    "mozilla",
    apps=("mozilla_django_oidc",),
    middleware=("mozilla_django_oidc.middleware.SessionRefresh",),
    AUTHENTICATION_BACKENDS=["backend.Backend"],
    OIDC_RP_CLIENT_ID=CLIENT_ID,
    OIDC_RP_CLIENT_SECRET=SECRET,
    OIDC_RP_SIGN_ALGO="RS256",
    OIDC_RP_SCOPES="openid email profile",
    OIDC_OP_AUTHORIZATION_ENDPOINT=f"{ISSUER}/oauth/authorize",
    OIDC_OP_TOKEN_ENDPOINT=f"{ISSUER}/oauth/token",
    OIDC_OP_USER_ENDPOINT=f"{ISSUER}/oauth/userinfo",
    OIDC_OP_JWKS_ENDPOINT=f"{ISSUER}/.well-known/jwks.json",
    OIDC_STORE_ACCESS_TOKEN=True,
    OIDC_STORE_ID_TOKEN=True,
    OIDC_OP_LOGOUT_URL_METHOD="backend.logout_url",
    LOGIN_REDIRECT_URL="/",
    LOGOUT_REDIRECT_URL="/",
)

import sys  # noqa: E402
from types import ModuleType  # noqa: E402
from urllib.parse import urlencode  # noqa: E402

from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.middleware.csrf import get_token  # noqa: E402
from django.shortcuts import redirect  # noqa: E402
from django.urls import include, path  # noqa: E402
from mozilla_django_oidc.auth import OIDCAuthenticationBackend  # noqa: E402


class Backend(OIDCAuthenticationBackend):
    """Store name and iD too ("Changing how Django users are created")."""

    def create_user(self, claims):
        user = super().create_user(claims)
        user.first_name, user.last_name = claims.get("name", ""), claims.get("preferred_username", "")
        user.save()
        return user


def logout_url(request: HttpRequest) -> str:
    """Sign out at the provider too ("Log user out of the OpenID Connect provider")."""
    parameters = {"id_token_hint": request.session["oidc_id_token"], "post_logout_redirect_uri": f"{BASE}/"}
    return f"{ISSUER}/oauth/logout?{urlencode(parameters)}"


module = ModuleType("backend")
module.Backend, module.logout_url = Backend, logout_url
sys.modules["backend"] = module


def home(request: HttpRequest) -> HttpResponse:
    user = request.user
    if not user.is_authenticated:
        return HttpResponse(shown(None, forms={"/oidc/authenticate/": "Sign in"}))
    person = {"name": user.first_name, "orcid": user.last_name, "email": user.email}
    csrf = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
    forms = {"/refresh": "Refresh", "/oidc/logout/": "Sign out"}
    return HttpResponse(shown(person, request.session["oidc_access_token"], forms=forms, csrf=csrf))


def refresh(request: HttpRequest) -> HttpResponse:
    """Let the ID token be old, so that the middleware refreshes the session."""
    request.session["oidc_id_token_expiration"] = 0
    return redirect("/")


run([path("", home), path("refresh", refresh), path("oidc/", include("mozilla_django_oidc.urls"))])
