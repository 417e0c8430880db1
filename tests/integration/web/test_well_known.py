"""What programs look for at addresses that everybody knows."""

from datetime import UTC, datetime, timedelta

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
