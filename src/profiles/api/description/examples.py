"""An example of each operation's body and answer, for people; tests hold them against the shapes."""

from typing import Any, Final

from profiles.api.description import batch_examples, webhook_examples

_ALICE: Final = "0000-0002-1825-0097"
_CLAIM: Final = "d140d44e-af70-43ec-a90b-49878a954487"
_DOI: Final = "10.5438/4hr0-d640"


def _claim(**changes: Any) -> dict[str, Any]:
    attributes = {
        "orcid": f"https://orcid.org/{_ALICE}",
        "doi": f"https://doi.org/{_DOI}",
        "sourceId": "orcid_search",
        "state": "waiting",
        "claimAction": "create",
        "errorMessages": [],
        "putCode": None,
        "claimed": None,
        "created": "2026-03-02T09:03:02.000Z",
        "updated": "2026-03-02T09:03:02.000Z",
        **changes,
    }
    related = {"user": {"data": {"id": _ALICE, "type": "users"}}}
    return {"id": _CLAIM, "type": "claims", "attributes": attributes, "relationships": related}


_USER: Final[dict[str, Any]] = {
    "id": _ALICE,
    "type": "users",
    "attributes": {
        "givenName": "Josiah",
        "familyName": "Carberry",
        "name": "Josiah Carberry",
        "orcid": f"https://orcid.org/{_ALICE}",
        "github": None,
        "roleId": "user",
        "isActive": True,
        "created": "2026-01-20T16:40:54.000Z",
        "updated": "2026-03-01T07:28:05.000Z",
    },
    "relationships": {},
}
_DONE: Final = {"state": "done", "putCode": 37669203, "claimed": "2026-03-02T09:03:04.000Z"}
_CLAIM_REQUEST: Final = {"orcid": _ALICE, "doi": _DOI, "source_id": "orcid_search", "claim_action": "create"}
_HERE: Final = "https://profiles.datacite.org"

ANSWERS: Final[dict[str, dict[str, Any]]] = {
    "list_claims": {
        "data": [_claim(**_DONE)],
        "meta": {
            "total": 1,
            "totalPages": 1,
            "page": 1,
            "created": [{"id": "2026", "title": "2026", "count": 1}],
            "sources": [{"id": "orcid_search", "title": "Orcid Search", "count": 1}],
            "users": [{"id": _ALICE, "title": _ALICE, "count": 1}],
            "claimActions": [{"id": "create", "title": "Create", "count": 1}],
            "states": [{"id": "done", "title": "Done", "count": 1}],
        },
        "links": {"self": f"{_HERE}/claims?user-id={_ALICE}"},
    },
    "create_claim": {"data": _claim(), "included": [_USER]},
    "show_claim": {
        "data": _claim(
            state="failed",
            errorMessages=[{"title": "No user and/or ORCID token", "code": "consent-missing"}],
        ),
        "included": [_USER],
    },
    "delete_claim": {"data": _claim(claimAction="delete", putCode=37669203)},
    "list_users": {
        "data": [_USER],
        "meta": {"total": 1, "totalPages": 1, "page": 1},
        "links": {"self": f"{_HERE}/users?query=carberry"},
    },
    "show_user": {
        "data": _USER,
        "meta": {
            "dois": [],
            "published": [],
            "resourceTypes": [],
            "views": [],
            "downloads": [],
            "citations": [],
        },
    },
    "put_user": {"data": _USER},
    "patch_user": {"data": _USER},
    "announce_dois": {"accepted": 1, "known": 0, "refused": []},
    **webhook_examples.ANSWERS,
    **batch_examples.ANSWERS,
}
_NAMES: Final = {"data": {"type": "users", "attributes": {"name": "Josiah Carberry"}}}
BODIES: Final[dict[str, dict[str, Any]]] = {
    "create_claim": {"claim": _CLAIM_REQUEST},
    "put_user": _NAMES,
    "patch_user": _NAMES,
    **webhook_examples.BODIES,
    **batch_examples.BODIES,
    "announce_dois": {"events": [{"id": "evt-2026-03-02-1", "doi": _DOI, "updated": "2026-03-02T09:00:00Z"}]},
}
PARAMETERS: Final[dict[str, Any]] = {
    "uuid": _CLAIM,
    "orcid": _ALICE,
    "repository": "datacite.test",
    "Idempotency-Key": "import-2026-03-02",
    "user-id": _ALICE,
    "doi": _DOI,
    "dois": f"{_DOI},10.5438/bc11-cqw1",
    "ids": _CLAIM,
    "state": "waiting",
    "source-id": "orcid_search",
    "claim-action": "create",
    "created": "2024,2026",
    "claimed": "2026",
    "query": _ALICE,
    "include": "user",
    "fields[claims]": "doi,state",
    "fields[users]": "name,orcid",
    "page[number]": 2,
    "page[size]": 100,
    "page[cursor]": "1",
    "before": _CLAIM,
}
"""Example values of parameters, by name; for ``sort`` the default."""
REFUSALS: Final[dict[int, dict[str, Any]]] = {
    400: {"status": "400", "title": "The body is not JSON."},
    401: {"status": "401", "title": "Bad credentials."},
    403: {"status": "403", "title": "You are not authorized to access this resource."},
    404: {"status": "404", "title": "The resource you are looking for doesn't exist."},
    409: batch_examples.KEY_USED,
    413: {"status": "413", "title": "The body is too large."},
    422: {"source": "doi", "title": "Can't be blank"},
    429: {
        "status": "429",
        "title": "Too many requests. Retry-After says in how many seconds to ask again.",
    },
    503: {"status": "503", "title": "The service is not available at the moment. Try again in a while."},
}


def show_parameters(operation: dict[str, Any]) -> None:
    """Add an example to each parameter of an operation."""
    for parameter in operation.get("parameters", []):
        parameter["example"] = PARAMETERS.get(parameter["name"], parameter["schema"].get("default"))


def answer(operation_id: str) -> dict[str, Any]:
    """Return an operation's answer as the description holds it."""
    return {"example": ANSWERS[operation_id]}


def body(operation_id: str) -> dict[str, Any]:
    """Return an operation's body as the description holds it."""
    return {"example": BODIES[operation_id]}


def refusal(status: int) -> dict[str, Any]:
    """Return a refusal as the description holds it."""
    return {"example": {"errors": [REFUSALS[status]]}}
