"""``GET /confirmations``: which iDs of a work their owners confirmed. Open, the same for all, cacheable."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Router

from profiles.api.description.described import described
from profiles.api.http import rendering, request_parsing
from profiles.api.http.errors import ApiError
from profiles.api.http.filters import parameter
from profiles.api.webhooks import shapes
from profiles.domain.ids import doi_url, orcid_uri
from profiles.pipeline.confirmations import confirmed_ids

router = Router(tags=["confirmations"])
MAX_AGE: Final = 30
"""Seconds. A cache of ours and one of the caller each keep an answer so long: together less than a minute."""
_DOI: Final = {"type": "string", "pattern": r"^10\.[0-9]{4,9}/[A-Za-z0-9._-]*[A-Za-z0-9]$"}
PARAMETERS: Final = [parameter("doi", "the work; any usual form is read", kind=_DOI, required=True)]


@router.get("/confirmations", **described("show_confirmations", shapes.OneConfirmationList, query=PARAMETERS))
def show(request: HttpRequest) -> HttpResponse:
    """Show which iDs of a work their owners confirmed. No iD is listed whose owner does not want it."""
    doi = request_parsing.doi_of(request_parsing.parameters(request).get("doi", ""))
    if doi is None:
        raise ApiError(400, "doi must be a DOI such as 10.5072/abc.", source="doi")
    attributes = {
        "doi": doi_url(doi),
        "confirmed": [orcid_uri(orcid_id) for orcid_id in confirmed_ids(doi)],
    }
    response = rendering.respond({"data": {"id": doi, "type": "confirmations", "attributes": attributes}})
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return response
