"""Why a request for a claim is refused before there is a claim: one table for single requests and batches.

``title`` and ``source`` are the outer contract's, to the letter; ``detail`` says what to do. What becomes of
problems of an accepted claim are in the catalogue of problems.
"""

from dataclasses import dataclass
from typing import Final

from profiles.domain.claim import ClaimAction, Origin


@dataclass(frozen=True, slots=True)
class RequestError:
    """One entry. ``status`` is HTTP's; ``source`` the field that is wrong, empty where it is none."""

    code: str
    status: int
    source: str
    title: str
    detail: str


_FORBIDDEN: Final = 403
_WRONG: Final = 422
REQUEST_ERRORS: Final[dict[str, RequestError]] = {}


def _add(code: str, source: str, title: str, detail: str, *, status: int = _WRONG) -> RequestError:
    refusal = RequestError(code, status, source, title, detail)
    assert code not in REQUEST_ERRORS, code
    REQUEST_ERRORS[code] = refusal
    return refusal


NOT_AN_OBJECT = _add(
    "claim-unreadable",
    "",
    "claim must be an object.",
    "Send an object with orcid, doi and source_id.",
)
DOI_MISSING = _add("doi-missing", "doi", "Can't be blank", "Name the work's DOI.")
DOI_UNREADABLE = _add(
    "doi-unreadable",
    "doi",
    "Is not a DOI",
    "Write the DOI bare, with doi:, or as an address. It begins with 10., holds no blank, and has at most"
    " 2,000 bytes.",
)
ORCID_UNREADABLE = _add(
    "orcid-unreadable",
    "user",
    "Must exist",
    "Send the person's ORCID iD, bare or as an address. Its last sign must be the right check digit.",
)
SOURCE_MISSING = _add(
    "source-missing",
    "source_id",
    "Can't be blank",
    f"Send one of {', '.join(Origin)}.",
)
SOURCE_UNKNOWN = _add(
    "source-unknown",
    "source_id",
    f"Is not included in the list: {', '.join(Origin)}",
    f"Send one of {', '.join(Origin)}.",
)
ACTION_UNKNOWN = _add(
    "action-unknown",
    "claim_action",
    f"Is not included in the list: {', '.join(ClaimAction)}",
    "Send create, or delete to take the work off the record. Nothing means create.",
)
UUID_UNREADABLE = _add(
    "uuid-unreadable", "uuid", "Is not a UUID", "Send a UUID, or none: then we choose one."
)
NOT_YOURS = _add(
    "not-yours",
    "",
    "You are not authorized to access this resource.",
    "A person's token asks for works on that person's record only. For others you need a service key.",
    status=_FORBIDDEN,
)
