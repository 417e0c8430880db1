"""``POST /orcid-changes/…``: ORCID says that a record changed. The address names the record and is signed."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from profiles.consents.record_webhooks import orcid_id_in
from profiles.pipeline.permissions.record_webhooks import record_changed


@csrf_exempt
@require_POST
def changed(_request: HttpRequest, signed: str) -> HttpResponse:
    """Queue a comparison of the record, and answer at once: ORCID repeats what is not answered with 2xx.

    The answer is the same whether the person is still with us.
    """
    orcid_id = orcid_id_in(signed)
    if orcid_id is None:
        return HttpResponse(status=404)
    record_changed(orcid_id)
    return HttpResponse(status=204)
