"""Report errors to Sentry if ``SENTRY_DSN`` is set, without personal data.

Every log line at level error is sent with the lines before it, also those of Django and the job queue. Only
listed fields are sent: exceptions without texts and variables, names of log lines, a few ids and codes. So
no field can carry a token, a name, an address or an iD.
"""

import atexit
import re
import sys
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, Final, Protocol

TAGS: Final = (
    "request_id",
    "claim_id",
    "job",
    "job_id",
    "service",
    "route",
    "verb",
    "method",
    "status",
    "problem",
    "seconds",
    "error",
)
"""Fields of log lines that are sent: numbers, and words from lists in our code."""
_NAME: Final = re.compile(r"[a-z_]+(\.[a-z_]+)*")
_VALUE: Final = re.compile(
    r"\d{1,12}(\.\d+)?|[a-z][a-z_.:<>/-]{0,60}|[A-Z]{3,7}|[A-Za-z]{1,40}(Error|Timeout)"
)
"""Words without digits, because a token in the wrong field would have some."""
_REQUEST_ID: Final = re.compile(r"[0-9a-f-]{8,36}")
_LEVELS: Final = frozenset({"error", "critical"})
_KEPT: Final = ("event_id", "timestamp", "level", "platform", "release", "environment", "logger", "tags")
_CODE: Final = ("context_line", "pre_context", "post_context")
_FRAME: Final = ("filename", "module", "function", "lineno", "in_app", *_CODE)
_active = False

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class Settings(Protocol):
    """The settings that are used here."""

    SENTRY_DSN: str
    PROFILES_MODE: Any


def start(settings: Settings, *, release: str) -> None:
    """Start reporting in this process; without a DSN, do nothing."""
    global _active  # noqa: PLW0603  one for each process
    _active = bool(settings.SENTRY_DSN)
    if not _active:
        return
    import sentry_sdk

    before_send: Any = _allowed
    sentry_sdk.init(
        settings.SENTRY_DSN,
        environment=settings.PROFILES_MODE,
        release=release,
        # Integrations would collect requests, users and queries; log lines are enough.
        default_integrations=False,
        auto_enabling_integrations=False,
        include_local_variables=False,
        max_request_body_size="never",
        server_name="",
        send_client_reports=False,
        before_send=before_send,
        before_breadcrumb=_allowed_breadcrumb,
    )
    atexit.register(sentry_sdk.flush, 2)


def report(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Send a line at level error, and keep the others for the next report. A structlog processor."""
    if _active:
        if event.get("level") in _LEVELS:
            _send(event)
        else:
            import sentry_sdk

            sentry_sdk.add_breadcrumb(category=_name(event), level="info", data=_tags(event))
    return event


def _send(event: MutableMapping[str, Any]) -> None:
    import sentry_sdk
    from sentry_sdk.utils import event_from_exception

    error = _exc_info(event.get("exc_info"))
    content: Any = event_from_exception(error)[0] if error else {}
    content |= {"level": "error", "logger": _name(event), "tags": _tags(event)}
    sentry_sdk.capture_event(content)


def _exc_info(value: Any) -> ExcInfo | None:
    if isinstance(value, BaseException):
        return type(value), value, value.__traceback__
    if value is True:
        value = sys.exc_info()
    return value if isinstance(value, tuple) and value[0] is not None else None


def _name(event: MutableMapping[str, Any]) -> str:
    """Return the event of our own line, or the logger of a library's line: its text may contain anything."""
    record = event.get("_record")
    name = str(record.name if record is not None else event.get("event", ""))
    return name if _NAME.fullmatch(name) else "unnamed"


def _tags(event: MutableMapping[str, Any]) -> dict[str, str]:
    tags = {name: str(event[name]) for name in TAGS if event.get(name) is not None}
    return {
        name: value
        for name, value in tags.items()
        if (_REQUEST_ID if name == "request_id" else _VALUE).fullmatch(value)
    }


def _allowed(event: dict[str, Any], _hint: Any) -> dict[str, Any]:
    """Return the allowed fields of a report."""
    sent: dict[str, Any] = {name: event[name] for name in _KEPT if name in event}
    logger = event.get("logger", "")
    sent["message"] = logger
    if "exception" in event:
        sent["exception"] = {"values": [_without_texts(value) for value in event["exception"]["values"]]}
    crumbs = event.get("breadcrumbs") or {}
    sent["breadcrumbs"] = {"values": crumbs.get("values", []) if isinstance(crumbs, dict) else []}
    return sent


def _without_texts(value: dict[str, Any]) -> dict[str, Any]:
    """Return an exception's type and stack; its text may quote user input."""
    frames = (value.get("stacktrace") or {}).get("frames", [])
    kept = [{name: frame[name] for name in _FRAME if name in frame} for frame in frames]
    return {"type": value.get("type"), "module": value.get("module"), "stacktrace": {"frames": kept}}


def _allowed_breadcrumb(crumb: dict[str, Any], _hint: Any) -> dict[str, Any]:
    kept = ("category", "level", "timestamp", "data")
    return {name: crumb[name] for name in kept if name in crumb}
