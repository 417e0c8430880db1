"""``POST /doi-events``: trusted agents announce changed DOIs; each event is stored before it is handled."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Router

from profiles.api.description.described import described
from profiles.api.http import rendering, request_parsing, shapes
from profiles.api.http.errors import ApiError
from profiles.domain.access.roles import Act
from profiles.domain.eligibility.case import Source
from profiles.domain.records.sighting import moment
from profiles.pipeline.intake.receive import AnnouncedDoi, take_in_events

router = Router(tags=["doi-events"])
MAX_EVENTS: Final = 1000
ACCEPTED: Final = 202


@router.post(
    "/doi-events", **described("announce_dois", shapes.TakenEvents, status=202, body=shapes.DoiEvents)
)
def announce(request: HttpRequest) -> HttpResponse:
    """Accept up to a thousand events. The same event may be sent again at any time; it counts once."""
    caller = request_parsing.require_caller(request)
    request_parsing.require(caller, Act.SEND_DOI_EVENTS)
    # Each agent numbers its own events: the same id from another one is another event.
    whose = f"agent:{caller.name}:"
    given = request_parsing.body(request).get("events")
    if not isinstance(given, list) or not given or len(given) > MAX_EVENTS:
        raise ApiError(422, f"events must be a list of 1 to {MAX_EVENTS} events.", source="events")
    if not all(isinstance(one, dict) for one in given):
        raise ApiError(422, "Each event must be an object with id and doi.", source="events")
    new, repeated, refused = take_in_events([_event(one, whose) for one in given], source=Source.AGENT)
    body = {
        "accepted": new,
        "known": repeated,
        "refused": [{"id": one.event_id.removeprefix(whose), "title": one.message} for one in refused],
    }
    return rendering.respond(body, ACCEPTED)


def _event(given: Mapping[str, Any], whose: str) -> AnnouncedDoi:
    event_id = str(given.get("id") or "")
    return AnnouncedDoi(
        event_id=whose + event_id if event_id else "",
        doi=str(given.get("doi") or ""),
        updated=moment(given.get("updated")),
    )
