"""Addresses of the OpenID provider, and of its pages for people."""

from django.urls import path

from profiles.sso.person import pages
from profiles.sso.protocol import authorize, end_session, endpoints, provider
from profiles.sso.registry import staff_pages

FOR_SERVICES = [
    path(".well-known/openid-configuration", endpoints.discovery, name="openid_configuration"),
    path(".well-known/oauth-authorization-server", endpoints.discovery),
    path(provider.KEYS, endpoints.key_set, name="key_set"),
    path(provider.TOKEN, endpoints.token, name="token"),
    path(provider.USERINFO, endpoints.userinfo, name="userinfo"),
    path(provider.REVOKE, endpoints.revoke, name="revoke"),
    path(provider.INTROSPECT, endpoints.introspect, name="introspect"),
    path(provider.PUSH, endpoints.push, name="push_request"),
    path(provider.DEVICE_CODE, endpoints.device, name="device_authorization"),
]
"""Endpoints that no browser opens as a page: without session, CSRF protection or language."""
urlpatterns = [
    *FOR_SERVICES,
    path(provider.AUTHORIZE, authorize.authorize, name="authorize"),
    path("oauth/resume/<slug:key>", authorize.resume, name="resume_sign_in"),
    path("oauth/resume/<slug:key>/cancel", authorize.cancel, name="cancel_sign_in"),
    path(provider.END_SESSION, end_session.end_session, name="end_session"),
    path("oauth/logout/confirm", end_session.confirm_end, name="confirm_end_session"),
    path("signed_out/<slug:key>", end_session.signed_out, name="signed_out"),
    path("device", pages.device, name="device"),
    path("settings/connected", pages.connected, name="connected_services"),
    path("settings/connected/<str:client_id>/remove", pages.disconnect, name="disconnect_service"),
    path("staff/services", staff_pages.index, name="staff_parties"),
    path("staff/services/new", staff_pages.new, name="staff_party_new"),
    path("staff/services/<str:client_id>", staff_pages.edit, name="staff_party"),
    path("staff/services/<str:client_id>/secret", staff_pages.secret, name="staff_party_secret"),
    path("staff/services/<str:client_id>/switch", staff_pages.switch, name="staff_party_switch"),
    path("services/<str:client_id>/logo", pages.logo, name="party_logo"),
]
