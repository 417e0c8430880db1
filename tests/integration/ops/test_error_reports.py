"""Errors are reported to Sentry, and nobody is named there."""

import psycopg
import requests
import structlog

from profiles.infra.monitoring import logs
from tests.support.sentry import start
from tests.support.served import serving
from tests.support.workers import wait_until

ALICE = "0009-0001-0000-0014"
NAME = "Alice Alvarado-Zyx"
EMAIL = "alice.zyx@univ.example"
TOKEN = "8f1c0a52-70f2-4e0b-9c51-2c9a3f7be001"
DOI = "10.5072/secret-work"
PERSONAL = [ALICE, NAME, "Alvarado", EMAIL, TOKEN, DOI]


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


def fail(text: str) -> None:
    """Raise, far from the texts above: a report has the lines of code around the fault."""
    raise ValueError(text)
