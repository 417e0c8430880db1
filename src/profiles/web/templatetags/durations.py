"""Show how long something took."""

from typing import Final

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()
_MINUTE: Final = 60
_HOUR: Final = 3600


@register.filter
def duration(seconds: float, places: int = 1) -> str:
    """Show seconds in the largest unit that says enough: 1.1 s, 4 min, 3 hours."""
    if seconds < _MINUTE:
        return _("%(seconds)s s") % {"seconds": number_format(seconds, decimal_pos=places)}
    if seconds < 2 * _HOUR:
        return _("%(minutes)s min") % {"minutes": round(seconds / _MINUTE)}
    hours = round(seconds / _HOUR)
    return ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours}
