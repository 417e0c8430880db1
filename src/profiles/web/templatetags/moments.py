"""Show times in UTC; ``profiles.js`` converts them to the reader's local time."""

from datetime import datetime
from typing import Final

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
_FORMATS: Final = {"both": "DATETIME_FORMAT", "date": "DATE_FORMAT", "time": "TIME_FORMAT"}


@register.simple_tag
def moment(value: datetime, form: str = "both") -> SafeString:
    """Format a time as ``date``, ``time`` or ``both``.

    Raises:
        KeyError: there is no such form.
    """
    text = date_format(value, _FORMATS[form])
    zone = "" if form == "date" else " UTC"
    return format_html('<time datetime="{}" data-form="{}">{}{}</time>', value.isoformat(), form, text, zone)
