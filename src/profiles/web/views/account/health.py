"""Readiness check for monitoring."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from profiles.pipeline import health


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Return the result of each check; the status is 503 when one fails.

    ``?only=database,schema`` selects checks: pages need no worker.
    """
    status, body = health.as_json(request.GET.get("only", ""))
    return HttpResponse(body, status=status, content_type="application/json")
