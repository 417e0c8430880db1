"""What must hold at the end of every run, whatever the order of its steps was."""

from collections.abc import Iterator
from itertools import pairwise

from profiles.accounts.models import Account
from profiles.claims.models import Claim, ClaimHistory, Lane
from profiles.consents.models import Consent
from profiles.domain.consent import USABLE
from tests.support.interleavings.scene import Scene
from tests.support.pushing import ALICE

UNSEEN = {"deleted before we knew": "deleted in ORCID"}
AGAINST = {"owner removes", "owner blocks", "deleted in ORCID"}
"""After these the work is not wanted on the record, until its owner asks for it."""
PERMISSION = {"withdrawn", "permission given", "left", "revoked at ORCID"}
OF_ALL = {"owner adds", "owner removes all", "owner calls off"}
UNDER_WAY = {"", "waiting", "working"}


def complaints(scene: Scene, *, with_accident: bool) -> list[str]:
    """Say what is wrong; nothing for a good end.

    A work that was added by a call whose answer nobody got, and was deleted before it was seen, cannot be
    told from one that never arrived: it is added, once. Without an accident that is no excuse.
    """
    if not with_accident:
        scene.events = [UNSEEN.get(event, event) for event in scene.events]
    return [
        *_about_queue(),
        *_about_calls(scene),
        *_about_history(),
        *_about_permission(scene, with_accident=with_accident),
        *(c for doi in scene.dois for c in _about_work(scene, doi)),
    ]


def _about_queue() -> Iterator[str]:
    for claim in Claim.objects.filter(state="working"):
        yield f"{claim.doi} stays in state working"
    if Lane.objects.exclude(due_at=None).exists():
        yield "something is due for ever"


def _about_calls(scene: Scene) -> Iterator[str]:
    """After a stop no call that writes begins; one that was under way cannot be held back."""
    # Who leaves after that asks for removals, for which a token is used that is not revoked yet.
    if _is_over(scene, "withdrawn", "permission given") and not scene.has_happened("left", since="withdrawn"):
        yield "a write began after the permission was withdrawn"
    asked_by_owner = {"owner adds", "owner removes", "owner blocks"} & set(scene.events)
    if not asked_by_owner and _is_over(scene, "switched off", ""):
        yield "a write began after Auto-Update was switched off"


def _is_over(scene: Scene, stop: str, again: str) -> bool:
    return scene.has_happened("write begins", since=stop) and not scene.has_happened(again, since=stop)


def _about_history() -> Iterator[str]:
    """Each change of a claim's state has its line; a worker that takes a claim writes none."""
    for claim in Claim.objects.all():
        rows = list(ClaimHistory.objects.filter(claim=claim).order_by("id"))
        if not rows or rows[-1].to_state != claim.state:
            yield f"the history of {claim.doi} ends with {rows and rows[-1].to_state}, not with {claim.state}"
        for row, following in pairwise(rows):
            if following.from_state not in {row.to_state, *UNDER_WAY}:
                yield f"the history of {claim.doi} lacks what made {row.to_state} {following.from_state}"


def _about_permission(scene: Scene, *, with_accident: bool) -> Iterator[str]:
    """A permission that was given is kept, whatever ORCID said of an earlier one.

    If a process dies between an exchange of tokens and its end, ORCID has made the old pair invalid, and
    no one knows the new one: that cannot be helped.
    """
    spoken = [event for event in scene.events if event in PERMISSION]
    if spoken[-1:] == ["permission given"] and not _may_write(scene):
        yield "a permission that was given is lost"
    if not spoken and not with_accident and Consent.objects.filter(orcid_id=ALICE, health="lost").exists():
        yield "a permission is lost that no one took back"


def _about_work(scene: Scene, doi: str) -> Iterator[str]:
    entries = scene.entries(doi)
    claim = Claim.objects.filter(orcid_id=ALICE, doi=doi).first()
    if len(entries) > 1:
        yield f"{doi} is on the record {len(entries)} times"
    if scene.has_happened("left") and not scene.has_happened("came back"):
        if entries and not scene.has_happened("withdrawn"):
            # Without a permission only they can remove it, which the receipt says.
            yield f"{doi} is on the record after its person left"
        if claim is not None and not Account.objects.filter(orcid_id=ALICE).exists():
            yield f"the claim of {doi} is kept after its person was erased"
        return
    if claim is None:
        # None is opened for what was blocked, or found after the switch.
        stops = [scene.has_happened(event) for event in ("switched off", "iD corrected")]
        wanted = _last_will(scene, doi) == "owner adds" or not any(stops)
        if entries or (wanted and _last_will(scene, doi) not in AGAINST):
            yield f"the claim of {doi} is lost"
        return
    put_code = entries[0]["put-code"] if entries else None
    if _can_know(scene) and claim.put_code != put_code:
        yield f"{doi}: put-code {claim.put_code} is known, {put_code} is on the record ({claim.state})"
    if claim.state == "ignored" and claim.put_code is not None:
        yield f"{doi} is told as not added, and is on the record"
    yield from _about_will(scene, doi, claim, is_there=bool(entries))


def _may_write(scene: Scene) -> bool:
    usable = Consent.objects.filter(access_token__isnull=False, health__in=[one.value for one in USABLE])
    return usable.filter(orcid_id=ALICE, purpose=scene.purpose.value).exists()


def _can_know(scene: Scene) -> bool:
    """Say whether what is on the record can be known: not without permission, nor before the next call."""
    gone = "deleted in ORCID"
    is_unseen = scene.has_happened(gone) and not scene.has_happened("call arrives", since=gone)
    return _may_write(scene) and not is_unseen


def _last_will(scene: Scene, doi: str) -> str:
    """Return what the person said last of this work; most of what they say is of the first one."""
    wills = [event for event in scene.events if event in AGAINST | {"owner adds", *OF_ALL}]
    if doi != scene.dois[0]:
        wills = [event for event in wills if event in OF_ALL]
    return wills[-1].removesuffix(" all") if wills else ""


def _about_will(scene: Scene, doi: str, claim: Claim, *, is_there: bool) -> Iterator[str]:
    last = _last_will(scene, doi)
    may_write = _may_write(scene)
    if last == "deleted in ORCID" and is_there:
        yield f"{doi} was deleted in ORCID and is there again"
    if last in {"owner removes", "owner blocks"} and is_there and may_write:
        yield f"{doi}: {last}, and it is still there ({claim.state} {claim.problem})"
    if last == "owner adds" and may_write and not is_there:
        yield f"{doi} was asked for by its owner and is not there ({claim.state} {claim.problem})"
    if last == "owner calls off" and may_write and is_there != (claim.action == "create"):
        yield f"{doi}: the rest was called off, and it is neither left nor removed ({claim.state})"
    if last == "" and may_write:
        yield from _about_auto_update(scene, doi, claim, is_there=is_there)


def _about_auto_update(scene: Scene, doi: str, claim: Claim, *, is_there: bool) -> Iterator[str]:
    """Nobody spoke of this work: Auto-Update adds it, follows it, and takes a mistake back."""
    if doi == scene.dois[0] and scene.has_happened("iD corrected"):
        if is_there and claim.action != "delete" and not scene.is_offered_for_removal(doi):
            yield f"{doi} stays on the record of somebody whom it does not name"
        return
    if scene.has_happened("switched off"):
        return
    if claim.state == "failed" and scene.has_happened("deleted before we knew"):
        return  # It was given up, so no worker adds it.
    if not is_there:
        yield f"{doi} is not on the record ({claim.state} {claim.problem})"
        return
    title = scene.entries(doi)[0]["title"]["title"]["value"]
    if title != scene.title(doi):
        yield f"{doi} has an old title on the record: {title} ({claim.state} {claim.problem})"
