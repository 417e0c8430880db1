"""One person, their works and their record, set up from nothing for each run."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.db import connection, connections

from profiles.accounts.models import Account
from profiles.claims import lanes
from profiles.claims.models import Claim, Lane
from profiles.consents import departures
from profiles.consents.models import Departure
from profiles.domain.consent import Purpose
from profiles.infra import clock
from profiles.infra.jobs.row_jobs import RetryLaterError
from profiles.infra.postgres import async_connections
from profiles.infra.postgres.async_connections import SharedConnection
from profiles.intake.models import Decision
from profiles.jobs.lane_worker import LaneWorker
from profiles.jobs.worker import make_pusher
from profiles.pipeline import sync_clients
from profiles.pipeline.intake.receive import decide_due_events
from profiles.pipeline.leaving.finish_at_orcid import finish_departure
from tests.support.database import empty_all_tables
from tests.support.intake import SINCE, take_in
from tests.support.interleavings.scheduler import current_actor
from tests.support.pushing import ALICE, permitted, works_of
from tests.support.records import creator, record, related

OTHER = "0009-0001-0000-0022"
DOIS = ("10.5072/first", "10.5072/second")
ROUNDS = 12
"""More turns than any story needs until nothing is due; time is taken to have passed between them."""
_FIRST_TRY = SimpleNamespace(job=SimpleNamespace(attempts=0))


@dataclass
class Scene:
    """What a run is about: the stand-ins, how many works there are, and what happened to them so far."""

    orcid: Any
    datacite: Any
    dois: tuple[str, ...] = DOIS[:1]
    events: list[str] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    waiting: list[dict[str, Any]] = field(default_factory=list)
    """What changed at DataCite and no poll has taken in to its end."""
    purpose: Purpose = Purpose.AUTO_UPDATE
    """The permission by which the works travel, and which somebody may withdraw."""
    is_version_of: str = ""
    """The DOI of which the works are versions, if they are."""
    unfinished: list["Doing"] = field(default_factory=list)
    """Background jobs that were killed or have to wait: the queue starts them again."""

    def note(self, event: str) -> None:
        """Remember that something happened, in the order in which it did."""
        self.events.append(event)

    # --- setting up ------------------------------------------------------------------------------
    def begin(self, *permissions: Purpose) -> None:
        """Start from nothing: a person with Auto-Update on, and with these permissions."""
        empty_all_tables()
        self.orcid.reset()
        Account.objects.create(orcid_id=ALICE, name="Alice Alvarado", auto_update_since=SINCE)
        permitted(self.orcid, purposes=permissions)

    def publish(self, doi: str, *, names: str = ALICE) -> None:
        """Register a DOI or change it at DataCite, and let Auto-Update hear of it.

        A poll that has not begun yet reads it as it is now.
        """
        found = self.register(doi, names=names)
        self.waiting = [found if one["id"] == doi else one for one in self.waiting]
        take_in(found)

    def register(self, doi: str, *, names: str = ALICE) -> dict[str, Any]:
        """Register a DOI or change it at DataCite."""
        version = self.versions[doi] = self.versions.get(doi, 0) + 1
        person = creator(names, name="Alvarado, Alice", givenName="Alice", familyName="Alvarado")
        found = record(
            doi,
            creators=[person],
            titles=[{"title": self.title(doi)}],
            updated=f"2026-07-01T10:{version:02}:00Z",
            registered=f"2026-07-01T09:{self.dois.index(doi):02}:00Z",
            relatedIdentifiers=[related("IsVersionOf", self.is_version_of)] if self.is_version_of else [],
        )
        self.datacite.order("dois", [found])
        return found

    def poll(self) -> None:
        """Take in what waits at DataCite. A poll that was killed leaves it to the next one."""
        if self.waiting:
            take_in(*self.waiting)

    def title(self, doi: str) -> str:
        return f"Water levels, version {self.versions[doi]}"

    # --- what workers do -------------------------------------------------------------------------
    def turn(self) -> None:
        """One turn of a real worker: take what is due, push it, record what came of it."""
        asyncio.run(_turn())

    def settle(self) -> None:
        """Let all waits pass, and clean workers and jobs work, until nothing is due any more."""
        self.poll()
        self._work_until_quiet()
        waiting, self.unfinished = self.unfinished, []
        for job in [*waiting, _decide_events]:
            job(self)
            self._work_until_quiet()
        for departure in Departure.objects.filter(finished_at=None):
            _finish(departure)

    def _work_until_quiet(self) -> None:
        for _ in range(ROUNDS):
            with connection.cursor() as cursor:
                cursor.execute("UPDATE claims_lane SET leased_until = now() - interval '1 second'"
                               " WHERE leased_until IS NOT NULL")  # fmt: skip
                cursor.execute("UPDATE claims_claim SET due_at = now() - interval '1 second'"
                               " WHERE due_at IS NOT NULL AND state IN ('waiting', 'working')")  # fmt: skip
                # So long waits an addition for a removal that may still arrive.
                cursor.execute("UPDATE claims_claim SET requested_at = requested_at - interval '1 minute'"
                               " WHERE removal_begun")  # fmt: skip
                cursor.execute("UPDATE claims_lane SET due_at = now() - interval '1 second'"
                               " WHERE due_at IS NOT NULL")  # fmt: skip
            if not Lane.objects.exclude(due_at=None).exists():
                break
            connections.close_all()
            with ThreadPoolExecutor(1) as threads:
                threads.submit(self.turn).result()

    # --- what is seen at the end -----------------------------------------------------------------
    def entries(self, doi: str) -> list[dict[str, Any]]:
        """The entries of a DOI on the record."""
        return [work for work in works_of(self.orcid) if _doi_of(work) == doi]

    def claim(self, doi: str) -> Claim:
        return Claim.objects.get(orcid_id=ALICE, doi=doi)

    def delete_at_orcid(self) -> None:
        """The person deletes the first work on ORCID's own page, if it is there."""
        actor = current_actor()
        if actor is not None:
            actor.stop("deletes")
        for work in self.entries(self.dois[0]):
            put_code = work["put-code"]
            self.orcid.order("remove-work", {"orcid": ALICE, "put_code": put_code})
            is_known = Claim.objects.filter(doi=self.dois[0], put_code=put_code).exists()
            self.note("deleted in ORCID" if is_known else "deleted before we knew")

    def has_happened(self, event: str, *, since: str | None = None) -> bool:
        later = self.events[_last(self.events, since) + 1 :] if since else self.events
        return event in later

    def is_offered_for_removal(self, doi: str) -> bool:
        return Decision.objects.filter(doi=doi, result__in=["remove", "offer-removal"]).exists()


def _last(events: list[str], event: str) -> int:
    return max((place for place, one in enumerate(events) if one == event), default=len(events))


def _doi_of(work: dict[str, Any]) -> str:
    for one in work["external-ids"]["external-id"]:
        if one["external-id-relationship"] == "self":
            return str(one["external-id-value"])
    return ""


def _decide_events(_scene: Scene) -> None:
    decide_due_events(sync_clients.datacite())


def _finish(departure: Departure) -> None:
    """Do what is left to do for a person who left, as if the time to look at the record had come."""
    remaining = departures.open_remaining(departure)
    if remaining.look_again_at:
        remaining.look_again_at = clock.now()
    departures._seal(departure, remaining)
    departure.save()
    with suppress(RetryLaterError):
        finish_departure.func(_FIRST_TRY, row_id=departure.pk)


async def _turn() -> None:
    results = SharedConnection(lambda: async_connections.connect("profiles lanes finish"))
    async with (
        make_pusher() as pusher,
        await async_connections.connect("profiles lanes") as connection,
        aclosing(results),
    ):
        worker = LaneWorker(pusher, slots=8)
        await lanes.register_worker(connection, holder=worker._holder)
        await worker._take(connection, only_urgent=False)
        writing = asyncio.create_task(worker._write_results(results))
        while worker._running:
            await asyncio.wait([*worker._running, writing], return_when=asyncio.FIRST_COMPLETED)
            if writing.done() or _is_killed():
                break
        if not writing.done() and not _is_killed():
            joined = asyncio.create_task(worker._results.join())
            await asyncio.wait([joined, writing], return_when=asyncio.FIRST_COMPLETED)
            joined.cancel()
        for task in [*worker._running, writing]:
            task.cancel()
        await asyncio.gather(*worker._running, writing, return_exceptions=True)


def _is_killed() -> bool:
    actor = current_actor()
    return actor is not None and actor.is_killed


Doing = Callable[[Scene], None]
