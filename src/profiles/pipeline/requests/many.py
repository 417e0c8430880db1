"""Request many works in one call: each item has its outcome, and a key makes the call idempotent."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from django.db import IntegrityError, transaction

from profiles.claims import batch_services, services
from profiles.claims.batch_services import NewItem
from profiles.claims.models import ClaimBatch
from profiles.claims.services import ClaimRequest
from profiles.domain.claim import BATCH_NOTE_PREFIX, ClaimAction
from profiles.pipeline.requests.one import with_new_uuid

"""How the note begins in the history of a claim that was requested in a batch; the batch id follows."""


class KeyUsedError(Exception):
    """The key belongs to another batch with other claims: ``batch``."""

    def __init__(self, batch: ClaimBatch) -> None:
        super().__init__(str(batch))
        self.batch = batch


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a call, by its place: the claim request, or the code of its refusal."""

    number: int
    claim_request: ClaimRequest | None = None
    code: str = ""


def request_batch(*, owner: str, key: str, digest: bytes, items: Sequence[Item]) -> ClaimBatch:
    """Open or reopen the claims of all accepted items, in a fixed number of statements.

    The same key again, also at the same time, finds the batch that it made. A pair of iD and DOI that is in
    the batch twice is one claim, with the later request.

    Raises:
        KeyUsedError: the key belongs to a batch of other claims.
    """
    try:
        return _request_batch(owner, key, digest, items)
    except IntegrityError:
        # A claim uses one of the ids that were chosen here.
        return _request_batch(owner, key, digest, [_item_with_new_uuid(item) for item in items])


@transaction.atomic
def _request_batch(owner: str, key: str, digest: bytes, items: Sequence[Item]) -> ClaimBatch:
    refused = sum(item.claim_request is None for item in items)
    batch, is_new = batch_services.begin(
        owner=owner, key=key, digest=digest, total=len(items), refused=refused
    )
    if not is_new:
        if bytes(batch.digest) != digest:
            raise KeyUsedError(batch)
        return batch
    note = f"{BATCH_NOTE_PREFIX}{batch.uuid}"
    claim_requests = [
        msgspec.structs.replace(item.claim_request, note=note)
        for item in items
        if item.claim_request is not None
    ]
    services.unblock_all(
        pairs=[
            (claim_request.orcid_id, claim_request.doi)
            for claim_request in claim_requests
            if claim_request.by_owner and claim_request.action is ClaimAction.CREATE
        ]
    )
    services.request_claims(claim_requests)
    counting_items = {
        (item.claim_request.orcid_id, item.claim_request.doi): item.number
        for item in items
        if item.claim_request is not None
    }
    batch_services.fill(batch_id=batch.pk, items=[_new_item(item, counting_items) for item in items])
    return batch


def _new_item(item: Item, counting_items: dict[tuple[str, str], int]) -> NewItem:
    if item.claim_request is None:
        return NewItem(item.number, code=item.code)
    pair = (item.claim_request.orcid_id, item.claim_request.doi)
    counting_item = counting_items[pair] if counting_items[pair] != item.number else None
    return NewItem(item.number, *pair, counted=counting_item)


def _item_with_new_uuid(item: Item) -> Item:
    return Item(item.number, with_new_uuid(item.claim_request), item.code) if item.claim_request else item
