"""Prepare the pushes of many lanes with few reads, and record their results together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from psycopg import AsyncConnection

from profiles.claims import campaigns, outcomes
from profiles.claims.campaigns import Correction
from profiles.claims.lanes import TakenLane
from profiles.claims.outcomes import LaneReport
from profiles.clients.datacite import DataCite
from profiles.clients.errors import RefusedError
from profiles.consents import worker_queries as consents
from profiles.consents.worker_queries import Permission
from profiles.domain import problems
from profiles.domain.claim import ClaimAction, ClaimEvent
from profiles.domain.consent import ReceiptKind
from profiles.infra import clock
from profiles.infra.monitoring.metrics import CLAIMS, DELAY, PERMISSIONS
from profiles.intake import worker_queries as intake
from profiles.pipeline.missing_dois import problem_of_missing
from profiles.pipeline.push.calls import Tools
from profiles.pipeline.push.content import ContentStore, sent_metadata_digests
from profiles.pipeline.push.lane import LanePush
from profiles.pipeline.push.results import LaneResult

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """The data that the lanes of one take need."""

    permissions: Mapping[str, Sequence[Permission]]
    contents: ContentStore
    corrections: Mapping[int, Correction]


class Pusher:
    """Pushes lanes for one process."""

    def __init__(self, tools: Tools, datacite: DataCite, *, sandbox_ids: bool = False) -> None:
        self._tools = tools
        self._datacite = datacite
        self._sandbox_ids = sandbox_ids

    @property
    def longest_call(self) -> timedelta:
        """How long one call to ORCID may take."""
        return self._tools.longest_call

    async def prepare(self, connection: AsyncConnection[Any], taken: Sequence[TakenLane]) -> Batch:
        """Read permissions and metadata for all lanes of a take, in a fixed number of statements."""
        orcid_ids = [lane.orcid_id for lane in taken]
        permissions = await consents.permissions(connection, orcid_ids=orcid_ids, now=clock.now())
        additions = [
            claim
            for lane in taken
            if lane.orcid_id in permissions
            for claim in lane.claims
            if claim.action is ClaimAction.CREATE
        ]
        snapshots = (
            await intake.stored_snapshots(connection, sent_metadata_digests(additions)) if additions else {}
        )
        updates = [claim.id for claim in additions if claim.put_code is not None]
        return Batch(
            permissions,
            ContentStore(snapshots, self._fetch, sandbox=self._sandbox_ids),
            await campaigns.due_corrections(connection, updates) if updates else {},
        )

    async def _fetch(self, doi: str) -> bytes:
        """Fetch a DOI's record; where DataCite has none, find out whose it is."""
        try:
            return await self._datacite.doi(doi)
        except RefusedError as error:
            if error.entry is not problems.DOI_UNKNOWN:
                raise
            raise RefusedError(problem=await problem_of_missing(self._datacite, doi), status=404) from error

    def lane_push(self, lane: TakenLane, batch: Batch) -> LanePush:
        """Return the push of one lane, ready to run."""
        permissions = batch.permissions.get(lane.orcid_id, ())
        return LanePush(
            lane, permissions, contents=batch.contents, tools=self._tools, corrections=batch.corrections
        )

    def stop(self) -> None:
        """Let no lane wait for its next call any longer."""
        self._tools.pacing.stop()


async def record(connection: AsyncConnection[Any], *, holder: int, results: Sequence[LaneResult]) -> None:
    """Record the results of these lanes and give them back."""
    now = clock.now()
    await intake.save(connection, [raw for result in results for raw in result.fetched])
    await campaigns.record(connection, [work for result in results for work in result.corrected])
    await outcomes.finish(
        connection,
        holder=holder,
        now=now,
        lanes=_reports(results),
        finished=[finished for result in results for finished in result.finished],
        attempts=[attempt for result in results for attempt in result.attempts],
    )
    refused = {pair for result in results for pair in result.refused}
    used = {pair for result in results for pair in result.used} - refused
    await consents.record_use(connection, used=sorted(used), now=now)
    for orcid_id, purpose in await consents.record_refusals(connection, refused=sorted(refused), now=now):
        PERMISSIONS.labels(purpose.value, ReceiptKind.LOST.value).inc()
        log.warning("consent.lost", orcid_id=orcid_id, purpose=purpose.value)
    # One log line for each batch: the history of each claim is in the database.
    ended = Counter(
        f"{outcome.state.value} {outcome.problem}".strip()
        for result in results
        for outcome in result.finished
    )
    _count(results, now=now)
    log.info("lanes.recorded", lanes=len(results), **{name.replace(" ", "_"): n for name, n in ended.items()})


def _count(results: Sequence[LaneResult], *, now: datetime) -> None:
    """Count the claims whose turn ended, and how long after the change of their DOI works arrived."""
    for outcome in (outcome for result in results for outcome in result.finished if outcome.event):
        claim = outcome.claim
        CLAIMS.labels(claim.origin.value, outcome.state.value, outcome.problem).inc()
        if claim.doi_changed_at and outcome.was_sent and outcome.event is ClaimEvent.SUCCEED:
            DELAY.observe(max(0.0, (now - claim.doi_changed_at).total_seconds()))


def _reports(results: Sequence[LaneResult]) -> list[LaneReport]:
    """Return one report for each taken lane; a lane may have handed over several results."""
    parts_of_lane: dict[tuple[str, int], list[LaneResult]] = {}
    for result in results:
        parts_of_lane.setdefault((result.lane.orcid_id, result.lane.generation), []).append(result)
    return [
        LaneReport(parts[0].lane, any(part.is_over for part in parts), any(part.stopped for part in parts))
        for parts in parts_of_lane.values()
    ]
