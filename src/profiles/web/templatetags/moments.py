"""The tag that writes times; every template has it."""

from datetime import datetime

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from profiles.infra.web.moments import moment

register = template.Library()
register.simple_tag(moment)


@register.simple_tag
def field_value(value: str) -> SafeString:
    """Show the value of a field of the metadata; a time as the page shows its other times."""
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return conditional_escape(value)
    return moment(when) if when.tzinfo else conditional_escape(value)
