"""Addresses of the staff pages."""

from django.urls import path

from profiles.staff import intake_views, key_views, views, webhook_views

urlpatterns = [
    path("staff", views.stuck, name="staff"),
    path("staff/problems/<slug:code>", views.problem, name="staff_problem"),
    path("staff/intake", intake_views.intake, name="staff_intake"),
    path("staff/skips/<slug:reason>", intake_views.skips, name="staff_skips"),
    path("staff/keys", key_views.index, name="staff_keys"),
    path("staff/keys/<int:key_id>", key_views.show, name="staff_key"),
    path("staff/webhooks", webhook_views.index, name="staff_webhooks"),
    path("staff/webhooks/<int:webhook_id>", webhook_views.show, name="staff_webhook"),
    path("staff/story", views.story, name="staff_story"),
]
