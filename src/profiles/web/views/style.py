"""The style guide: every component in every state, to look at beside a page that is being made."""

from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from profiles.web.charts import day_strip
from profiles.web.paging import pages
from profiles.web.views.works.rule_path import PathStep

_COLOURS: Final = (
    *("canvas", "surface", "sunken", "raised", "tint", "line", "line-strong", "ink", "ink-2", "brand"),
    *("brand-fill", "link", "action", "action-hover", "good", "good-bg", "wait", "wait-bg", "bad", "bad-bg"),
    *("off", "off-bg", "amber", "focus", "chart-1", "chart-2", "chart-3", "chart-4"),
)
_STATES: Final = (
    ("done", "On your ORCID record"),
    ("waiting", "On its way"),
    ("notified", "Waits for your answer"),
    ("failed", "Not sent"),
    ("deleted", "Removed"),
    ("ignored", "Not added"),
)
_ICONS: Final = (
    *("home", "works", "search", "settings", "help", "on", "moving", "clock", "warning", "removed", "out"),
    *(
        "info",
        "leaves",
        "sign-out",
        "down",
        "trash",
        "filter",
        "more",
        "plus",
        "close",
        "data",
        "rules",
        "support",
        "orcid",
    ),
    *("person", "mail", "key", "sign-in", "shield", "device", "connected", "code"),
)
_MESSAGES: Final = (
    ("success", "Auto-Update is on. The next DOI that names your iD is added automatically."),
    ("info", "You signed out in another window. What you chose is kept."),
    ("warning", "ORCID asked us to slow down. 40 works wait; nothing is lost. We try again at 20:45."),
    ("error", "That was not saved: you are offline."),
)
_STATUS_LINES: Final = (
    ("good", "arrived", "Working", "Since 4 March 2020. The last work was added 12 minutes ago.", "Change"),
    ("wait", "waiting", "Waiting for your permission", "It is switched on. ORCID asks you once.", "Allow"),
    ("bad", "refused", "Waiting for your permission", "ORCID no longer accepts it. 12 works wait.", "Again"),
    ("off", "off", "Off", "New works are found, but not sent. You can add them yourself.", "Switch on"),
)
_LEVELS: Final = ("Working", "Slow or in part away", "Does not work")
_RULES: Final = (
    ("Is the DOI public, and registered with DataCite?", 2),
    ("Does it name the ORCID iD, in a wanted role?", 2),
    ("May it be added without asking?", 1),
    ("May DataCite write to the ORCID record?", 1),
)


def _path(colour: str = "", icon: str = "") -> tuple[list[PathStep], str]:
    """Return a path that stops at its third step in this colour, or runs to the record."""
    if not colour:
        return [PathStep(title, "passed", "on", rules) for title, rules in _RULES], "passed"
    rule = {"sentence": "You asked to be asked.", "field": "rules", "value": "ask first"}
    return [
        *(PathStep(title, "passed", "on", rules) for title, rules in _RULES[:2]),
        PathStep(_RULES[2][0], "stopped", icon, 1, colour, rule),
        PathStep(_RULES[3][0], "after", "more", 1),
    ], "after"


def show(request: HttpRequest) -> HttpResponse:
    """Show the guide, where people make pages and not where others use them."""
    if not settings.ENVIRONMENT.is_local:
        raise Http404
    context = {
        "colours": _COLOURS,
        "states": _STATES,
        "icons": _ICONS,
        "kinds_of_message": _MESSAGES,
        "status_lines": _STATUS_LINES,
        "numbers": (1, 14, 5000),
        "pagers": [(number, pages(number, 25, 500)) for number in (1, 10, 20)],
        "strip": day_strip("Example", [None] * 10 + [0] * 30 + [1, 2, 2, 0] * 12 + [1, 0], _LEVELS),
        "paths": [_path(), _path("notified", "help"), _path("ignored", "out"), _path("failed", "warning")],
        "titles": (
            "Sea-ice thickness from airborne electromagnetic sounding, Fram Strait, 2026",
            "北冰洋海冰厚度数据集（2015–2025）",
            "قياسات سماكة الجليد البحري في القطب الشمالي",
        ),
    }
    return render(request, "style.html", context)
