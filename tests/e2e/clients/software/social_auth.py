"""social-auth-app-django with its backend for any OpenID provider, as its documentation says."""

from django_settings import configure, run

from page import BASE, CLIENT_ID, ISSUER, SECRET, shown

configure(
    "social-auth",
    apps=("social_django",),
    AUTHENTICATION_BACKENDS=["social_core.backends.open_id_connect.OpenIdConnectAuth"],
    SOCIAL_AUTH_OIDC_OIDC_ENDPOINT=ISSUER,
    SOCIAL_AUTH_OIDC_KEY=CLIENT_ID,
    SOCIAL_AUTH_OIDC_SECRET=SECRET,
    SOCIAL_AUTH_OIDC_SCOPE=["offline_access"],
    LOGIN_REDIRECT_URL="/",
)

from urllib.parse import urlencode  # noqa: E402

from django.contrib.auth import logout as end_session  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.middleware.csrf import get_token  # noqa: E402
from django.shortcuts import redirect  # noqa: E402
from django.urls import include, path  # noqa: E402
from social_django.utils import load_strategy  # noqa: E402


def home(request: HttpRequest) -> HttpResponse:
    csrf = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
    user = request.user
    if not user.is_authenticated:
        return HttpResponse(shown(None, forms={"/login/oidc/": "Sign in"}, csrf=csrf))
    person = {"name": user.get_full_name(), "orcid": user.username, "email": user.email}
    token = user.social_auth.get(provider="oidc").extra_data["access_token"]
    return HttpResponse(shown(person, token, forms={"/refresh": "Refresh", "/logout": "Sign out"}, csrf=csrf))


def refresh(request: HttpRequest) -> HttpResponse:
    request.user.social_auth.get(provider="oidc").refresh_token(load_strategy())
    return redirect("/")


def logout(request: HttpRequest) -> HttpResponse:
    hint = request.user.social_auth.get(provider="oidc").extra_data["id_token"]
    end_session(request)
    parameters = {"id_token_hint": hint, "post_logout_redirect_uri": f"{BASE}/"}
    return redirect(f"{ISSUER}/oauth/logout?{urlencode(parameters)}")


run(
    [
        path("", home),
        path("refresh", refresh),
        path("logout", logout),
        path("", include("social_django.urls")),
    ]
)
