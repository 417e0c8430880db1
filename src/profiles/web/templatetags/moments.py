"""The tag that writes times; every template has it."""

from django import template

from profiles.infra.web.moments import moment

register = template.Library()
register.simple_tag(moment)
