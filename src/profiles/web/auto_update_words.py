"""What pages say after Auto-Update was switched; each message brings the button that switches it back."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

IS_ON: Final = "auto-update-is-on"
IS_OFF: Final = "auto-update-is-off"


def say_it_is_on(request: HttpRequest) -> None:
    """Say that Auto-Update is on, beside a button that switches it off."""
    sentence = _(
        "Auto-Update is on: new works that name your ORCID iD are added to your ORCID record automatically."
    )
    messages.success(request, sentence, extra_tags=IS_ON)


def say_it_is_off(request: HttpRequest, sentence: str) -> None:
    """Say that Auto-Update is off, and why, beside a button that switches it on."""
    messages.info(request, sentence, extra_tags=IS_OFF)
