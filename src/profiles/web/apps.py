"""Django's entry for this package."""

from typing import Any

from django.apps import AppConfig
from django.core.signals import request_finished
from django.utils import translation


class WebConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.web"
    label = "web"

    def ready(self) -> None:
        """Connect the end of requests."""
        request_finished.connect(_forget_language, dispatch_uid="web.forget_language")


def _forget_language(**_: Any) -> None:
    """Begin the thread's next request in English: not every request chooses a language."""
    translation.deactivate()
