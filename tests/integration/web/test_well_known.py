"""What programs look for at addresses that everybody knows."""

from datetime import UTC, datetime, timedelta
from urllib.robotparser import RobotFileParser

import pytest

pytestmark = pytest.mark.django_db


def test_where_to_report_a_weakness_is_told_and_is_never_out_of_date(client):
    answer = client.get("/.well-known/security.txt")
    said = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert said["Contact"].startswith("mailto:")
    ends = datetime.strptime(said["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=30) < ends - datetime.now(UTC) < timedelta(days=366)
    assert said["Canonical"].endswith("/.well-known/security.txt")


def test_programs_that_keep_passkeys_find_where_they_are_made_and_looked_after(client):
    said = client.get("/.well-known/passkey-endpoints").json()

    assert set(said) == {"enroll", "manage"}
    for address in said.values():
        path = "/" + address.split("/", 3)[3]
        assert client.get(path)["Location"].startswith("/sign_in")


def test_the_first_page_says_what_this_is_and_leads_to_signing_in(client):
    answer = client.get("/")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'href="/sign_in' in page.partition("<main")[2]
    said = page.partition("<title>")[2].partition("</title>")[0].split(" · ")
    assert len(set(said)) == len(said), "the name of the site stands in the title once"


def test_search_engines_are_kept_away_from_pages_about_people(client):
    rules = client.get("/robots.txt")

    parser = RobotFileParser()
    parser.parse(rules.content.decode().splitlines())
    assert rules["Content-Type"] == "text/plain; charset=utf-8"
    assert "public" in rules["Cache-Control"]
    for path in ("/why", "/works", "/goodbye/x", "/users/0009-0001-0000-0014", "/staff"):
        assert not parser.can_fetch("*", f"https://profiles.example{path}"), path


def test_programs_that_read_no_page_get_the_icon(client):
    icon = client.get("/favicon.ico")

    assert icon.status_code == 200
    assert icon["Content-Type"] == "image/x-icon"
    assert icon.content.startswith(b"\0\0\1\0")
