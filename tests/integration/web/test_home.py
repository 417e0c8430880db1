"""Home: one next step for a newcomer, and for others what is new and what needs them."""

import re
from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from profiles.accounts.models import Account
from profiles.accounts.services import switch_auto_update
from profiles.claims import services
from profiles.claims.models import Claim
from profiles.consents.models import Consent
from profiles.domain.claim import ClaimEvent
from profiles.infra import clock
from profiles.intake.models import Decision
from tests.support.claims import waiting_claim
from tests.support.pushing import ALICE, permitted
from tests.support.signing_in import by_globus, by_orcid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs", "clean_cache")]
BACKEND = django_settings.AUTHENTICATION_BACKENDS[0]


@pytest.fixture
def alice(client):
    account = Account.objects.create(orcid_id=ALICE, name="Alice Alvarado", given_names="Alice")
    client.force_login(account, backend=BACKEND)
    return account


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def done(doi="10.5072/done") -> Claim:
    claim = waiting_claim(ALICE, doi)
    Claim.objects.filter(pk=claim.pk).update(state="done")
    return claim


def asked(doi: str) -> None:
    """Let Auto-Update have asked Alice about this work."""
    Decision.objects.create(
        orcid_id=ALICE,
        doi=doi,
        trigger=f"test:{doi}",
        source="poll",
        at=clock.now(),
        rule_version=1,
        result="ask",
        rule="ask-first",
        reason="ask-first",
        change="new",
    )


def test_a_person_who_is_not_signed_in_sees_the_landing_page(client, db):
    assert "Sign in to begin" in text_of(client.get("/"))


def test_a_newcomer_sees_three_steps_and_the_one_that_is_next(client, alice):
    page = text_of(client.get("/"))

    assert "1 of 3 done" in page
    assert "Your ORCID iD is linked" in page
    assert "Auto-Update: Off" in page
    assert "Switch Auto-Update on" in page
    assert "DataCite may add new works that carry your iD" in page
    assert "What is new" not in page


def test_after_the_permission_the_newcomer_has_one_step_left(client, alice, orcid):
    permitted(orcid)
    switch_auto_update(account_id=alice.pk, on=True)

    page = text_of(client.get("/"))

    assert "2 of 3 done" in page
    assert "Auto-Update: Working" in page
    assert "Add your first works" in page


def test_after_the_first_work_home_says_what_is_new_and_that_nothing_needs_the_person(client, alice, orcid):
    permitted(orcid)
    switch_auto_update(account_id=alice.pk, on=True)
    done()

    page = text_of(client.get("/"))

    assert "of 3 done" not in page
    assert "Auto-Update: Working" in page
    assert "10.5072/done" in page
    assert "On your ORCID record" in page
    assert "Nothing needs you." in page


def test_everything_that_needs_the_person_is_in_one_list_and_loses_its_mark_when_read(client, alice, orcid):
    permitted(orcid)
    Consent.objects.filter(purpose="search_and_link").update(health="lost", lost_at=clock.now())
    done()
    services.move(claim_id=waiting_claim(ALICE, "10.5072/failed").pk, event=ClaimEvent.FAIL)
    asked("10.5072/asked")

    before = client.get("/").content.decode()
    client.post("/home/read")
    after = client.get("/").content.decode()

    for kind in ("questions", "failed", "lost_permission"):
        assert before.count(f'data-need="{kind}"') == 1
        assert after.count(f'data-need="{kind}"') == 1
    assert before.count(">New</span>") == 3
    assert ">New</span>" not in after
    assert "Mark as read" not in after


def test_what_comes_after_reading_is_new_again(client, alice, orcid):
    done()
    asked("10.5072/first")
    client.post("/home/read")
    Account.objects.update(home_read_at=clock.now() - timedelta(minutes=1))

    assert ">New</span>" in client.get("/").content.decode()


def test_a_loss_says_which_permission_what_still_works_and_leads_to_orcid(client, alice, orcid):
    permitted(orcid)
    Consent.objects.filter(purpose="search_and_link").update(health="lost", lost_at=clock.now())

    for path in ("/", "/works", "/settings/me"):
        page = client.get(path)
        assert "ORCID no longer accepts your permission for Search &amp; Link" in text_of(page), path
        assert "ORCID Auto-Update still works." in text_of(page), path
        assert 'action="/orcid/search_and_link/auth"' in page.content.decode(), path
    assert client.post("/orcid/search_and_link/auth", {"return_to": "/"})["Location"].startswith(
        django_settings.ENVIRONMENT.ORCID_URL
    )


def test_a_way_to_sign_in_that_was_added_later_is_shown_until_it_is_read(client, alice):
    for uid, label, age in (("1", "first@univ.example", 40), ("2", "second@univ.example", 0)):
        way = SocialAccount.objects.create(
            user=alice, provider="globus", uid=uid, extra_data={"label": label}
        )
        SocialAccount.objects.filter(pk=way.pk).update(date_joined=clock.now() - timedelta(minutes=age))

    before = text_of(client.get("/"))
    client.post("/home/read")

    assert "A new way to sign in to your account: Globus: second@univ.example" in before
    assert "first@univ.example" not in before
    assert "second@univ.example" not in text_of(client.get("/"))


def test_the_first_visit_adds_no_news_of_its_own_ways_to_sign_in(client, stands):
    by_globus(client, "alice@univ.example")
    by_orcid(client, ALICE, aim="link")
    client.post("/link_orcid/confirm", {"answer": "yes"})

    assert "A new way to sign in" not in text_of(client.get("/"))


def test_home_takes_at_most_eight_queries(client, alice, orcid):
    permitted(orcid)
    for number in range(7):
        done(f"10.5072/w{number}")
    asked("10.5072/asked")
    client.get("/")

    with CaptureQueriesContext(connection) as queries:
        client.get("/")

    assert len(queries) <= 8, "\n".join(str(query["sql"])[:150] for query in queries.captured_queries)


def test_only_a_post_marks_the_list_as_read(client, alice):
    assert client.get("/home/read").status_code == 405
    assert Account.objects.get().home_read_at is None


def test_after_sign_in_home_appears_only_when_the_person_came_for_nothing_else(client, stands):
    assert by_globus(client)["Location"] == "/"
    client.post("/sign_out")
    assert by_globus(client, return_to="/works")["Location"] == "/works"


def test_works_are_counted_by_state_and_each_number_leads_to_its_works(client, alice):
    done()
    for number in range(2):
        claim = waiting_claim(ALICE, f"10.5072/failed-{number}")
        services.move(claim_id=claim.pk, event=ClaimEvent.FAIL, problem="consent-missing")

    page = client.get("/").content.decode().partition('id="your-works"')[2].partition("</section>")[0]

    rows = re.findall(r'href="/works\?show=([\w-]+)">.*?<strong>(\d+)</strong>', page)
    assert rows == [("on", "1"), ("failed", "2")]
    for name, number in rows:
        assert f"{number} work" in text_of(client.get(f"/works?show={name}"))


def test_works_over_the_years_are_drawn_for_both_widths_and_said_in_a_sentence_and_a_table(client, alice):
    added = (("a", 2024, "orcid_search"), ("b", 2026, "orcid_update"), ("c", 2026, "orcid_search"))
    for doi, year, origin in added:
        claim = done(f"10.5072/{doi}")
        Claim.objects.filter(pk=claim.pk).update(claimed_at=f"{year}-06-01T00:00:00Z", origin=origin)

    page = client.get("/").content.decode()

    said = "3 works on your record were added since 2024: 1 by Auto-Update, 2 by you."
    said += " Most were added in 2026: 2."
    assert page.count(f'role="img" aria-label="{said}"') == 2
    table = page.partition("The same as a table")[2].partition("</table>")[0]
    rows = re.findall(r'row">(\d+)</th><td class="number">(\d+)</td><td class="number">(\d+)</td>', table)
    assert rows == [("2024", "0", "1"), ("2025", "0", "0"), ("2026", "1", "1")]


def test_works_of_one_year_need_no_picture(client, alice):
    claim = done()
    Claim.objects.filter(pk=claim.pk).update(claimed_at=clock.now())

    assert 'role="img" aria-label' not in client.get("/").content.decode()
