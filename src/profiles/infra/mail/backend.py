"""Send mail through the server or into the folder that ``PROFILES_EMAIL_URL`` names.

``smtps://`` uses TLS from the start, ``smtp://`` requires STARTTLS, except for a server on this machine.
``file:///some/folder`` writes each mail there, for the demo.
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
LOCAL_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class Backend(EmailBackend):
    """SMTP, a folder, or nothing when no address is set."""

    def __init__(self, **options: Any) -> None:
        parts = urlsplit(settings.ENVIRONMENT.PROFILES_EMAIL_URL)
        self._has_server = bool(parts.hostname)
        self._folder = Path(unquote(parts.path)) if parts.scheme == "file" else None
        is_tls = parts.scheme == "smtps"
        super().__init__(
            host=parts.hostname or "",
            port=parts.port or (465 if is_tls else 587),
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            use_ssl=is_tls,
            use_tls=not is_tls and parts.hostname not in LOCAL_HOSTS,
            timeout=10,
            **options,
        )

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send the mails, write them to the folder, or log that mail is not set up."""
        if self._folder is not None:
            return sum(_write(self._folder, message) for message in email_messages)
        if not self._has_server:
            log.warning("mail.not_set_up", messages=len(email_messages))
            return 0
        return super().send_messages(email_messages)


def _write(folder: Path, message: EmailMessage) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{uuid.uuid4()}.eml").write_bytes(message.message().as_bytes())
    return 1
