"""Addresses of the staff pages."""

from django.urls import path

from profiles.staff import (
    act_views,
    audit_views,
    doi_views,
    intake_views,
    key_views,
    person_views,
    role_views,
    search_views,
    views,
    webhook_views,
)

urlpatterns = [
    path("staff", views.home, name="staff"),
    path("staff/search", search_views.find, name="staff_search"),
    path("staff/people/<str:orcid_id>", person_views.show, name="staff_person"),
    path("staff/dois/<path:doi>", doi_views.show, name="staff_doi"),
    path("staff/acts/<slug:act>", act_views.show, name="staff_act"),
    path("staff/roles", role_views.index, name="staff_roles"),
    path("staff/audit", audit_views.index, name="staff_audit"),
    path("staff/audit.csv", audit_views.export, name="staff_audit_export"),
    path("staff/problems/<slug:code>", views.problem, name="staff_problem"),
    path("staff/intake", intake_views.intake, name="staff_intake"),
    path("staff/skips/<slug:reason>", intake_views.skips, name="staff_skips"),
    path("staff/keys", key_views.index, name="staff_keys"),
    path("staff/keys/<int:key_id>", key_views.show, name="staff_key"),
    path("staff/webhooks", webhook_views.index, name="staff_webhooks"),
    path("staff/webhooks/<int:webhook_id>", webhook_views.show, name="staff_webhook"),
]
