"""HTTP in front of the toy provider."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from tests.contract.openid.protocol import Party
from tests.contract.openid.suite import Named
from tests.support.toy_pages import Answer, RefusedError, Session
from tests.support.toy_provider import Toy
from tests.support.toy_tokens import KEY, PEOPLE


class Door(BaseHTTPRequestHandler):
    """HTTP in front of the toy."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65_536
    toy: Toy

    def do_GET(self) -> None:
        self._answer([])

    def do_OPTIONS(self) -> None:
        self._reply(Answer(200))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode(errors="replace")
        self._answer(parse_qsl(body, keep_blank_values=True))

    def _answer(self, sent: list[tuple[str, str]]) -> None:
        parts = urlsplit(self.path)
        query = parse_qsl(parts.query, keep_blank_values=True)
        try:
            self._reply(self._routed(parts.path, query, sent))
        except RefusedError as refusal:
            headers = {"Cache-Control": "no-store"}
            if refusal.status == 401:
                kind = "Bearer" if refusal.error == "invalid_token" else "Basic"
                headers["WWW-Authenticate"] = f'{kind} realm="toy", error="{refusal.error}"'
            self._reply(_json({"error": refusal.error}, refusal.status, headers))

    def _routed(self, path: str, query: list[tuple[str, str]], sent: list[tuple[str, str]]) -> Answer:
        toy, header = self.toy, self.headers.get("Authorization", "")
        if path.startswith("/.well-known/"):
            return _json(toy.metadata(self.headers["Host"]), headers={"Access-Control-Allow-Origin": "*"})
        if path == "/jwks":
            return _json(
                {"keys": [KEY.as_dict(private=toy.has("private key shown"))]},
                headers={"Access-Control-Allow-Origin": "*"},
            )
        if path in {"/authorize", "/end"}:
            return self._page(path, query, sent)
        if path == "/userinfo":
            return _json(toy.userinfo(header, dict(query), dict(sent)))
        return self._endpoint(path, sent, header)

    def _endpoint(self, path: str, sent: list[tuple[str, str]], header: str) -> Answer:
        toy, form = self.toy, dict(sent)
        if self.command != "POST":
            raise RefusedError("invalid_request", 405)
        if path == "/token":
            return _json(toy.token(sent, header))
        party = toy.authenticated(header, form)
        if path == "/revoke":
            toy.revoke(party, form)
            return _json({})
        return _json(toy.introspect(party, form))

    def _page(self, path: str, query: list[tuple[str, str]], sent: list[tuple[str, str]]) -> Answer:
        jar = SimpleCookie(self.headers.get("Cookie", ""))
        key = jar["toy"].value if "toy" in jar else ""
        session = self.toy.sessions.get(key) or Session()
        key = self.toy._keep(session)
        posted = dict(sent)
        if path == "/end":
            answer = self.toy.end(dict(query), session, posted)
        else:
            ours = {"form", "csrf", "username", "password", "answer", "next", "return_to", "redirect"}
            pairs = [*query, *[(name, value) for name, value in sent if name not in ours]]
            answer = self.toy.authorize(pairs, session, posted={n: v for n, v in posted.items() if n in ours})
        kept = answer.headers.pop("X-Session", key)
        shown = "" if self.toy.has("cookie for scripts") else "; HttpOnly"
        answer.headers["Set-Cookie"] = f"toy={quote(kept)}; Path=/; SameSite=Lax{shown}"
        return answer

    def _reply(self, answer: Answer) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        if self.toy.has("open to all scripts"):
            answer.headers["Access-Control-Allow-Origin"] = self.headers.get("Origin", "*")
            answer.headers["Access-Control-Allow-Credentials"] = "true"
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


def _json(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    kept = {"Content-Type": "application/json", "Cache-Control": "no-store", **(headers or {})}
    return Answer(status, json.dumps(content), kept)


@contextmanager
def running(listen: str, *defects: str) -> Iterator[Named]:
    """Run the toy with these mistakes; yields how it is to be addressed."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    digest = hashlib.sha256(listen.encode()).hexdigest()

    def party(name: str) -> Party:
        base = f"{listen}/{name}"
        return Party(f"toy-{name}", f"{name}-{digest}", f"{base}/callback", f"{base}/signed-out")

    named = Named(
        issuer=f"http://127.0.0.1:{server.server_address[1]}",
        one=party("one"),
        two=party("two"),
        asking=party("asking"),
        alice=("alice", PEOPLE["alice"]),
        bob=("bob", PEOPLE["bob"]),
        listen=listen,
    )
    server.RequestHandlerClass = type("ToyDoor", (Door,), {"toy": Toy(named, frozenset(defects))})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield named
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
