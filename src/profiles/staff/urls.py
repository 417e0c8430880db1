"""Addresses of the staff pages."""

from django.urls import path

from profiles.staff import key_views, views

urlpatterns = [
    path("staff", views.stuck, name="staff"),
    path("staff/problems/<slug:code>", views.problem, name="staff_problem"),
    path("staff/keys", key_views.index, name="staff_keys"),
    path("staff/keys/<int:key_id>", key_views.show, name="staff_key"),
    path("staff/story", views.story, name="staff_story"),
]
