"""Examples of batches of claims: their body and their answers."""

from typing import Any, Final

from profiles.domain.request_errors import DOI_UNREADABLE

_ALICE: Final = "0000-0002-1825-0097"
_BATCH: Final = "7d3c6a1e-2b0f-4c58-9a77-51f0c2b6d9ee"
_CLAIM: Final = "d140d44e-af70-43ec-a90b-49878a954487"
_DOI: Final = "10.5438/4hr0-d640"
_HERE: Final = f"https://profiles.datacite.org/claims/batches/{_BATCH}"


def _batch(*, done: int) -> dict[str, Any]:
    states = dict.fromkeys(("waiting", "failed", "done", "ignored", "deleted", "notified"), 0)
    states |= {"waiting": 1 - done, "done": done}
    attributes: dict[str, Any] = {
        "total": 2,
        "accepted": 1,
        "refused": 1,
        "states": states,
        "notShown": 0,
        "settled": bool(done),
        "created": "2026-03-02T09:03:02.000Z",
        "keptUntil": "2026-04-01T09:03:02.000Z",
    }
    links = {"self": _HERE, "results": f"{_HERE}/results"}
    return {"id": _BATCH, "type": "claim-batches", "attributes": attributes, "links": links}


def _accepted(state: str) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "number": 1,
        "status": 202,
        "countedAs": None,
        "orcid": f"https://orcid.org/{_ALICE}",
        "doi": f"https://doi.org/{_DOI}",
        "claimAction": "create",
        "state": state,
        "errorMessages": [],
        "errors": [],
    }
    related = {"claim": {"data": {"id": _CLAIM, "type": "claims"}}}
    return {"id": f"{_BATCH}.1", "type": "claim-results", "attributes": attributes, "relationships": related}


_ERROR: Final = {
    "status": str(DOI_UNREADABLE.status),
    "code": DOI_UNREADABLE.code,
    "title": DOI_UNREADABLE.title,
    "detail": DOI_UNREADABLE.detail,
    "source": DOI_UNREADABLE.source,
}
_REFUSED: Final[dict[str, Any]] = {
    "id": f"{_BATCH}.2",
    "type": "claim-results",
    "attributes": {
        "number": 2,
        "status": 422,
        "countedAs": None,
        "orcid": None,
        "doi": None,
        "claimAction": None,
        "state": None,
        "errorMessages": [],
        "errors": [_ERROR],
    },
}
ANSWERS: Final[dict[str, dict[str, Any]]] = {
    "create_batch": {"data": _batch(done=0), "included": [_accepted("waiting"), _REFUSED]},
    "show_batch": {"data": _batch(done=1)},
    "list_batch_results": {
        "data": [_accepted("done"), _REFUSED],
        "meta": {"total": 2, "totalPages": 1, "page": 1},
        "links": {"self": f"{_HERE}/results"},
    },
}
BODIES: Final[dict[str, dict[str, Any]]] = {
    "create_batch": {
        "claims": [
            {"orcid": _ALICE, "doi": _DOI, "source_id": "orcid_search"},
            {"orcid": _ALICE, "doi": "not a DOI", "source_id": "orcid_search"},
        ]
    }
}
KEY_USED: Final = {
    "status": "409",
    "title": "This Idempotency-Key was used for another request.",
    "code": "key-used",
    "detail": f"It made the batch {_BATCH} at 2026-03-02T09:03:02.000Z, of other claims. Ask for that one, or"
    " send a new key.",
}
