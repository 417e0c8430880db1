"""Addresses of signing in; the callbacks are those registered at ORCID and Globus today."""

from django.urls import path

from profiles.sign_in import session_pages, suite_people, views

urlpatterns = [
    path("sign_in", views.page, name="sign_in"),
    path("sign_in/suite", suite_people.sign_in, name="suite_sign_in"),
    path("auth", views.forward, name="forward"),
    path("sign_out", views.sign_out, name="sign_out"),
    path("link_orcid", views.link_orcid, name="link_orcid"),
    path("link_orcid/confirm", views.confirm_link, name="confirm_link"),
    path("users/auth/<slug:provider_id>", views.start, name="start_sign_in"),
    path("users/auth/<slug:provider_id>/callback", views.callback, name="sign_in_callback"),
    path("settings/sign-in-methods", views.methods, name="sign_in_methods"),
    path("settings/sessions", session_pages.show, name="sessions"),
]
