"""The small parts that pages are made of. ``/style`` shows each; icons: ``components/icons.html``."""

from typing import Final

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from profiles.infra.web.languages import language_of_browser

register = template.Library()
_MIRRORED: Final = {"works", "leaves", "sign-out"}
"""Icons with a direction, which is turned on right-to-left pages."""
_LAST_LATIN: Final = "\u024f"
_OF_STATE: Final = {
    "done": "on",
    "waiting": "moving",
    "working": "moving",
    "failed": "warning",
    "notified": "help",
    "deleted": "removed",
    "ignored": "out",
}


@register.simple_tag(takes_context=True)
def status_address(context: Context) -> str:
    """Return the address of the status page in this page's language.

    Shared caches keep that page for everyone, so it does not know what language a person chose here.
    """
    address, language = reverse("status"), get_language() or settings.LANGUAGE_CODE
    request = context.get("request")
    usual = language_of_browser(request) if request else settings.LANGUAGE_CODE
    return address if language == usual else f"{address}?lang={language}"


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """Show an icon of the set; it says nothing that the words beside it do not say."""
    mirrored = " mirrored" if name in _MIRRORED else ""
    more = f" {classes}" if classes else ""
    return format_html(
        '<svg class="icon{}{}" aria-hidden="true"><use href="#i-{}"/></svg>', mirrored, more, name
    )


@register.simple_tag
def state(name: str, words: str, classes: str = "", *, announce: bool = False) -> SafeString:
    """Show a claim's state by icon and words: ``pilled`` where it is alone, ``announce`` to read it out."""
    return format_html(
        '<span class="state {}{}"{}>{}<span>{}</span></span>',
        name,
        f" {classes}" if classes else "",
        SafeString(" data-announce" if announce else ""),
        icon(_OF_STATE.get(name, "info")),
        words,
    )


@register.simple_tag
def title(text: str, language: str = "") -> SafeString:
    """Write a title of a work: in its own direction and, where the metadata name it, its own language."""
    if not language:
        return format_html("<bdi>{}</bdi>", text)
    return format_html('<bdi lang="{}">{}</bdi>', language, text)


@register.simple_tag
def pid(identifier: str) -> SafeString:
    """Write a DOI or an iD: in its own direction on right-to-left pages, and never translated."""
    return format_html('<bdi class="pid" translate="no">{}</bdi>', identifier)


@register.filter
def initials(name: str) -> str:
    """Return the letters that replace a name where there is no room: two of a Latin name, one of others."""
    words = [word for word in name.split() if word[0].isalnum()] or [name or "?"]
    first, last = words[0][0], words[-1][0]
    is_short = len(words) == 1 or max(first, last) > _LAST_LATIN
    return (first if is_short else first + last).upper()
