"""Reading ORCID's refusals: its numbers (contract 2.13) as our types, and never the token it echoes."""

import re
from typing import Any, Final

import msgspec

from profiles.clients.errors import (
    RecordMovedError,
    RefusedError,
    ServiceError,
    ServiceUnavailableError,
    TokenRejectedError,
    TooManyCallsError,
    UnclearAnswerError,
    WorkExistsError,
    WorkGoneError,
)
from profiles.clients.http import Answer, parsed, retry_after
from profiles.domain import problems
from profiles.domain.problem import Problem

_PUT_CODE: Final = re.compile(r"put-code (\d{1,19})\b", re.ASCII)
_ORCID_ID: Final = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
_DETAIL_LENGTH: Final = 300

# Codes that say something about the record, the permission or the item. All others say that what we sent
# was refused, unless the status says something else.
MEANING: Final[dict[int, Problem]] = {
    9002: problems.TOKEN_REFUSED,
    9004: problems.WRONG_SOURCE,
    9005: problems.REQUEST_REFUSED,
    9008: problems.ORCID_BROKEN,
    9009: problems.REQUEST_REFUSED,
    9010: problems.WRONG_SOURCE,
    9011: problems.RECORD_UNKNOWN,
    9013: problems.PRIVATE_ITEM,
    # A PUT that changes nothing, by a client that is not the source (contract 2.9.2).
    9014: problems.WRONG_SOURCE,
    9015: problems.SCOPE_MISSING,
    9017: problems.WRONG_PERSON,
    9018: problems.RECORD_LOCKED,
    9019: problems.REQUEST_REFUSED,
    9024: problems.REQUEST_REFUSED,
    9025: problems.REQUEST_REFUSED,
    9027: problems.CLIENT_REFUSED,
    9028: problems.REQUEST_REFUSED,
    9029: problems.REQUEST_REFUSED,
    9030: problems.REQUEST_REFUSED,
    9031: problems.REQUEST_REFUSED,
    9032: problems.INBOX_CLOSED,
    9034: problems.REQUEST_REFUSED,
    9035: problems.VISIBILITY_REFUSED,
    9036: problems.RECORD_UNCLAIMED,
    9038: problems.SCOPE_MISSING,
    9039: problems.REQUEST_REFUSED,
    9040: problems.REQUEST_REFUSED,
    9041: problems.REQUEST_REFUSED,
    9042: problems.REQUEST_REFUSED,
    9043: problems.REQUEST_REFUSED,
    9044: problems.RECORD_DEACTIVATED,
    9048: problems.RECORD_FULL,
    9052: problems.REQUEST_REFUSED,
    9056: problems.REQUEST_REFUSED,
    9057: problems.CLIENT_REFUSED,
}
DUPLICATE: Final = 9021
MERGED: Final = 9007
NO_SUCH_ITEM: Final = 9016
TOO_MANY: Final = frozenset({429, 503})
"""ORCID answers too many calls with 503 (contract 2.11.4)."""
OUTAGES: Final = frozenset({500, 502, 503, 504, *range(520, 531)})
"""52x are those of its delivery network (contract 0.7)."""


def refusal(answer: Answer) -> ServiceError:
    """Turn an answer that is not a success into its type."""
    body = parsed(answer.body, msgspec.json.decode)
    if isinstance(body, dict):
        if isinstance(body.get("error-code"), int):
            return error_of(body, answer.status, answer)
        if "error" in body and answer.status in {401, 403}:
            return _authentication(body, answer)
    return _by_status(answer)


def error_of(body: dict[str, Any], status: int, answer: Answer | None = None) -> ServiceError:
    """Turn ORCID's error body, alone or inside a bulk answer, into its type."""
    code = body["error-code"]
    text = str(body.get("developer-message") or body.get("user-message") or "")
    # Support reads it in one line, and PostgreSQL takes no NUL.
    detail = " ".join(f"{code}: {text}".replace("\0", " ").split())[:_DETAIL_LENGTH]
    if code == DUPLICATE:
        found = _PUT_CODE.search(text)
        return WorkExistsError(detail, put_code=_put_code(found), status=status)
    if code == MERGED:
        return RecordMovedError(detail, primary=_primary(text, answer), status=status)
    if code == NO_SUCH_ITEM:
        return WorkGoneError(detail, status=status)
    meaning = MEANING.get(code)
    if meaning is problems.ORCID_BROKEN or (meaning is None and status in {401, *TOO_MANY, *OUTAGES}):
        return _code_of_none(detail, status, retry_after(answer) if answer else None)
    if meaning is problems.TOKEN_REFUSED:
        return TokenRejectedError(detail, status=status)
    return RefusedError(detail, problem=meaning or problems.CONTENT_REFUSED, status=status)


def _code_of_none(detail: str, status: int, wait: float | None) -> ServiceError:
    """Read the status where the code says only that something broke, or nothing that we know."""
    if status in TOO_MANY:
        return TooManyCallsError(detail, retry_after=wait, status=status)
    if status == 401:  # noqa: PLR2004  the status says it all
        return TokenRejectedError(detail, status=status)
    return ServiceUnavailableError(detail, problem=problems.ORCID_BROKEN, retry_after=wait, status=status)


def _put_code(found: re.Match[str] | None) -> int | None:
    number = int(found[1]) if found else 0
    return number if 0 < number < 2**63 else None


def _primary(text: str, answer: Answer | None) -> str | None:
    """Find the iD that was kept: in the location header, else the last one in the text."""
    place = answer.headers.get("location", "") if answer else ""
    found = _ORCID_ID.findall(place) or _ORCID_ID.findall(text)
    return found[-1] if found else None


def _authentication(body: dict[str, Any], answer: Answer) -> ServiceError:
    """OAuth's own shape. The description is dropped: ORCID puts the token into it."""
    return TokenRejectedError(str(body["error"])[:40], status=answer.status)


def _by_status(answer: Answer) -> ServiceError:
    wait = retry_after(answer)
    if answer.status in TOO_MANY:
        return TooManyCallsError(f"status {answer.status}", retry_after=wait, status=answer.status)
    if answer.status in OUTAGES:
        return ServiceUnavailableError(f"status {answer.status}", retry_after=wait, status=answer.status)
    if answer.status == 401:  # noqa: PLR2004  the status says it all
        return TokenRejectedError("status 401", status=answer.status)
    if answer.status == 413:  # noqa: PLR2004  too large, and it will not become smaller
        return RefusedError("status 413", problem=problems.REQUEST_REFUSED, status=answer.status)
    if answer.status in {301, 308}:
        place = _ORCID_ID.findall(answer.headers.get("location", ""))
        return RecordMovedError(primary=place[-1] if place else None, status=answer.status)
    return UnclearAnswerError(f"status {answer.status}", status=answer.status)
