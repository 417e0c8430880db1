"""The state of the service, for people and for other status pages.

It needs no session and no database, so that it answers during an outage too.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from profiles.domain.service_status import Part, PartName, ServiceStatus, State
from profiles.infra.web.languages import known_language, language_of_browser
from profiles.infra.web.moments import moment
from profiles.pipeline import service_status
from profiles.web.charts import day_strip
from profiles.web.views.failures import plain_page

CACHE_SECONDS: Final = 10
_TITLES: Final = {
    PartName.SIGN_IN: gettext_lazy("Sign-in"),
    PartName.INTAKE: gettext_lazy("New DOIs from DataCite"),
    PartName.WRITING: gettext_lazy("Adding works to ORCID"),
    PartName.MESSAGES: gettext_lazy("Messages and e-mail"),
}
_STATES: Final = {
    State.WORKING: ("done", gettext_lazy("Working")),
    State.OFF: ("ignored", gettext_lazy("Not used")),
    State.SLOW: ("notified", gettext_lazy("Slow or in part away")),
    State.DOWN: ("failed", gettext_lazy("Does not work")),
    State.UNKNOWN: ("waiting", gettext_lazy("Not known right now")),
}
"""The state of claims with the same icon and colour, and the words."""
_LINES: Final = {State.WORKING: ("good", "arrived"), State.SLOW: ("wait", "waiting")}
_LEVELS: Final = (State.WORKING, State.SLOW, State.DOWN)
"""The states of a day, by how bad they are."""
_BAD_LINE: Final = ("bad", "refused")


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the state of the service in the language of a link (``?lang=de``) or of the browser."""
    with translation.override(known_language([request.GET.get("lang", "")]) or language_of_browser(request)):
        response = _page()
    patch_vary_headers(response, ["Accept-Language"])
    return _cached(response)


def _page() -> HttpResponse:
    status = service_status.current()
    line, ring = _LINES.get(status.state, _BAD_LINE)
    dates, days = service_status.last_days()
    parts = [
        (_TITLES[part.name], *_STATES[part.state], _sentence(part), _strip(part, dates, days))
        for part in status.parts
    ]
    return plain_page(
        "status.html",
        status=200,
        line=line,
        ring=ring,
        sentence=gettext(status.sentence),
        parts=parts,
        levels=[(level, _STATES[state]) for level, state in enumerate(_LEVELS)],
        first_day=dates[0] if days else None,
        titles=list(_TITLES.values()),
        worse_days=_worse_days(dates, days),
        observed=status.observed,
        hours=service_status.DELAY_WITHIN.total_seconds() / 3600,
    )


@require_safe
def as_json(_request: HttpRequest) -> HttpResponse:
    """Return the same for other status pages, which may read it from a browser."""
    body = msgspec.json.format(msgspec.json.encode(as_data(service_status.current())), indent=1)
    response = HttpResponse(body, content_type="application/json")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return _cached(response)


def as_data(status: ServiceStatus) -> dict[str, Any]:
    """Return the state of the service as plain data."""
    seen, delay = status.observed, status.observed.delay

    def age(moment: Any) -> int | None:
        return None if moment is None else max(0, int((seen.now - moment).total_seconds()))

    return {
        "state": status.state,
        "sentence": status.sentence,
        "at": seen.now,
        "parts": [
            {"name": part.name, "state": part.state, "sentence": _plain_sentence(part)}
            for part in status.parts
        ],
        "last_event_at": seen.event_at,
        "last_event_age_seconds": age(seen.event_at),
        "last_poll_at": seen.polled_at,
        "last_write_at": seen.write_at,
        "last_write_age_seconds": age(seen.write_at),
        "oldest_waiting_work_seconds": age(seen.claims_wait_since),
        "delay": delay
        and {
            "works": delay.count,
            "median_seconds": round(delay.median, 1),
            "p95_seconds": round(delay.most, 1),
            "within_hours": service_status.DELAY_WITHIN.total_seconds() / 3600,
        },
    }


def _strip(part: Part, dates: Sequence[date], days: service_status.Days) -> list[dict[str, Any]]:
    """Return the part's last days as pictures; none where nothing was seen of them, or it is not used."""
    levels = [days.get((part.name.value, day)) for day in dates]
    if part.state is State.OFF or not any(level is not None for level in levels):
        return []
    words = [str(_STATES[state][1]) for state in _LEVELS]
    return day_strip(str(_TITLES[part.name]), levels, words)


def _worse_days(dates: Sequence[date], days: service_status.Days) -> list[tuple[date, list[Any]]]:
    """Return the days on which not everything worked, latest first, with the words for each part."""
    rows = []
    for day in reversed(dates):
        levels = [days.get((name.value, day)) for name in _TITLES]
        if any(levels):
            rows.append((day, ["–" if level is None else _STATES[_LEVELS[level]][1] for level in levels]))
    return rows


def _sentence(part: Part) -> SafeString:
    names: dict[str, Any] = {name: conditional_escape(value) for name, value in part.names.items()}
    if part.since:
        names["since"] = moment(part.since)
    return SafeString(conditional_escape(gettext(part.sentence)) % names)


def _plain_sentence(part: Part) -> str:
    since = {"since": f"{part.since:%Y-%m-%d %H:%M} UTC"} if part.since else {}
    return part.sentence % {**part.names, **since}


def _cached(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = f"public, max-age={CACHE_SECONDS}"
    return response
