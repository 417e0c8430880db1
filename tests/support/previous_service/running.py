"""The previous service as it runs: its claims API, its worker, and the load balancer in front of it.

It shares no code with ours but the way in which its tables are written to a dump.
"""

import base64
import json
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from tests.support.previous_service.rows import Row, claim_row, person_row

REFUSED = {"errors": [{"status": "401", "title": "Bad credentials."}]}
BROKEN = {"errors": [{"status": "500", "title": "Internal server error"}]}


class RunningPreviousService:
    """Its two tables, and what its processes do with them."""

    def __init__(self, orcid: Any, private_key: str) -> None:
        self.users: list[Row] = []
        self.claims: list[Row] = []
        self.is_read_only = False
        self.url = ""
        self._orcid = orcid
        self._key: Any = serialization.load_pem_private_key(private_key.encode(), None)
        self._lock = threading.Lock()

    def has(self, orcid_id: str, *, token: str, **values: Any) -> None:
        """Add a person, with the token of Auto-Update."""
        row = person_row(len(self.users) + 1)
        self.users.append(row | {"uid": orcid_id, "orcid_auto_update_access_token": token} | values)

    def cookie(self, orcid_id: str, *, role: str = "user") -> str:
        """Sign a person in: return the value of the shared cookie, before it is encoded."""
        ends = int(time.time()) + 30 * 24 * 3600
        token = self._signed({"uid": orcid_id, "name": "Ada", "role_id": role, "exp": ends})
        session = {"access_token": token, "expires_in": 2592000, "expires_at": ends}
        return json.dumps({"authenticated": {"authenticator": "authenticator:oauth2", **session}})

    def _signed(self, payload: dict[str, Any]) -> str:
        parts = [_base64url(json.dumps(part).encode()) for part in ({"alg": "RS256"}, payload)]
        signature = self._key.sign(".".join(parts).encode(), padding.PKCS1v15(), hashes.SHA256())
        return ".".join([*parts, _base64url(signature)])

    # --- its API ---------------------------------------------------------------------------------------
    def answer(self, verb: str, path: str, token: str, body: bytes) -> tuple[int, Any]:
        """Answer a call of the claims API."""
        if len(token.split(".")) != 3:
            return 401, REFUSED
        with self._lock:
            if verb == "POST":
                return (500, BROKEN) if self.is_read_only else (202, {"data": self._claim(json.loads(body))})
            wanted = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
            found = [row for row in self.claims if _fits(row, wanted)]
            return 200, {"data": [_shown(row) for row in found], "meta": {"total": len(found)}}

    def _claim(self, body: dict[str, Any]) -> dict[str, Any]:
        wanted = body["claim"]
        for row in self.claims:
            if (row["orcid"], row["doi"]) == (wanted["orcid"], wanted["doi"].lower()):
                row |= {"aasm_state": "waiting"}
                return _shown(row)
        row = claim_row(len(self.claims) + 1, 1) | {
            "uuid": wanted.get("uuid") or str(uuid.uuid4()),
            "orcid": wanted["orcid"],
            "doi": wanted["doi"].lower(),
            "source_id": wanted["source_id"],
            "aasm_state": "waiting",
            "put_code": None,
            "claimed_at": None,
        }
        self.claims.append(row)
        return _shown(row)

    # --- its worker ------------------------------------------------------------------------------------
    def work(self) -> None:
        """Send every claim that waits to ORCID, as its worker does."""
        tokens = {row["uid"]: row["orcid_auto_update_access_token"] for row in self.users}
        for row in self.claims:
            if row["aasm_state"] == "waiting":
                row.update(self._pushed(row, tokens[row["orcid"]]))

    def _pushed(self, row: Row, token: str) -> Row:
        doi = {"external-id-type": "doi", "external-id-value": row["doi"]}
        work = {
            "title": {"title": {"value": "As the previous service wrote it"}},
            "type": "data-set",
            "external-ids": {"external-id": [doi | {"external-id-relationship": "self"}]},
        }
        request = urllib.request.Request(
            f"{self._orcid.url}/v3.0/{row['orcid']}/work",
            json.dumps(work).encode(),
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                put_code = int(answer.headers["Location"].rpartition("/")[2])
        except urllib.error.HTTPError as refused:
            return {"aasm_state": "failed", "error_messages": json.dumps([{"status": refused.code}])}
        return {"aasm_state": "done", "put_code": put_code, "claimed_at": row["updated_at"]}


def _fits(row: Row, wanted: dict[str, str]) -> bool:
    return (
        row["orcid"] == wanted.get("user-id", row["orcid"])
        and row["doi"] == wanted.get("dois", row["doi"]).lower()
    )


def _shown(row: Row) -> dict[str, Any]:
    attributes = {"state": row["aasm_state"], "putCode": row["put_code"], "sourceId": row["source_id"]}
    attributes |= {"orcid": f"https://orcid.org/{row['orcid']}", "doi": f"https://doi.org/{row['doi']}"}
    return {"id": row["uuid"], "type": "claims", "attributes": attributes | {"claimAction": "create"}}


def _base64url(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


class LoadBalancer:
    """One address for both services: its rule says who answers."""

    def __init__(self, previous: RunningPreviousService, ours: str) -> None:
        self.leads_to_us = False
        self.url = ""
        self._previous, self._ours = previous, ours

    def forward(self, verb: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Hand a call over, and return what is answered."""
        if not self.leads_to_us:
            token = headers.get("Authorization", "").removeprefix("Bearer ")
            status, content = self._previous.answer(verb, path, token, body)
            return status, json.dumps(content).encode()
        request = urllib.request.Request(f"{self._ours}{path}", body or None, headers, method=verb)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()


@contextmanager
def behind_a_load_balancer(previous: RunningPreviousService, ours: str) -> Iterator[LoadBalancer]:
    """Serve both behind one address, which leads to the previous service first."""
    balancer = LoadBalancer(previous, ours)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            headers = {
                name: self.headers[name] for name in ("Authorization", "Content-Type") if self.headers[name]
            }
            status, content = balancer.forward(self.command, self.path, headers, body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_arguments: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    balancer.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield balancer
    finally:
        server.shutdown()
        server.server_close()
