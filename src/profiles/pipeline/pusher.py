"""What surrounds a push: read what the lanes need, all at once; write what came of them, all at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from psycopg import AsyncConnection

from profiles.claims import lanes
from profiles.claims.lanes import TakenLane
from profiles.clients.datacite import DataCite
from profiles.consents import batch as consents
from profiles.consents.batch import Permission
from profiles.domain.claim import ClaimAction
from profiles.domain.consent import Purpose
from profiles.infra import clock
from profiles.intake import batch as intake
from profiles.pipeline.content import ContentStore
from profiles.pipeline.push import LanePush, Tools
from profiles.pipeline.push_results import LaneResult

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """What the lanes of one take need."""

    permissions: dict[str, list[Permission]]
    contents: ContentStore


class Pusher:
    """Pushes lanes for one process."""

    def __init__(self, tools: Tools, datacite: DataCite, *, longest_call: timedelta) -> None:
        self._tools = tools
        self._datacite = datacite
        self.longest_call = longest_call

    async def prepare(self, connection: AsyncConnection[Any], taken: Sequence[TakenLane]) -> Batch:
        """Read permissions and metadata for all lanes of a take, in two statements."""
        orcid_ids = [lane.orcid_id for lane in taken]
        permissions = await consents.permissions(connection, orcid_ids=orcid_ids, now=clock.now())
        dois = {
            claim.doi
            for lane in taken
            if lane.orcid_id in permissions
            for claim in lane.claims
            if claim.action is ClaimAction.CREATE
        }
        snapshots = await intake.payloads(connection, list(dois)) if dois else {}
        return Batch(permissions, ContentStore(snapshots, self._datacite.doi))

    async def push_lane(self, lane: TakenLane, batch: Batch) -> LaneResult:
        """Give one lane its turn."""
        permissions = batch.permissions.get(lane.orcid_id, [])
        return await LanePush(lane, permissions, contents=batch.contents, tools=self._tools).run()


async def record(connection: AsyncConnection[Any], *, holder: int, results: Sequence[LaneResult]) -> None:
    """Write what came of these lanes and give them back."""
    now = clock.now()
    await intake.save(connection, [raw for result in results for raw in result.fetched])
    await lanes.finish(
        connection,
        holder=holder,
        now=now,
        lanes=[result.lane for result in results],
        finished=[finished for result in results for finished in result.finished],
        tried=[tried for result in results for tried in result.tried],
    )
    refused = {pair for result in results for pair in result.refused}
    used = {pair for result in results for pair in result.used} - refused
    await consents.record_use(connection, used=_pairs(used), now=now)
    for orcid_id, purpose in await consents.record_refusals(connection, refused=_pairs(refused), now=now):
        log.warning("consent.lost", orcid_id=orcid_id, purpose=purpose.value)
    # One line a batch: each claim's own story stands in its history.
    ended = Counter(
        f"{one.state.value} {one.problem}".strip() for result in results for one in result.finished
    )
    log.info("lanes.recorded", lanes=len(results), **{name.replace(" ", "_"): n for name, n in ended.items()})


def _pairs(pairs: set[tuple[str, str]]) -> list[tuple[str, Purpose]]:
    return sorted((orcid_id, Purpose(purpose)) for orcid_id, purpose in pairs)
