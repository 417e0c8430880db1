"""Background jobs as actors, and starts that give each of them something to do."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace
from typing import Final
from unittest.mock import patch

from profiles.accounts import services as accounts
from profiles.accounts.models import Account
from profiles.accounts.services import Names
from profiles.claims import campaigns
from profiles.claims.bulk_acts import store
from profiles.claims.bulk_acts.models import BulkAct
from profiles.claims.models import Claim, ClaimHistory
from profiles.clients.errors import ServiceError
from profiles.consents import revocation
from profiles.consents.models import Consent, Departure, Revocation
from profiles.consents.sealing import purpose_of
from profiles.domain.consent import ConsentHealth, Purpose
from profiles.domain.eligibility.researcher_rules import Versions
from profiles.infra import clock, wiring
from profiles.infra.jobs.row_jobs import RetryLaterError
from profiles.pipeline.leaving import close_account
from profiles.pipeline.leaving.finish_at_orcid import finish_departure
from profiles.pipeline.permissions import refresh
from profiles.pipeline.requests import backfill, bulk_acts, single_entries
from profiles.pipeline.requests.bulk import Act
from profiles.pipeline.works.reconcile import reconcile
from tests.support.interleavings import actors
from tests.support.interleavings.scene import Doing, Scene
from tests.support.pushing import ALICE

FIRST_TRY: Final = SimpleNamespace(job=SimpleNamespace(attempts=0))


def _job(run: Callable[[], object], name: str) -> Doing:
    """Make an actor of a job. One that is killed, or has to wait, is started again when all is quiet."""

    def actor(scene: Scene) -> None:
        scene.unfinished.append(actor)
        with suppress(RetryLaterError, ServiceError):
            run()
            scene.unfinished.remove(actor)

    actor.__name__ = name
    return actor


def _advance_bulk_act() -> None:
    """Do a planned act in batches of one work, so that something can happen between two of them."""
    with patch.object(bulk_acts, "BATCH_SIZE", 1):
        for act in BulkAct.objects.filter(state=store.RUNNING):
            bulk_acts.act_on_the_rest.func(FIRST_TRY, row_id=act.pk)


def _finish_departures() -> None:
    for departure in Departure.objects.filter(finished_at=None):
        finish_departure.func(FIRST_TRY, row_id=departure.pk)


def _revoke_tokens() -> None:
    for row in Revocation.objects.order_by("pk"):
        revocation.revoke_token.func(FIRST_TRY, row_id=row.pk)


JOBS: Final[dict[str, Doing]] = {
    name: _job(run, name)
    for name, run in {
        "compare": lambda: reconcile(ALICE),
        "look_back": lambda: backfill.look_back(ALICE),
        "check_doubted": refresh.check_doubted,
        "refresh_due": refresh.refresh_due,
        "keep_single_entries": single_entries.apply_all,
        "act_on_works": _advance_bulk_act,
        "advance_campaign": campaigns.advance,
        "finish_departure": _finish_departures,
        "revoke_token": _revoke_tokens,
        "erase_closed": close_account.erase_closed,
    }.items()
}


# --- what there is to do -----------------------------------------------------------------------------
def recorded(scene: Scene) -> None:
    """Auto-Update put the works on the record."""
    actors.found(scene)
    scene.settle()


def deleted(scene: Scene) -> None:
    """The person deleted a work in ORCID, which we do not know."""
    recorded(scene)
    scene.delete_at_orcid()


def put_code_unknown(scene: Scene) -> None:
    """A work is on the record whose claim was given up: the answer with the put-code was lost."""
    recorded(scene)
    claim = scene.claim(scene.dois[0])
    unknown = {"put_code": None, "owner_client": "", "sent_digest": None, "sent_inputs": None}
    Claim.objects.update(**unknown, in_doubt=True, state="failed", problem="orcid-unavailable")
    ClaimHistory.objects.create(
        claim=claim, event="fail", from_state="done", to_state="failed", action="create", origin=claim.origin
    )


def switched_on(scene: Scene) -> None:
    """Auto-Update was switched on, and DataCite has works that no poll has brought."""
    scene.begin(*Purpose)
    for doi in scene.dois:
        scene.register(doi)


def doubted(scene: Scene) -> None:
    """A click waits, and ORCID refused its permission once, by mistake."""
    actors.clicked(scene)
    Consent.objects.update(
        health=ConsentHealth.DOUBTED.value, first_refused_at=clock.now() - timedelta(minutes=5)
    )


def revoked(scene: Scene) -> None:
    """The same, and the person has taken the permission back at ORCID."""
    doubted(scene)
    client = wiring.orcid_client(scene.purpose).client_id
    scene.orcid.order("revoke-trust", {"orcid": ALICE, "client_id": client})
    scene.note("revoked at ORCID")


def expiring(scene: Scene) -> None:
    """A click waits, and its token is to be exchanged."""
    actors.clicked(scene)
    for consent in Consent.objects.filter(purpose=scene.purpose.value):
        given = scene.orcid.order("tokens", {"client_id": consent.client_id, "orcid": ALICE})
        seal: Callable[[str], bytes] = lambda text: wiring.vault().seal(text, purpose=purpose_of(consent))  # noqa: B023, E731
        consent.access_token, consent.refresh_token = (
            seal(given["access_token"]),
            seal(given["refresh_token"]),
        )
        consent.refresh_at = clock.now() - timedelta(minutes=1)
        consent.save()


def versions(scene: Scene) -> None:
    """Two versions of a work are on the record, and its person wants the newest only."""
    scene.begin(*Purpose)
    scene.is_version_of = "10.5072/all"
    for doi in scene.dois:
        scene.publish(doi)
    scene.settle()
    single_entries.single_entries.choose(orcid_id=ALICE, work=scene.is_version_of, keep=Versions.NEWEST_ONLY)
    scene.note("owner removes")


def planned(scene: Scene) -> None:
    """The person wants all works taken off, of which a job does the most."""
    recorded(scene)
    claim_ids = list(Claim.objects.order_by("pk").values_list("pk", flat=True))
    store.begin(orcid_id=ALICE, act=Act.REMOVE.value, claim_ids={Act.REMOVE.value: claim_ids})
    scene.note("owner removes all")


def campaign(scene: Scene) -> None:
    """Staff correct works after a change of the mapping."""
    recorded(scene)
    claim_ids = list(Claim.objects.values_list("pk", flat=True))
    Claim.objects.update(sent_digest=b"another mapping", sent_inputs=b"another mapping")
    campaigns.start(claim_ids=claim_ids, per_hour=3600, by="Dana")


def left(scene: Scene) -> None:
    """The person left, and nothing was done at ORCID yet."""
    recorded(scene)
    actors.leaves(scene)


def withdrawn(scene: Scene) -> None:
    """The person withdrew the permission, which is not revoked at ORCID yet."""
    recorded(scene)
    actors.withdraws(scene)


def closed(scene: Scene) -> None:
    """The person left three days ago."""
    left(scene)
    scene.settle()
    Account.objects.update(closed_at=clock.now() - timedelta(days=3))


# --- what may happen meanwhile -----------------------------------------------------------------------
def comes_back(scene: Scene) -> None:
    """The person signs in again after leaving, gives permission and adds the work, which is sent at once."""
    accounts.get_or_create_account(orcid_id=ALICE, names=Names("Alice Alvarado"))
    scene.note("came back")
    scene.purpose = Purpose.SEARCH_AND_LINK
    actors.gives_permission(scene)
    actors.owner_adds(scene)
    scene.turn()


def deletes_at_orcid(scene: Scene) -> None:
    """The person deletes the work at ORCID, whose notice of that starts a comparison."""
    scene.delete_at_orcid()
    scene.unfinished.append(JOBS["compare"])


def worker(scene: Scene) -> None:
    """A worker does what is due."""
    scene.turn()


def calls_off(scene: Scene) -> None:
    """The person stops the act on many works."""
    for act in BulkAct.objects.all():
        bulk_acts.call_off(orcid_id=ALICE, uuid=act.uuid)
    scene.note("owner calls off")


OWNER: Final = ["owner_adds", "owner_removes", "owner_blocks"]
PERMISSION: Final = ["withdraws", "gives_permission", "withdraws_and_gives_again", "leaves"]
BESIDE_JOBS: Final[dict[tuple[str, str], list[str]]] = {
    ("recorded", "compare"): [*OWNER, "doi_changes", "deletes_at_orcid", "worker", "leaves"],
    ("deleted", "compare"): [*OWNER, *PERMISSION, "owner_tries_again", "doi_changes", "worker", "compare"],
    ("put_code_unknown", "compare"): [*OWNER, "doi_changes", "deletes_at_orcid", "leaves", "compare"],
    ("corrected", "compare"): [*OWNER, "worker", "deletes_at_orcid", "switches_off"],
    ("clicked", "compare"): ["worker", "owner_removes", "deletes_at_orcid"],
    ("removing", "compare"): ["worker", "owner_adds"],
    ("switched_on", "look_back"): [
        "owner_adds", "owner_blocks", "doi_changes", "id_is_corrected", "withdraws", "switches_off", "leaves",
        "look_back",
    ],
    ("doubted", "check_doubted"): [*PERMISSION, "worker", "check_doubted"],
    ("revoked", "check_doubted"): [*PERMISSION, "worker", "check_doubted"],
    ("expiring", "refresh_due"): [*PERMISSION, "worker", "refresh_due", "owner_removes"],
    ("versions", "keep_single_entries"): [*OWNER[:2], "worker", "leaves", "keep_single_entries"],
    ("planned", "act_on_works"): [*OWNER, "calls_off", "doi_changes", "worker", "leaves", "act_on_works"],
    ("campaign", "advance_campaign"): [
        *OWNER, "doi_changes", "deletes_at_orcid", "withdraws", "switches_off", "leaves", "worker",
        "advance_campaign",
    ],
    ("left", "finish_departure"): ["comes_back", "worker", "doi_changes", "finish_departure"],
    ("withdrawn", "revoke_token"): ["gives_permission", "leaves", "owner_adds", "worker", "revoke_token"],
    ("closed", "erase_closed"): ["comes_back", "doi_changes", "erase_closed"],
}  # fmt: skip
STARTS: Final[dict[str, Doing]] = actors.STARTS | {
    start.__name__: start
    for start in (
        recorded, deleted, put_code_unknown, switched_on, doubted, revoked, expiring, versions, planned,
        campaign, left, withdrawn, closed,
    )
}  # fmt: skip
OTHERS: Final[dict[str, Doing]] = (
    actors.OTHERS
    | JOBS
    | {doing.__name__: doing for doing in (comes_back, worker, calls_off, deletes_at_orcid)}
)
TWO_WORKS: Final = frozenset({"versions", "planned"})
