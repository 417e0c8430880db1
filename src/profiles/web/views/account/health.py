"""What monitors ask for: whether the service is ready."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from profiles.pipeline import health


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Say of each thing the service needs whether it is there; 503 where one is not.

    ``?only=database,schema`` asks for some: a page needs no worker to be answered.
    """
    status, body = health.as_json(request.GET.get("only", ""))
    return HttpResponse(body, status=status, content_type="application/json")
