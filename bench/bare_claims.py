"""The raw limit of the claims API: the same server and database, one statement for each request, no more.

A WSGI application; it listens on the port that is its first argument: python -m bench.bare_claims PORT
"""

import os
import sys
import threading
import uuid
from collections.abc import Callable, Iterable
from typing import Any, Final
from urllib.parse import parse_qs

import msgspec
import psycopg

_kept = threading.local()
_FIND: Final = (
    "SELECT uuid, orcid_id, doi, state, claimed_at FROM claims_claim WHERE orcid_id = %s AND doi = %s"
)
_ONE: Final = "SELECT uuid, orcid_id, doi, state, claimed_at FROM claims_claim WHERE uuid = %s"
_ADD: Final = (
    "INSERT INTO claims_claim (uuid, orcid_id, doi, action, origin, state, problem, detail,"
    " request_version, tries, urgent, requested_at, owner_client, created_at, updated_at, due_at, reassert)"
    " VALUES (%s, %s, %s, 'create', 'orcid_search', 'waiting', '', '', 1, 0, true, now(), '', now(), now(),"
    " now(), false) RETURNING uuid, orcid_id, doi, state, claimed_at"
)
_TAKE: Final = (
    "UPDATE claims_claim SET action = 'delete', updated_at = now() WHERE uuid = %s"
    " RETURNING uuid, orcid_id, doi, state, claimed_at"
)


def application(asked: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with what the statement gave, as JSON."""
    method, last = asked["REQUEST_METHOD"], asked["PATH_INFO"].rpartition("/")[2]
    if method == "POST":
        claim = msgspec.json.decode(asked["wsgi.input"].read())["claim"]
        rows = _rows(_ADD, uuid.UUID(claim["uuid"]), claim["orcid"], claim["doi"])
    elif method == "DELETE":
        rows = _rows(_TAKE, uuid.UUID(last))
    elif last == "claims":
        given = parse_qs(asked["QUERY_STRING"])
        rows = _rows(_FIND, given["user-id"][0], given["dois"][0])
    else:
        rows = _rows(_ONE, uuid.UUID(last))
    body = msgspec.json.encode({"data": rows})
    heads = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start("200 OK" if method == "GET" else "202 Accepted", heads)
    return [body]


def _rows(statement: str, *values: Any) -> list[Any]:
    if not hasattr(_kept, "connection"):
        _kept.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    return list(_kept.connection.execute(statement, values).fetchall())


def main() -> None:
    """Serve, as the product is served."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "bench.bare_claims:application",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        blocking_threads=4,
        backpressure=256,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main()
