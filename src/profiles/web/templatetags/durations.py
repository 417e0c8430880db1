"""Show how long something took."""

from typing import Final

from django import template
from django.utils.formats import number_format
from django.utils.translation import ngettext

register = template.Library()
_MINUTE: Final = 60
_HOUR: Final = 3600


@register.filter
def duration(seconds: float) -> str:
    """Show seconds in the largest unit that says enough: 1.1 s, 4 min, 3 hours."""
    if seconds < _MINUTE:
        return f"{number_format(seconds, decimal_pos=1)} s"
    if seconds < 2 * _HOUR:
        return f"{round(seconds / _MINUTE)} min"
    hours = round(seconds / _HOUR)
    return ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours}
