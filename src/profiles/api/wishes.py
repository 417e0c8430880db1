"""What a caller wants of an ORCID record: the ``claim`` object of the outer contract, read tolerantly."""

import uuid as uuids
from dataclasses import dataclass
from typing import Any

from profiles.api import asking
from profiles.api.errors import ApiError, invalid
from profiles.domain.claim import ClaimAction, Origin
from profiles.domain.ids import parse_doi, parse_orcid_id


@dataclass(frozen=True, slots=True)
class ClaimWish:
    """One DOI on one record, or off it."""

    orcid_id: str
    doi: str
    origin: Origin
    action: ClaimAction
    uuid: uuids.UUID | None = None


def wish_of(given: Any) -> ClaimWish:
    """Read the object.

    Raises:
        ApiError: it is missing, or a field is missing or wrong; the answer names it.
    """
    if not given:
        raise ApiError(422, "param is missing or the value is empty or invalid: claim")
    if not isinstance(given, dict):
        raise ApiError(400, "claim must be an object.")
    fields = {name: value for name, value in asking.underscored(given).items() if value not in (None, "")}
    if "doi" not in fields:
        raise invalid("doi", "Can't be blank")
    doi = parse_doi(_text(fields["doi"]))
    if doi is None:
        raise invalid("doi", "Is not a DOI")
    orcid_id = parse_orcid_id(_text(fields.get("orcid")))
    if orcid_id is None:
        raise invalid("user", "Must exist")
    if "source_id" not in fields:
        raise invalid("source_id", "Can't be blank")
    return ClaimWish(
        orcid_id=orcid_id,
        doi=doi,
        origin=_one_of(Origin, "source_id", fields["source_id"]),
        action=_one_of(ClaimAction, "claim_action", fields.get("claim_action", ClaimAction.CREATE.value)),
        uuid=_uuid(fields.get("uuid")),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _one_of(kind: Any, source: str, value: Any) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise invalid(source, f"Is not included in the list: {', '.join(kind)}") from None


def _uuid(text: Any) -> uuids.UUID | None:
    try:
        return uuids.UUID(str(text)) if text else None
    except ValueError:
        raise invalid("uuid", "Is not a UUID") from None
