"""Find the works on records that today's mapping would write otherwise, for a campaign of staff."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from profiles.claims.campaigns import correctable
from profiles.claims.models import Claim
from profiles.domain.records.doi_record import BrokenRecordError, read_doi_record
from profiles.intake import selectors as intake
from profiles.pipeline.push.content import content_of

_BATCH: Final = 500


@dataclass(slots=True)
class CorrectionPreview:
    """What a campaign would do: the claims with another mapping today, and what could not be compared."""

    looked_at: int = 0
    differing: list[int] = field(default_factory=list)
    examples: list[tuple[str, str]] = field(default_factory=list)
    unknown: int = 0
    """Works whose metadata are not stored here."""


def preview(*, doi_prefix: str = "", limit: int | None = None, examples: int = 10) -> CorrectionPreview:
    """Map the stored metadata of works on records again, and compare; nothing is sent."""
    found = CorrectionPreview()
    claims = correctable().filter(doi__startswith=doi_prefix) if doi_prefix else correctable()
    for batch in _batches(claims.iterator(chunk_size=_BATCH)):
        records = intake.snapshots([claim.doi for claim in batch])
        for claim in batch:
            found.looked_at += 1
            if claim.doi not in records:
                found.unknown += 1
            elif _differs(claim, records[claim.doi]):
                found.differing.append(claim.pk)
                if len(found.examples) < examples:
                    found.examples.append((claim.doi, claim.orcid_id))
            if limit is not None and len(found.differing) >= limit:
                return found
    return found


def _batches(claims: Iterator[Claim]) -> Iterator[list[Claim]]:
    while batch := list(islice(claims, _BATCH)):
        yield batch


def _differs(claim: Claim, raw: bytes) -> bool:
    try:
        content = content_of(read_doi_record(raw), owner=claim.orcid_id)
    except BrokenRecordError:
        return False
    return content.refusal is None and content.digest != bytes(claim.sent_digest or b"")
