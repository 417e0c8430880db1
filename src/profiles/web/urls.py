"""Addresses of the pages."""

from django.urls import path

from profiles.web.views import landing

urlpatterns = [
    path("", landing.show, name="home"),
    path("heartbeat", landing.heartbeat, name="heartbeat"),
]
