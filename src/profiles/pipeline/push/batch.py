"""What surrounds a push: read what the lanes need, all at once; write what came of them, all at once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from psycopg import AsyncConnection

from profiles.claims import outcomes
from profiles.claims.lanes import TakenLane
from profiles.claims.outcomes import LaneReport
from profiles.clients.datacite import DataCite
from profiles.consents import worker_queries as consents
from profiles.consents.worker_queries import Permission
from profiles.domain.claim import ClaimAction
from profiles.infra import clock
from profiles.intake import worker_queries as intake
from profiles.pipeline.push.calls import Tools
from profiles.pipeline.push.content import ContentStore, known_inputs
from profiles.pipeline.push.lane import LanePush
from profiles.pipeline.push.results import LaneResult

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """What the lanes of one take need."""

    permissions: Mapping[str, Sequence[Permission]]
    contents: ContentStore


class Pusher:
    """Pushes lanes for one process."""

    def __init__(self, tools: Tools, datacite: DataCite) -> None:
        self._tools = tools
        self._datacite = datacite

    @property
    def longest_call(self) -> timedelta:
        """How long one call to ORCID may take."""
        return self._tools.longest_call

    async def prepare(self, connection: AsyncConnection[Any], taken: Sequence[TakenLane]) -> Batch:
        """Read permissions and metadata for all lanes of a take, in two statements."""
        orcid_ids = [lane.orcid_id for lane in taken]
        permissions = await consents.permissions(connection, orcid_ids=orcid_ids, now=clock.now())
        wanted = [
            claim
            for lane in taken
            if lane.orcid_id in permissions
            for claim in lane.claims
            if claim.action is ClaimAction.CREATE
        ]
        kept = await intake.kept(connection, known_inputs(wanted)) if wanted else {}
        return Batch(permissions, ContentStore(kept, self._datacite.doi))

    def lane_push(self, lane: TakenLane, batch: Batch) -> LanePush:
        """Return one lane's turn, ready to be run."""
        permissions = batch.permissions.get(lane.orcid_id, ())
        return LanePush(lane, permissions, contents=batch.contents, tools=self._tools)

    def stop(self) -> None:
        """Let no lane wait any longer for its next call."""
        self._tools.pacing.stop()


async def record(connection: AsyncConnection[Any], *, holder: int, results: Sequence[LaneResult]) -> None:
    """Write what came of these lanes and give them back."""
    now = clock.now()
    await intake.save(connection, [raw for result in results for raw in result.fetched])
    await outcomes.finish(
        connection,
        holder=holder,
        now=now,
        lanes=_reports(results),
        finished=[finished for result in results for finished in result.finished],
        tried=[tried for result in results for tried in result.tried],
    )
    refused = {pair for result in results for pair in result.refused}
    used = {pair for result in results for pair in result.used} - refused
    await consents.record_use(connection, used=sorted(used), now=now)
    for orcid_id, purpose in await consents.record_refusals(connection, refused=sorted(refused), now=now):
        log.warning("consent.lost", orcid_id=orcid_id, purpose=purpose.value)
    # One line a batch: each claim's own story stands in its history.
    ended = Counter(
        f"{one.state.value} {one.problem}".strip() for result in results for one in result.finished
    )
    log.info("lanes.recorded", lanes=len(results), **{name.replace(" ", "_"): n for name, n in ended.items()})


def _reports(results: Sequence[LaneResult]) -> list[LaneReport]:
    """Say once for each taken lane whether its turn is over; it may have handed over several results."""
    turns: dict[tuple[str, int], list[LaneResult]] = {}
    for result in results:
        turns.setdefault((result.lane.orcid_id, result.lane.generation), []).append(result)
    return [
        LaneReport(turn[0].lane, any(part.is_over for part in turn), any(part.stopped for part in turn))
        for turn in turns.values()
    ]
