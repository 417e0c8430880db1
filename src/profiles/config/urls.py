"""The URL tree; each package has its own list."""

from django.urls import include, path

handler400 = "profiles.web.views.failures.bad_request"
handler404 = "profiles.web.views.failures.not_found"
handler500 = "profiles.web.views.failures.server_error"
urlpatterns = [
    path("", include("profiles.sign_in.urls")),
    path("", include("profiles.sso.urls")),
    path("", include("profiles.api.urls")),
    path("", include("profiles.staff.urls")),
    path("", include("profiles.web.urls")),
]
