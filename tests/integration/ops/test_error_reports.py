"""Errors are reported to Sentry, and nobody is named there."""

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import psycopg
import pytest
import requests
import structlog

from profiles.infra.monitoring import error_reports, logs
from tests.support.served import serving
from tests.support.workers import wait_until

ALICE = "0009-0001-0000-0014"
NAME = "Alice Alvarado-Zyx"
EMAIL = "alice.zyx@univ.example"
TOKEN = "8f1c0a52-70f2-4e0b-9c51-2c9a3f7be001"
DOI = "10.5072/secret-work"
PERSONAL = [ALICE, NAME, "Alvarado", EMAIL, TOKEN, DOI]


class Sentry:
    """Takes in what is sent, as Sentry does."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        bodies = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                is_packed = self.headers.get("Content-Encoding") == "gzip"
                bodies.append((gzip.decompress(body) if is_packed else body).decode())
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.dsn = f"http://public@127.0.0.1:{self.server.server_port}/1"

    def events(self) -> list[dict]:
        items = [json.loads(line) for body in self.bodies for line in body.splitlines()]
        return [item for item in items if "exception" in item or "message" in item]


def start(dsn: str) -> None:
    error_reports.start(SimpleNamespace(SENTRY_DSN=dsn, PROFILES_MODE="test"), release="1")


def fail(text: str) -> None:
    raise ValueError(text)


@pytest.fixture
def sentry():
    sentry = Sentry()
    yield sentry
    start("")
    sentry.server.shutdown()
    sentry.server.server_close()


def test_a_report_names_no_one_whatever_a_line_or_an_exception_says(sentry):
    import sentry_sdk

    logs.configure("INFO")
    start(sentry.dsn)
    log = structlog.get_logger("test")
    for personal in PERSONAL:
        log.info(personal, service=personal, route=personal, status=personal, problem=personal, who=personal)
    log.info("http.call", service="orcid", route="works/add", status=401, claim_id=7, orcid_id=ALICE)
    try:
        fail(f"{NAME} <{EMAIL}> {ALICE} {DOI} Bearer {TOKEN}")
    except ValueError:
        log.exception("claim.broke", claim_id=7, request_id=TOKEN.replace("-", ""), name=NAME, job=EMAIL)
    sentry_sdk.flush(5)

    (event,) = sentry.events()
    assert [personal for personal in PERSONAL if personal in "".join(sentry.bodies)] == []
    assert (event["logger"], event["tags"]["claim_id"]) == ("claim.broke", "7")
    assert event["exception"]["values"][0]["type"] == "ValueError"
    frames = event["exception"]["values"][0]["stacktrace"]["frames"]
    assert frames[-1]["function"] == "fail"
    last = event["breadcrumbs"]["values"][-1]
    assert (last["category"], last["data"]["status"], last["data"]["route"]) == (
        "http.call",
        "401",
        "works/add",
    )


def test_a_page_that_breaks_is_reported_without_its_visitor(sentry, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), serving(SENTRY_DSN=sentry.dsn) as served:
        cookie, value = served.do("tests.support.sessions.session_of", ALICE, NAME, EMAIL)
        with psycopg.connect(served.variables["DATABASE_URL"], autocommit=True) as connection:
            connection.execute("ALTER TABLE consents_consent RENAME TO put_aside")

        answer = requests.get(
            f"{served.url}/settings/me",
            params={"code": TOKEN, "name": NAME, "doi": DOI},
            headers={"Authorization": f"Bearer {TOKEN}", "User-Agent": EMAIL},
            cookies={cookie: value},
            timeout=20,
        )
        wait_until(sentry.events, seconds=20)

    sent = "".join(sentry.bodies)
    assert answer.status_code == 500
    assert "ProgrammingError" in sent
    assert "consents_consent" not in sent.replace("FROM consents_consent", "")
    assert [personal for personal in [*PERSONAL, value, cookie] if personal in sent] == []


def test_without_a_place_for_them_nothing_is_reported(sentry):
    logs.configure("INFO")
    start("")

    structlog.get_logger("test").error("claim.broke")

    assert sentry.bodies == []
