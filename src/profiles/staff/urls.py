"""Addresses of the staff pages."""

from django.urls import path

from profiles.staff import views

urlpatterns = [
    path("staff", views.stuck, name="staff"),
    path("staff/problems/<slug:code>", views.problem, name="staff_problem"),
    path("staff/story", views.story, name="staff_story"),
]
