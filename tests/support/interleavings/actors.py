"""What people and Auto-Update do beside a worker, each by the service that pages and jobs call."""

from collections.abc import Callable
from typing import Final

from django.db import connection

from profiles.accounts import services as accounts
from profiles.accounts.models import Account
from profiles.claims.models import Claim
from profiles.clients.orcid_oauth import TokenAnswer
from profiles.domain.claim import ClaimAction, Origin
from profiles.domain.consent import SCOPES, Purpose
from profiles.infra import wiring
from profiles.pipeline.leaving.close_account import close
from profiles.pipeline.permissions import grant
from profiles.pipeline.requests import one as requests
from tests.support.interleavings.scene import OTHER, Scene
from tests.support.pushing import ALICE

Doing = Callable[[Scene], None]


def owner_adds(scene: Scene) -> None:
    scene.purpose = Purpose.SEARCH_AND_LINK
    for doi in scene.dois:
        requests.request_work(
            orcid_id=ALICE, doi=doi, origin=Origin.SEARCH_AND_LINK, action=ClaimAction.CREATE, by_owner=True
        )
    scene.note("owner adds")


def owner_tries_again(scene: Scene) -> None:
    claim = requests.try_again(scene.claim(scene.dois[0]), actor=ALICE)
    scene.note("owner removes" if claim.action == "delete" else "owner adds")


def owner_removes(scene: Scene) -> None:
    claim = Claim.objects.filter(orcid_id=ALICE, doi=scene.dois[0]).first()
    if claim is not None:  # before that the person sees nothing to remove
        requests.remove(claim, actor=ALICE)
        scene.note("owner removes")


def owner_blocks(scene: Scene) -> None:
    requests.not_mine(orcid_id=ALICE, doi=scene.dois[0])
    scene.note("owner blocks")


def doi_changes(scene: Scene) -> None:
    scene.publish(scene.dois[0])
    scene.note("DOI changes")


def id_is_corrected(scene: Scene) -> None:
    """The DOI named the wrong person, and names another one from now on."""
    scene.publish(scene.dois[0], names=OTHER)
    scene.note("iD corrected")


def withdraws(scene: Scene) -> None:
    grant.withdraw_permission(orcid_id=ALICE, purpose=scene.purpose)
    scene.note("withdrawn")


def gives_permission(scene: Scene) -> None:
    client = wiring.orcid_client(scene.purpose).client_id
    order = {"client_id": client, "orcid": ALICE, "scopes": list(SCOPES)}
    given = scene.orcid.order("tokens", order)
    token = TokenAnswer(given["access_token"], None, SCOPES, ALICE, "Alice", None)
    grant.grant_permission(orcid_id=ALICE, purpose=scene.purpose, token=token)
    scene.note("permission given")


def withdraws_and_gives_again(scene: Scene) -> None:
    withdraws(scene)
    gives_permission(scene)


def switches_off(scene: Scene) -> None:
    accounts.switch_auto_update(account_id=Account.objects.get(orcid_id=ALICE).pk, on=False)
    scene.note("switched off")


def deletes_at_orcid(scene: Scene) -> None:
    scene.delete_at_orcid()


def leaves(scene: Scene) -> None:
    """The person closes their account and wants their works removed."""
    close(account=Account.objects.get(orcid_id=ALICE), remove_works=True)
    scene.note("left")


def another_worker(scene: Scene) -> None:
    """The first worker's lease ends, as when its machine slept, and another takes over."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE claims_lane SET leased_until = now() - interval '1 second'")
    scene.turn()


def another_worker_removes(scene: Scene) -> None:
    """The same, and the person asks meanwhile for the work to be taken off."""
    owner_removes(scene)
    another_worker(scene)


def poll(scene: Scene) -> None:
    """A poll of DataCite takes in what waits there."""
    scene.poll()


def another_poll(scene: Scene) -> None:
    """A second host polls the same window."""
    scene.poll()


def newer_change_is_taken_in_first(scene: Scene) -> None:
    """The DOI changes once more, and that change comes by the queue, before the poll or during it."""
    scene.publish(scene.dois[0])
    scene.note("DOI changes")


OTHERS: Final[dict[str, Doing]] = {
    doing.__name__: doing
    for doing in (
        owner_adds, owner_tries_again, owner_removes, owner_blocks, doi_changes, id_is_corrected, withdraws,
        gives_permission, withdraws_and_gives_again, switches_off, leaves, deletes_at_orcid,
        another_worker, another_worker_removes,
    )
}  # fmt: skip


# --- what is under way when the two begin ------------------------------------------------------------
def clicked(scene: Scene) -> None:
    """A click waits to be sent."""
    scene.begin(*Purpose)
    for doi in scene.dois:
        scene.publish(doi, names=OTHER)
    owner_adds(scene)


def clicked_without_permission(scene: Scene) -> None:
    scene.begin()
    for doi in scene.dois:
        scene.publish(doi, names=OTHER)
    owner_adds(scene)


def clicked_with_one_permission(scene: Scene) -> None:
    """A click waits to be sent, and Auto-Update is on without its permission."""
    scene.begin(Purpose.SEARCH_AND_LINK)
    for doi in scene.dois:
        scene.publish(doi, names=OTHER)
    owner_adds(scene)


def found_with_one_permission(scene: Scene) -> None:
    """Auto-Update found a work, and has the only permission."""
    scene.begin(Purpose.AUTO_UPDATE)
    for doi in scene.dois:
        scene.publish(doi)


def found(scene: Scene) -> None:
    """Auto-Update found a work, which waits to be sent."""
    scene.begin(*Purpose)
    for doi in scene.dois:
        scene.publish(doi)


def corrected(scene: Scene) -> None:
    """A work that Auto-Update put on the record was corrected at DataCite, and the correction waits."""
    found(scene)
    scene.settle()
    for doi in scene.dois:
        scene.publish(doi)


def deleted_then_corrected(scene: Scene) -> None:
    """The person deleted the work in ORCID, which we do not know, and a correction of it waits."""
    found(scene)
    scene.settle()
    scene.delete_at_orcid()
    for doi in scene.dois:
        scene.publish(doi)


def removing(scene: Scene) -> None:
    """The person asked here for the work to be taken off the record."""
    found(scene)
    scene.settle()
    owner_removes(scene)


STARTS: Final[dict[str, Doing]] = {
    start.__name__: start
    for start in (
        clicked, clicked_without_permission, clicked_with_one_permission, found, found_with_one_permission,
        corrected, deleted_then_corrected, removing,
    )
}  # fmt: skip


# --- what waits at DataCite when a poll begins -------------------------------------------------------
def new_work_waits(scene: Scene) -> None:
    scene.begin(*Purpose)
    scene.waiting = [scene.register(doi) for doi in scene.dois]


def correction_waits(scene: Scene) -> None:
    found(scene)
    scene.settle()
    scene.waiting = [scene.register(doi) for doi in scene.dois]


OF_INTAKE: Final[dict[str, Doing]] = {start.__name__: start for start in (new_work_waits, correction_waits)}
BESIDE_INTAKE: Final[dict[str, Doing]] = {
    doing.__name__: doing
    for doing in (
        another_poll, newer_change_is_taken_in_first, id_is_corrected, owner_adds, owner_removes,
        owner_blocks, withdraws, switches_off, leaves, deletes_at_orcid,
    )
}  # fmt: skip
