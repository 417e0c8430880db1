"""Logs: one JSON object a line; events, not sentences; never a token, a code or an e-mail address."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

SECRET_KEYS: Final = re.compile(r"token|secret|password|authorization|cookie|(^|_)code$|email", re.IGNORECASE)
SECRET_TEXT: Final = re.compile(
    r"(?i)(bearer\s+|(?:access_token|refresh_token|client_secret|code|id_token)=)[^\s&\"']+"
)
UUID: Final = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")


def hide_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank values whose key or form tells of a secret: the last net, should a caller forget."""
    for key, value in event.items():
        if SECRET_KEYS.search(key) and not isinstance(value, bool | int | float):
            event[key] = "(hidden)"
        elif isinstance(value, str):
            event[key] = SECRET_TEXT.sub(r"\1(hidden)", value)
    return event


def configure(level: str = "INFO", *, human: bool = False) -> None:
    """Set up logging for this process, once at its start."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=False) if human else structlog.processors.JSONRenderer()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("procrastinate.worker.worker", "procrastinate", "asyncio", "_granian"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
