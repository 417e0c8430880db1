"""Health of the service: the answer of ``/readyz``."""

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import msgspec
from django.conf import settings
from django.db import Error, ProgrammingError, connection, transaction

from profiles.infra import clock
from profiles.infra.jobs import queue_state
from profiles.infra.postgres import state
from profiles.infra.web import service_health
from profiles.intake import selectors as intake
from profiles.pipeline.intake.harvest import FIRST_LOOK

MAX_POLL_AGE: Final = timedelta(minutes=10)
DATABASE: Final = "database"
READY: Final = 200
NOT_READY: Final = 503


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one readiness check."""

    name: str
    ok: bool
    detail: str


def readiness(only: Iterable[str] = ()) -> list[Check]:
    """Run the readiness checks, or those that ``only`` names.

    When the database does not answer, the other checks are unknown.
    """
    names = [name for name in CHECKS if name in set(only)] or list(CHECKS)
    database = _run_check(DATABASE)
    checks = [database if name == DATABASE or not database.ok else _run_check(name) for name in names]
    if database.ok:
        return checks
    unknown = "unknown: the database does not answer"
    return [database, *(Check(name, ok=False, detail=unknown) for name in names if name != DATABASE)]


def as_json(only: str) -> tuple[int, bytes]:
    """Return status and body of the readiness answer; ``only`` is a comma-separated list of checks."""
    checks = readiness(only.split(","))
    is_ready = all(check.ok for check in checks)
    details = {check.name: {"ok": check.ok, "detail": check.detail} for check in checks}
    return READY if is_ready else NOT_READY, msgspec.json.encode({"ready": is_ready, "checks": details})


def _run_check(name: str) -> Check:
    try:
        return CHECKS[name](name)
    except Error as error:
        return Check(name, ok=False, detail=type(error).__name__)


def _database(name: str) -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    # Without the table, the check of the schema says what to do.
    with contextlib.suppress(ProgrammingError), transaction.atomic():
        service_health.record_database()
    return Check(name, ok=True, detail="answers")


def _schema(name: str) -> Check:
    missing = state.unapplied_migrations()
    if not missing:
        return Check(name, ok=True, detail="up to date")
    return Check(name, ok=False, detail=f"{len(missing)} unapplied, first {missing[0]}; run profiles migrate")


def _job_runner(name: str) -> Check:
    alive = queue_state.job_runners_alive()
    return Check(name, ok=alive > 0, detail=f"{alive} alive")


def _last_poll(name: str) -> Check:
    polled = intake.poll_state(FIRST_LOOK.name)
    if polled is None:
        return Check(name, ok=False, detail="never")
    now = clock.now()
    if polled.not_before and polled.not_before > now:
        return Check(name, ok=True, detail=f"DataCite asked us to wait until {polled.not_before:%FT%TZ}")
    problem = f", {polled.problem}" if polled.problem else ""
    return Check(
        name, ok=now - polled.updated_at < max_poll_age(), detail=f"{polled.updated_at:%FT%TZ}{problem}"
    )


def max_poll_age() -> timedelta:
    """Return how long ago the last poll may be."""
    return max(MAX_POLL_AGE, 10 * timedelta(seconds=settings.ENVIRONMENT.PROFILES_HARVEST_SECONDS))


CHECKS: Final[dict[str, Callable[[str], Check]]] = {
    DATABASE: _database,
    "schema": _schema,
    "job_runner": _job_runner,
    "last_poll": _last_poll,
}
