"""Settings: everything that is promised there, in few queries, and nothing that gives rights."""

import json
import re

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from profiles.accounts.models import Account
from profiles.claims import services
from profiles.claims.models import Claim
from profiles.consents.models import Consent
from profiles.domain.claim import ClaimEvent
from profiles.domain.consent import Purpose
from profiles.infra import clock
from profiles.pipeline.permissions import grant
from tests.support.claims import waiting_claim
from tests.support.jobs import run_jobs
from tests.support.pushing import ALICE, BOB, permitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs")]
BACKEND = django_settings.AUTHENTICATION_BACKENDS[0]


@pytest.fixture
def alice(client):
    account = Account.objects.create(
        orcid_id=ALICE,
        name="Alice Alvarado",
        other_names=["A. Alvarado"],
        organisation="University of Example",
    )
    client.force_login(account, backend=BACKEND)
    return account


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_settings_show_who_one_is_and_how_everything_stands(client, alice, orcid):
    permitted(orcid)
    Consent.objects.filter(purpose="auto_update").update(health="works", last_used_at=clock.now())
    Consent.objects.filter(purpose="search_and_link").update(health="lost", lost_at=clock.now())
    Account.objects.update(auto_update_since=clock.now(), is_public=False)
    waiting_claim(ALICE, "10.5072/queued")
    services.move(claim_id=waiting_claim(ALICE, "10.5072/failed").pk, event=ClaimEvent.FAIL)
    Claim.objects.filter(pk=waiting_claim(ALICE, "10.5072/created").pk).update(state="done")
    Claim.objects.filter(pk=waiting_claim(ALICE, "10.5072/removed").pk).update(state="deleted")

    page = text_of(client.get("/settings/me"))

    for words in (
        ALICE,
        "Alice Alvarado",
        "A. Alvarado",
        "University of Example",
        "Researcher",
        "Works, last used",
        "Lost since",
        "On since",
        "hidden",
        "1 on your record",
        "1 on their way",
        "1 not sent",
        "1 removed",
        "Last change: 10.5072/",
        "ORCID no longer accepts your permission for Search &amp; Link, since",
        "Works that you choose wait until you give it again.",
        "ORCID Auto-Update still works.",
    ):
        assert words in page, words


def test_settings_take_at_most_eight_queries(client, alice, orcid):
    permitted(orcid)
    for number in range(5):
        waiting_claim(ALICE, f"10.5072/w{number}")
    client.get("/settings/me")

    with CaptureQueriesContext(connection) as queries:
        client.get("/settings/me")

    assert len(queries) <= 8, "\n".join(query["sql"][:150] for query in queries.captured_queries)


HOSTILE = {
    "role": "staff_admin",
    "orcid_id": BOB,
    "email": "evil@univ.example",
    "email_verified_at": "2020-01-01",
    "beta_tester": "on",
    "provider_id": "datacite",
    "client_id": "datacite.test",
    "is_active": "",
    "first_signed_in_at": "2020-01-01",
    "auto_update_since": "2020-01-01",
    "rules": "{}",
    "access_token": "x",
}


@pytest.mark.parametrize("path", ["/settings/edit", "/settings/update", "/settings/email", "/settings/rules"])
def test_no_form_gives_rights(client, alice, path):
    before = Account.objects.values().get()

    client.post(path, HOSTILE)

    after = Account.objects.values().get()
    changed = {name for name in after if after[name] != before[name]} - {"updated_at"}
    assert changed <= {"name", "other_names", "organisation", "is_public"}
    assert not Consent.objects.exists()


def test_other_names_and_organisation_are_the_persons_own(client, alice):
    client.post(
        "/settings/edit", {"name": "Alice A.", "other_names": "A. A.; Al", "organisation": "Elsewhere"}
    )

    account = Account.objects.get()
    assert (account.name, account.other_names, account.organisation) == (
        "Alice A.",
        ["A. A.", "Al"],
        "Elsewhere",
    )


def test_where_there_is_a_choice_of_languages_it_is_kept_and_used(client, alice):
    answer = client.post("/settings/edit", {"name": "Alice", "language": "de"})

    assert Account.objects.get().language == "de"
    assert answer.cookies["django_language"].value == "de"
    assert b'lang="de"' in client.get("/settings/me").content


def test_a_permission_that_was_taken_back_shows_both_facts(client, alice, orcid):
    permitted(orcid, purposes=(Purpose.AUTO_UPDATE,))
    client.post("/orcid/auto_update/withdraw")

    waiting = text_of(client.get("/settings/me"))
    run_jobs()
    confirmed = text_of(client.get("/settings/me"))

    assert "we no longer use it" in waiting
    assert "ORCID has not yet confirmed" in waiting
    assert "we no longer use it" in confirmed
    assert "ORCID has confirmed" in confirmed


def test_receipts_are_downloaded_as_json_and_csv(client, alice, orcid):
    permitted(orcid, purposes=(Purpose.AUTO_UPDATE,))
    client.post("/orcid/auto_update/withdraw")

    as_json = json.loads(client.get("/settings/receipts.json").content)
    as_csv = client.get("/settings/receipts.csv").content.decode().splitlines()

    assert [line["what"] for line in as_json] == ["withdrawn"]
    assert set(as_json[0]) == {"at", "what", "purpose", "scopes", "client_id", "wording"}
    assert as_csv[0] == "at,what,purpose,scopes,client_id,wording"
    assert client.get("/settings/receipts.exe").status_code == 404


def test_receipts_of_others_are_not_shown(client, alice, orcid):
    permitted(orcid, BOB)
    grant.withdraw_permission(orcid_id=BOB, purpose=Purpose.AUTO_UPDATE)

    assert json.loads(client.get("/settings/receipts.json").content) == []


def test_less_than_was_asked_for_is_said(client, alice, orcid):
    permitted(orcid, scopes=("/activities/update",))

    page = text_of(client.get("/settings/me"))

    assert "Missing: read what you show to organisations you trust" in page


SIDE_LIST = {
    "/settings/me": "Overview",
    "/settings/edit": "Profile",
    "/settings/permissions": "Permissions and Auto-Update",
    "/settings/rules": "Rules",
    "/settings/sign-in-methods": "Ways to sign in",
    "/settings/connected": "Connected services",
    "/settings/keys": "API keys",
    "/settings/data": "Your data",
}


@pytest.mark.parametrize("path", SIDE_LIST)
def test_each_page_of_settings_has_the_side_list_and_says_where_one_is(client, alice, path):
    page = client.get(path).content.decode()

    for address, name in SIDE_LIST.items():
        assert re.search(
            rf'<a href="{address}"[^>]*><svg[^>]*><use href="#i-[a-z-]+"/></svg>{name}</a>', page
        ), name
    assert re.findall(r'<a href="([^"]*)" aria-current="page">', page) == [path]


@pytest.mark.parametrize("path", ["/", "/settings/me", "/settings/permissions", "/settings/rules"])
def test_the_status_line_is_the_same_on_every_page_that_has_it(client, alice, orcid, path):
    permitted(orcid)
    Account.objects.update(auto_update_since=clock.now())
    Consent.objects.filter(purpose="auto_update").update(health="lost", lost_at=clock.now())

    page = client.get(path).content.decode()

    (line,) = re.findall(r'data-auto-update="(\w+)">(.*?)</form>', page, re.DOTALL)

    assert line[0] == "waiting"
    assert "Waiting for your permission" in line[1]
    assert 'action="/orcid/auto_update/auth"' in line[1]
    assert "Give it again" in line[1]
