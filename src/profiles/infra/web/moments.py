"""Write the times that pages show. ``profiles.js`` puts them into the reader's zone."""

from datetime import date, datetime
from typing import Final

from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

_FORMATS: Final = {"both": "DATETIME_FORMAT", "date": "DATE_FORMAT", "time": "TIME_FORMAT"}


def moment(value: datetime | date | None, form: str = "both") -> SafeString:
    """Write a time as ``date``, ``time`` or ``both``; UTC until the browser shows it in its own zone.

    A day without a time is the same in each zone. Nothing is written for None.

    Raises:
        KeyError: there is no such form.
    """
    if not value:
        return SafeString("")
    if not isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), date_format(value))
    text = date_format(value, _FORMATS[form])
    zone = "" if form == "date" else " UTC"
    return format_html('<time datetime="{}" data-form="{}">{}{}</time>', value.isoformat(), form, text, zone)


def with_moment(sentence: str, when: datetime | None, form: str = "both") -> SafeString:
    """Put a time into the place ``%(when)s`` of a sentence."""
    return SafeString(conditional_escape(sentence) % {"when": moment(when, form)})


def day(value: datetime) -> SafeString:
    """Write the date of a time."""
    return moment(value, "date")
