"""My works as files: words for people, codes for programs, and no formula in a spreadsheet."""

import csv
import io
import json

import pytest
from django.urls import reverse

from profiles.accounts.models import Account
from profiles.claims.models import Claim
from profiles.web.views.works.downloads import harmless
from tests.integration.intake.test_past_works import on_record
from tests.support.claims import waiting_claim
from tests.support.pushing import ALICE, permitted, registered, run_lanes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]


@pytest.fixture
def two_works(client, orcid, datacite):
    on_record(orcid, datacite, "10.5072/a", "10.5072/b")
    client.force_login(Account.objects.get(orcid_id=ALICE))


def test_the_whole_list_comes_as_csv_and_json_and_no_title_becomes_a_formula(client, orcid, datacite):
    permitted(orcid)
    registered(datacite, "10.5072/a", title="=1+1")
    waiting_claim(ALICE, "10.5072/a")
    run_lanes()
    client.force_login(Account.objects.get(orcid_id=ALICE))

    as_json = json.loads(client.get(reverse("works_download", args=["json"])).content)
    sent = client.get(reverse("works_download", args=["csv"])).content
    as_csv = list(csv.DictReader(io.StringIO(sent.decode("utf-8-sig"))))

    assert [row["title"] for row in as_json] == ["=1+1"]
    assert [row["Title"] for row in as_csv] == ["'=1+1"]
    assert (as_csv[0]["State"], as_csv[0]["Source"]) == ("On your ORCID record", "Search & Link")
    assert sent.startswith(b"\xef\xbb\xbf"), "without its mark Excel takes the file for another encoding"


def test_the_csv_says_moments_in_the_readers_zone_and_has_no_codes(client, two_works):
    Claim.objects.update(updated_at="2026-03-01T23:30:00Z")

    sent = {
        zone: client.get(reverse("works_download", args=["csv"]), {"zone": zone}).content
        for zone in ("Asia/Tokyo", "../x")
    }
    row = next(csv.DictReader(io.StringIO(sent["Asia/Tokyo"].decode("utf-8-sig"))))

    assert row["Last change (Asia/Tokyo)"] == "2026-03-02 08:30"
    assert b"Last change (UTC)" in sent["../x"]
    assert not {"done", "auto_update", "search_and_link", "True"} & set(row.values())


@pytest.mark.parametrize(
    "title", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1+1", "\r=1+1", " =1+1", "\n@x", "|cmd", "%0a=1"]
)
def test_no_cell_begins_like_a_formula(title):
    assert harmless(title) == f"'{title}"
    assert harmless("Ice = 1") == "Ice = 1"
