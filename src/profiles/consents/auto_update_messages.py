"""Messages after Auto-Update was switched on or off; each has a button that switches it back."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

IS_ON: Final = "auto-update-is-on"
IS_OFF: Final = "auto-update-is-off"


def add_on_message(request: HttpRequest) -> None:
    """Add the message that Auto-Update is on, with a button to switch it off."""
    sentence = _(
        "Auto-Update is on: new works that name your ORCID iD are added to your ORCID record automatically."
    )
    messages.success(request, sentence, extra_tags=IS_ON)


def add_off_message(request: HttpRequest, sentence: str) -> None:
    """Add the message that Auto-Update is off, and why, with a button to switch it on."""
    messages.info(request, sentence, extra_tags=IS_OFF)
