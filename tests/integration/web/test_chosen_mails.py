"""Mails that a person asked for: sent once, in their language, and stopped by one click."""

from datetime import timedelta

import pytest
from django.conf import settings

from profiles.accounts import chosen_mails
from profiles.accounts.chosen_mails import PERIOD, ChosenMail
from profiles.accounts.models import Account
from profiles.claims.models import Claim
from profiles.infra import clock
from profiles.jobs.permissions import write_chosen_mails
from tests.support.claims import waiting_claim
from tests.support.jobs import run_jobs
from tests.support.mailbox import page_of, text_of
from tests.support.pushing import ALICE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs")]
BACKEND = settings.AUTHENTICATION_BACKENDS[0]


@pytest.fixture
def alice(client):
    about = {"email": "alice@univ.example", "email_verified_at": clock.now()}
    account = Account.objects.create(orcid_id=ALICE, name="Alice Alvarado", **about)
    client.force_login(account, backend=BACKEND)
    return account


def arrive(doi: str) -> None:
    claim = waiting_claim(ALICE, doi)
    at_orcid = {"put_code": 7, "owner_client": "APP-1"}
    Claim.objects.filter(pk=claim.pk).update(state="done", claimed_at=clock.now(), **at_orcid)


def let_the_period_pass() -> None:
    past = clock.now() - PERIOD - timedelta(minutes=1)
    Account.objects.update(digest_since=past)


def work() -> None:
    write_chosen_mails()
    run_jobs()


def test_nobody_gets_a_mail_that_they_did_not_ask_for(alice, mailbox):
    arrive("10.5072/one")

    work()

    assert mailbox.letters == []


def test_the_first_work_is_told_once_to_those_who_asked(client, alice, mailbox):
    client.post("/settings/email/mails", {"mails": ["first-work"]})
    work()
    assert mailbox.letters == [], "no work has arrived"

    arrive("10.5072/one")
    arrive("10.5072/two")
    work()
    work()

    (letter,) = mailbox.letters
    assert letter["Subject"] == "Your first work is on your ORCID record"
    assert letter["From"].startswith("DataCite Profiles <")
    assert "10.5072/one" in text_of(letter)
    assert "<bdi>10.5072/one</bdi>" in page_of(letter), "with a direction of its own"
    assert ">See my works</a>" in page_of(letter)


def test_a_summary_is_sent_once_in_four_weeks_and_only_when_something_happened(client, alice, mailbox):
    client.post("/settings/email/mails", {"mails": ["digest"]})
    arrive("10.5072/one")
    work()
    assert mailbox.letters == [], "four weeks have not passed"

    let_the_period_pass()
    work()
    work()
    assert [letter["Subject"] for letter in mailbox.letters] == ["1 work arrived on your ORCID record"]

    let_the_period_pass()
    Claim.objects.update(claimed_at=clock.now() - 2 * PERIOD)
    work()
    assert len(mailbox.letters) == 1


def test_a_mail_is_in_the_persons_language_and_its_page_runs_in_its_direction(client, alice, mailbox):
    Account.objects.update(language="ar")
    client.post("/settings/email/mails", {"mails": ["digest"]})
    arrive("10.5072/one")
    let_the_period_pass()

    work()

    assert '<html lang="ar" dir="rtl">' in page_of(mailbox.letters[0])


def test_the_button_of_the_mailbox_stops_the_mails_without_signing_in(client, alice, mailbox):
    client.post("/settings/email/mails", {"mails": ["digest", "first-work"]})
    arrive("10.5072/one")
    let_the_period_pass()
    work()
    letter = next(letter for letter in mailbox.letters if "arrived" in letter["Subject"])
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = letter["List-Unsubscribe"].strip(" <>").removeprefix(settings.ENVIRONMENT.PROFILES_URL)
    client.logout()

    assert client.get(address).status_code == 200
    assert chosen_mails.chosen(Account.objects.get()) == [ChosenMail.DIGEST], "a scanner follows links"
    answer = client.post(address, {"List-Unsubscribe": "One-Click"})

    assert "These mails are stopped" in answer.content.decode()
    assert chosen_mails.chosen(Account.objects.get()) == []


@pytest.mark.parametrize("token", ["x", "WzEsImRpZ2VzdCJd:bad:bad", "%00", "a" * 3000])
def test_a_link_that_we_did_not_make_stops_nothing(client, alice, token):
    chosen_mails.choose(account_id=alice.pk, mails=[ChosenMail.DIGEST])

    assert client.post(f"/mails/stop/{token}").status_code in {400, 404}
    assert chosen_mails.chosen(Account.objects.get()) == [ChosenMail.DIGEST]


def test_what_a_title_contains_is_text_on_the_page_of_the_mail(client, alice, mailbox):
    Account.objects.update(name="<b>Alice</b>")
    client.post("/settings/email/mails", {"mails": ["digest"]})
    arrive("10.5072/one")
    let_the_period_pass()

    work()

    assert "&lt;b&gt;Alice" in page_of(mailbox.letters[0])
