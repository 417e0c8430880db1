"""Somebody asks for many works in one request: each item has its outcome; a key makes it happen once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from django.db import IntegrityError, transaction

from profiles.claims import batch_services, services
from profiles.claims.batch_services import NewItem
from profiles.claims.models import ClaimBatch
from profiles.claims.services import ClaimRequest
from profiles.domain.claim import ClaimAction
from profiles.pipeline.requests.one import with_an_id_of_its_own

BATCH: Final = "batch "
"""How the note begins in the history of a claim that was asked for in a batch; the batch's id follows."""


class KeyUsedError(Exception):
    """The key made another batch, of other claims: ``batch``."""

    def __init__(self, batch: ClaimBatch) -> None:
        super().__init__(str(batch))
        self.batch = batch


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a request, by its place: what is wished, or the code of why it is refused."""

    number: int
    wish: ClaimRequest | None = None
    code: str = ""


def request_batch(*, owner: str, key: str, digest: bytes, items: Sequence[Item]) -> ClaimBatch:
    """Open or reopen the claims of all items that are wished, in a fixed number of statements.

    The same key again, also at the same time, finds the batch that it made. A pair of iD and DOI that stands
    in the batch twice is one claim, with the later wish.

    Raises:
        KeyUsedError: the key made a batch of other claims.
    """
    try:
        return _request_batch(owner, key, digest, items)
    except IntegrityError:
        # Some claim has an id that was chosen here.
        return _request_batch(owner, key, digest, [_with_an_id_of_its_own(item) for item in items])


@transaction.atomic
def _request_batch(owner: str, key: str, digest: bytes, items: Sequence[Item]) -> ClaimBatch:
    refused = sum(item.wish is None for item in items)
    batch, is_new = batch_services.begin(
        owner=owner, key=key, digest=digest, total=len(items), refused=refused
    )
    if not is_new:
        if bytes(batch.digest) != digest:
            raise KeyUsedError(batch)
        return batch
    note = f"{BATCH}{batch.uuid}"
    claim_requests = [
        msgspec.structs.replace(item.wish, note=note) for item in items if item.wish is not None
    ]
    services.unblock_all(
        pairs=[
            (wish.orcid_id, wish.doi)
            for wish in claim_requests
            if wish.by_owner and wish.action is ClaimAction.CREATE
        ]
    )
    services.request_claims(claim_requests)
    counted = {(item.wish.orcid_id, item.wish.doi): item.number for item in items if item.wish is not None}
    batch_services.fill(batch_id=batch.pk, items=[_new_item(item, counted) for item in items])
    return batch


def _new_item(item: Item, counted: dict[tuple[str, str], int]) -> NewItem:
    if item.wish is None:
        return NewItem(item.number, code=item.code)
    pair = (item.wish.orcid_id, item.wish.doi)
    other = counted[pair] if counted[pair] != item.number else None
    return NewItem(item.number, *pair, counted=other)


def _with_an_id_of_its_own(item: Item) -> Item:
    return Item(item.number, with_an_id_of_its_own(item.wish), item.code) if item.wish else item
