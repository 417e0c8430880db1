"""Mail goes out by what ``PROFILES_EMAIL_URL`` names: a mail server, or a folder without a mail server.

``smtps://`` speaks TLS from the start, ``smtp://`` turns to it (STARTTLS) before anything is said; only a
server on this machine may do without. ``file:///some/folder`` writes each mail there, for the demo.
"""

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

log = structlog.get_logger(__name__)
HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class Backend(EmailBackend):
    """SMTP by address, a folder, or nothing at all where no address is set."""

    def __init__(self, **options: Any) -> None:
        parts = urlsplit(settings.ENVIRONMENT.PROFILES_EMAIL_URL)
        self._named = bool(parts.hostname)
        self._folder = Path(unquote(parts.path)) if parts.scheme == "file" else None
        from_the_start = parts.scheme == "smtps"
        super().__init__(
            host=parts.hostname or "",
            port=parts.port or (465 if from_the_start else 587),
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            use_ssl=from_the_start,
            use_tls=not from_the_start and parts.hostname not in HERE,
            timeout=10,
            **options,
        )

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send; or put into the folder; or say in the log that mail is not set up."""
        if self._folder is not None:
            return sum(_keep(self._folder, message) for message in email_messages)
        if not self._named:
            log.warning("mail.not_set_up", messages=len(email_messages))
            return 0
        return super().send_messages(email_messages)


def _keep(folder: Path, message: EmailMessage) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{uuid.uuid4()}.eml").write_bytes(message.message().as_bytes())
    return 1
