"""Addresses of signing in; the callbacks are those registered at ORCID and Globus today."""

from django.urls import path

from profiles.sign_in.pages import (
    authorization,
    second_factor_pages,
    session_pages,
    test_suite_users,
    two_accounts,
    views,
)

urlpatterns = [
    path("sign_in", views.page, name="sign_in"),
    path("sign_in/suite", test_suite_users.sign_in, name="suite_sign_in"),
    path("auth", views.forward, name="forward"),
    path("sign_out", views.sign_out, name="sign_out"),
    path("signed_out", views.signed_out, name="signed_out_here"),
    path("link_orcid", views.link_orcid, name="link_orcid"),
    path("link_orcid/confirm", views.confirm_link, name="confirm_link"),
    path("users/auth/<slug:provider_id>", authorization.start, name="start_sign_in"),
    path("users/auth/<slug:provider_id>/go-on", authorization.go_on, name="go_on_sign_in"),
    path("users/auth/<slug:provider_id>/callback", authorization.callback, name="sign_in_callback"),
    path("settings/sign-in-methods", views.methods, name="sign_in_methods"),
    path("settings/sign-in-methods/two-accounts", two_accounts.show, name="two_accounts"),
    path("settings/sessions", session_pages.show, name="sessions"),
    path("sign_in/second-step", second_factor_pages.give, name="give_second_factor"),
    path("settings/second-step", second_factor_pages.show, name="second_factor"),
    path("settings/second-step/app", second_factor_pages.add_app, name="add_app"),
    path("settings/second-step/passkey", second_factor_pages.add_passkey, name="add_passkey"),
    path("settings/second-step/codes", second_factor_pages.new_codes, name="new_recovery_codes"),
    path(".well-known/passkey-endpoints", second_factor_pages.passkey_endpoints, name="passkey_endpoints"),
    path("settings/second-step/remove", second_factor_pages.remove, name="remove_second_factor"),
]
