"""Parse the ``claim`` object of a request, as the outer contract defines it; tolerantly."""

import uuid as uuids
from dataclasses import dataclass
from typing import Any

from profiles.api.http import request_parsing
from profiles.api.http.errors import ApiError, invalid
from profiles.domain import request_errors
from profiles.domain.claim import ClaimAction, Origin
from profiles.domain.ids import parse_orcid_id
from profiles.domain.request_errors import RequestError


@dataclass(frozen=True, slots=True)
class ClaimRequestBody:
    """A requested claim: one DOI, to be added to one ORCID record or removed from it."""

    orcid_id: str
    doi: str
    origin: Origin
    action: ClaimAction
    uuid: uuids.UUID | None = None


class ClaimRequestError(Exception):
    """A request is not valid; ``refusal`` says why."""

    def __init__(self, refusal: RequestError) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def claim_request_of(given: Any) -> ClaimRequestBody:
    """Read the only claim of a request.

    Raises:
        ApiError: it is missing, or a field is missing or wrong; the answer names it.
    """
    if not given:
        raise ApiError(422, "param is missing or the value is empty or invalid: claim")
    try:
        return read_claim_request(given)
    except ClaimRequestError as error:
        if not error.refusal.source:
            raise ApiError(400, error.refusal.title) from None
        raise invalid(error.refusal.source, error.refusal.title) from None


def read_claim_request(given: Any) -> ClaimRequestBody:
    """Read one claim, alone or among others.

    Raises:
        ClaimRequestError: it is no object, or a field is missing or not valid.
    """
    if not isinstance(given, dict):
        raise ClaimRequestError(request_errors.NOT_AN_OBJECT)
    fields = {
        name: value for name, value in request_parsing.underscored(given).items() if value not in (None, "")
    }
    if "doi" not in fields:
        raise ClaimRequestError(request_errors.DOI_MISSING)
    doi = request_parsing.doi_of(_text(fields["doi"]))
    if doi is None:
        raise ClaimRequestError(request_errors.DOI_UNREADABLE)
    orcid_id = parse_orcid_id(_text(fields.get("orcid")))
    if orcid_id is None:
        raise ClaimRequestError(request_errors.ORCID_UNREADABLE)
    if "source_id" not in fields:
        raise ClaimRequestError(request_errors.SOURCE_MISSING)
    return ClaimRequestBody(
        orcid_id=orcid_id,
        doi=doi,
        origin=_one_of(Origin, fields["source_id"], request_errors.SOURCE_UNKNOWN),
        action=_one_of(
            ClaimAction, fields.get("claim_action", ClaimAction.CREATE.value), request_errors.ACTION_UNKNOWN
        ),
        uuid=_uuid(fields.get("uuid")),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _one_of(kind: Any, value: Any, refusal: RequestError) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise ClaimRequestError(refusal) from None


def _uuid(text: Any) -> uuids.UUID | None:
    try:
        return uuids.UUID(str(text)) if text else None
    except ValueError:
        raise ClaimRequestError(request_errors.UUID_UNREADABLE) from None
