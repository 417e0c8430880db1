"""Mail goes out by the server named in ``PROFILES_EMAIL_URL``; without one, only a log line says so."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

log = structlog.get_logger(__name__)


class Backend(EmailBackend):
    """SMTP by address, or nothing at all where no address is set."""

    def __init__(self, **options: Any) -> None:
        parts = urlsplit(settings.ENVIRONMENT.PROFILES_EMAIL_URL)
        self._named = bool(parts.hostname)
        super().__init__(
            host=parts.hostname or "",
            port=parts.port or 587,
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            use_tls=parts.scheme == "smtps",
            timeout=10,
            **options,
        )

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send, or say in the log that mail is not set up."""
        if not self._named:
            log.warning("mail.not_set_up", messages=len(email_messages))
            return 0
        return super().send_messages(email_messages)
