"""Draw pictures of lists that stand beside them, once for wide pages and once for phones."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Final

from django import template
from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _

from profiles.domain.charts import trail
from profiles.domain.push.journey import ENDS, Step, last_journey
from profiles.web.charts import WIDTHS
from profiles.web.templatetags.durations import duration

register = template.Library()
STEPS: Final = {
    Step.CHANGED: gettext_lazy("DOI changed"),
    Step.REQUESTED: gettext_lazy("Asked for"),
    Step.DECIDED: gettext_lazy("Decided"),
    Step.SENT: gettext_lazy("Sent to ORCID"),
    Step.ARRIVED: gettext_lazy("On the record"),
    Step.REMOVED: gettext_lazy("Off the record"),
    Step.FAILED: gettext_lazy("Not sent"),
}


@register.inclusion_tag("components/trail.html")
def journey(timeline: Iterable[Any]) -> dict[str, Any]:
    """Draw the last way of a work to the record, with its delay; nothing where there was none."""
    stops = last_journey(stop for entry in timeline for stop in entry.stops)
    if not stops:
        return {}
    delays = [duration((after.at - before.at).total_seconds()) for before, after in pairwise(stops)]
    labels = [str(STEPS[stop.step]) for stop in stops]
    first, last = stops[0], stops[-1]
    words = {"first": labels[0], "last": labels[-1], "time": duration((last.at - first.at).total_seconds())}
    return {
        "sentence": _("From “%(first)s” to “%(last)s”: %(time)s.") % words,
        "end": last.step.value if last.step in ENDS else "",
        "drawings": [_drawing(labels, delays, width) for width in WIDTHS],
    }


def _drawing(labels: Sequence[str], delays: Sequence[str], width: int) -> dict[str, Any]:
    placed = trail(len(labels), width=width, mirrored=get_language_bidi())
    return {
        "placed": placed,
        "labels": list(zip(labels, placed.labels, strict=True)),
        "delays": list(zip(delays, placed.between, strict=True)),
        "lines": list(pairwise(placed.dots)),
    }
