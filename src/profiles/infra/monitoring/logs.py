"""Logs: one JSON object a line; events, not sentences; never a token, a code or an e-mail address."""

import logging
import re
import sys
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any, Final, TextIO

import msgspec
import structlog

from profiles.infra.monitoring import error_reports

SECRET_KEYS: Final = re.compile(r"token|secret|password|authorization|cookie|(^|_)code$|email", re.IGNORECASE)
SECRET_TEXT: Final = re.compile(
    r"(?i)(bearer\s+|(?:access_token|refresh_token|client_secret|code|id_token)=)[^\s&\"']+"
)


@lru_cache(maxsize=1000)
def _is_secret(key: str) -> bool:
    return SECRET_KEYS.search(key) is not None


def hide_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide values whose key or form suggests a secret, as a last safeguard."""
    for key, value in event.items():
        if _is_secret(key) and not isinstance(value, bool | int | float):
            event[key] = "(hidden)"
        elif isinstance(value, str) and ("=" in value or "earer" in value):
            event[key] = SECRET_TEXT.sub(r"\1(hidden)", value)
    return event


def _as_json(event: MutableMapping[str, Any], **_options: Any) -> str:
    return msgspec.json.encode(event, enc_hook=str).decode()


def _rewrite_django_record(record: logging.LogRecord) -> bool:
    """Rewrite Django's log records of requests without addresses, which may contain a key.

    A refused request (wrong host, too large) is one line without a traceback; a request that was not found or
    not allowed has only the line of the request log.
    """
    if record.name == "django.request":
        if record.levelno < logging.ERROR:
            return False
        record.msg, record.args = "http.failed", ()
    elif record.name.startswith("django.security"):
        record.levelno, record.levelname = logging.INFO, "INFO"
        record.msg, record.args = "http.refused %s", (record.name.rpartition(".")[2],)
        record.exc_info = record.exc_text = None
    return True


def configure(level: str = "INFO", *, stream: TextIO | None = None) -> None:
    """Set up logging for this process, once at its start; to standard error by default.

    Our own events go directly to the stream, because there is one for each call; log records of libraries go
    through the standard library's logging and get the same form.
    """
    target = stream or sys.stderr
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        error_reports.report,
        structlog.processors.format_exc_info,
        hide_secrets,
    ]
    renderer = structlog.processors.JSONRenderer(serializer=_as_json)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.WriteLoggerFactory(file=target),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    handler.addFilter(_rewrite_django_record)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("procrastinate", "asyncio", "_granian"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
