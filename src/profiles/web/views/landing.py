"""The first page, and the sign of life."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def show(request: HttpRequest) -> HttpResponse:
    """Show what this is and where to begin."""
    return render(request, "landing.html")


def heartbeat(_request: HttpRequest) -> HttpResponse:
    """Answer the load balancer; it asks by IP address and wants the word OK."""
    return HttpResponse("OK", content_type="text/html")
