"""What must hold at the end of every run, whatever the order of its steps was."""

from collections.abc import Iterator

from profiles.claims.models import Claim, Lane
from profiles.consents.models import Consent
from tests.support.interleavings.scene import Scene
from tests.support.pushing import ALICE

UNSEEN = {"deleted before we knew": "deleted in ORCID"}
AGAINST = {"owner removes", "owner blocks", "deleted in ORCID"}
"""After these the work is not wanted on the record, until its owner asks for it."""


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
        *(c for doi in scene.dois for c in _about_work(scene, doi)),
    ]


def _about_queue() -> Iterator[str]:
    for claim in Claim.objects.filter(state="working"):
        yield f"{claim.doi} stays in state working"
    if Lane.objects.exclude(due_at=None).exists():
        yield "something is due for ever"


def _about_calls(scene: Scene) -> Iterator[str]:
    """After a stop no call that writes begins; one that was under way cannot be held back."""
    if _is_over(scene, "withdrawn", "permission given"):
        yield "a write began after the permission was withdrawn"
    asked_by_owner = {"owner adds", "owner removes", "owner blocks"} & set(scene.events)
    if not asked_by_owner and _is_over(scene, "switched off", ""):
        yield "a write began after Auto-Update was switched off"


def _is_over(scene: Scene, stop: str, again: str) -> bool:
    return scene.has_happened("write begins", since=stop) and not scene.has_happened(again, since=stop)


def _about_work(scene: Scene, doi: str) -> Iterator[str]:
    entries = scene.entries(doi)
    claim = Claim.objects.filter(orcid_id=ALICE, doi=doi).first()
    if len(entries) > 1:
        yield f"{doi} is on the record {len(entries)} times"
    if scene.has_happened("left"):
        if entries:
            yield f"{doi} is on the record after its person left"
        return
    if claim is None:
        yield f"the claim of {doi} is lost"
        return
    put_code = entries[0]["put-code"] if entries else None
    if _can_know(scene) and claim.put_code != put_code:
        yield f"{doi}: put-code {claim.put_code} is known, {put_code} is on the record ({claim.state})"
    if claim.state == "ignored" and claim.put_code is not None:
        yield f"{doi} is told as not added, and is on the record"
    yield from _about_will(scene, doi, claim, is_there=bool(entries))


def _may_write(scene: Scene) -> bool:
    purpose = scene.purpose.value
    return Consent.objects.filter(orcid_id=ALICE, purpose=purpose, access_token__isnull=False).exists()


def _can_know(scene: Scene) -> bool:
    """Say whether what is on the record can be known: not without permission, nor before the next call."""
    gone = "deleted in ORCID"
    is_unseen = scene.has_happened(gone) and not scene.has_happened("call arrives", since=gone)
    return _may_write(scene) and not is_unseen


def _about_will(scene: Scene, doi: str, claim: Claim, *, is_there: bool) -> Iterator[str]:
    wills = [event for event in scene.events if event in AGAINST | {"owner adds"}]
    last = wills[-1] if doi == scene.dois[0] and wills else ""
    may_write = _may_write(scene)
    if last == "deleted in ORCID" and is_there:
        yield f"{doi} was deleted in ORCID and is there again"
    if last in {"owner removes", "owner blocks"} and is_there and may_write:
        yield f"{doi}: {last}, and it is still there ({claim.state} {claim.problem})"
    if last == "owner adds" and may_write and not is_there:
        yield f"{doi} was asked for by its owner and is not there ({claim.state} {claim.problem})"
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
    if not is_there:
        yield f"{doi} is not on the record ({claim.state} {claim.problem})"
        return
    title = scene.entries(doi)[0]["title"]["title"]["value"]
    if title != scene.title(doi):
        yield f"{doi} has an old title on the record: {title} ({claim.state} {claim.problem})"
