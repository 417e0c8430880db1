"""Refuse names with characters that cannot be seen, in forms and services."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from profiles.domain.access.visible_text import invisible_in


def unreadable_because(name: str) -> str:
    """Return why a name cannot be kept, for people; empty if it can."""
    character = invisible_in(name)
    words = _("It contains a character that cannot be seen (%(character)s). Type it again without it.")
    return words % {"character": character} if character else ""


def refuse_unreadable(name: str) -> None:
    """Refuse a name in a form.

    Raises:
        ValidationError: with the reason for people.
    """
    if reason := unreadable_because(name):
        raise ValidationError(reason, code="unreadable")
