"""An address that its mail server refuses gets no more mail until its owner confirms it again."""

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import transaction

from profiles.accounts import mergers
from profiles.accounts.models import Account, RepositoryMail
from profiles.consents import services as consents
from profiles.consents.models import Consent, Receipt
from profiles.infra import clock
from profiles.infra.mail import outbox
from profiles.infra.mail.mail import Mail
from profiles.infra.models import OutgoingMail
from profiles.pipeline.permissions import lost_notice
from profiles.sign_in import security_notices
from profiles.sso.email_question import is_due
from sandbox.datacite.credentials import DEMO_KEY
from tests.support.jobs import make_jobs_due, run_jobs
from tests.support.pushing import ALICE, BOB, permitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs")]
BACKEND = settings.AUTHENTICATION_BACKENDS[0]
ADDRESS = "alice@univ.example"


@pytest.fixture
def alice(client):
    account = Account.objects.create(
        orcid_id=ALICE, name="Alice", email=ADDRESS, email_verified_at=clock.now(), language="de"
    )
    client.force_login(account, backend=BACKEND)
    return account


def write_to(account: Account) -> None:
    security_notices.send_new_codes(Account.objects.get(pk=account.pk))
    run_jobs()


def lose(orcid) -> None:
    permitted(orcid)
    with transaction.atomic():
        for consent in Consent.objects.select_for_update().filter(orcid_id=ALICE):
            consents.lose(consent, now=clock.now())


def inbox_of(orcid) -> int:
    return next(p["notifications"] for p in orcid.state()["people"] if p["orcid"] == ALICE)


def test_a_refused_address_is_unconfirmed_and_gets_nothing_more(client, alice, mailbox):
    mailbox.close(ADDRESS)

    write_to(alice)
    write_to(alice)

    assert mailbox.offered == [ADDRESS]
    alice.refresh_from_db()
    assert (alice.email, alice.email_verified_at) == (ADDRESS, None)
    assert not OutgoingMail.objects.filter(sealed__isnull=False).exists()


def test_what_waits_for_a_refused_address_is_given_up_with_it(alice, mailbox):
    mailbox.refuse_next("451 later")
    write_to(alice)
    mailbox.close(ADDRESS)

    write_to(alice)
    make_jobs_due("send_mail")
    run_jobs()

    assert mailbox.offered == [ADDRESS], "the first was refused for a while, the second was the last"
    assert not OutgoingMail.objects.filter(sealed__isnull=False).exists()


@pytest.mark.parametrize("answer", ["451 later", "550 5.7.1 relaying denied"])
def test_an_address_stays_confirmed_while_the_server_only_refuses_us(alice, mailbox, answer):
    mailbox.refuse_next(answer)

    write_to(alice)
    make_jobs_due("send_mail")
    run_jobs()

    alice.refresh_from_db()
    assert alice.email_verified_at is not None
    assert len(mailbox.letters) == 1


def test_its_owner_reads_in_settings_and_at_home_that_it_is_refused(client, alice, mailbox):
    mailbox.close(ADDRESS)
    write_to(alice)
    words = f"Der Mailserver von {ADDRESS} nimmt unsere E-Mails nicht an"

    for page in ("/settings/me", "/settings/email", "/"):
        text = re.sub(r"<[^>]+>", "", client.get(page, headers={"accept-language": "de"}).content.decode())
        assert words in text, page
        assert "(bestätigt)" not in text


def test_an_address_confirmed_again_gets_mail_again(client, alice, mailbox):
    mailbox.close(ADDRESS)
    write_to(alice)
    mailbox.empty()

    client.post("/settings/email", {"email": ADDRESS})
    run_jobs()
    client.post(urlsplit(mailbox.links()[-1]).path)
    write_to(alice)

    assert len(mailbox.letters) == 2
    assert ADDRESS.encode() in client.get("/settings/me").content
    assert b"Mailserver" not in client.get("/settings/me").content


def test_a_new_address_that_is_refused_is_named_and_the_confirmed_one_stays(client, alice, mailbox):
    mailbox.close("wrong@univ.example")

    client.post("/settings/email", {"email": "wrong@univ.example"})
    run_jobs()

    page = client.get("/settings/me", headers={"accept-language": "en"}).content.decode()
    assert "The mail server of wrong@univ.example refuses our mail" in page
    assert "follow the link we sent" not in page
    alice.refresh_from_db()
    assert (alice.email, alice.email_verified_at is None) == (ADDRESS, False)


@pytest.mark.parametrize("at", ["RCPT", "DATA"])
def test_a_lost_permission_that_no_mail_tells_is_asked_for_in_the_inbox_of_orcid(
    client, alice, orcid, mailbox, at
):
    mailbox.refuse_next("554 no", at=at)
    lose(orcid)

    run_jobs()
    run_jobs()

    assert inbox_of(orcid) == 1
    assert mailbox.letters == []
    assert not Consent.objects.filter(orcid_id=ALICE, notified_at=None).exists()
    assert Receipt.objects.filter(orcid_id=ALICE, kind="notified").exists()
    assert 'data-need="lost_permission"' in client.get("/").content.decode()


def test_a_mail_to_an_address_that_was_replaced_unconfirms_nothing(alice, mailbox):
    mailbox.close("old@univ.example")

    outbox.post(Mail("old@univ.example", "A word", "x"), about="test", account_id=alice.pk)
    run_jobs()

    alice.refresh_from_db()
    assert alice.email_verified_at is not None


def test_a_mail_of_an_account_that_was_joined_with_another_is_given_up_with_the_address(alice, mailbox):
    outbox.post(Mail(ADDRESS, "A word", "x"), about=lost_notice.ABOUT, account_id=alice.pk)
    stays = Account.objects.create(orcid_id=BOB, first_signed_in_at=clock.now())
    mailbox.close(ADDRESS)

    mergers.follow(old_orcid_id=ALICE, kept=BOB)
    run_jobs()

    stays.refresh_from_db()
    assert not Account.objects.filter(pk=alice.pk).exists()
    assert (stays.email, stays.email_verified_at) == (ADDRESS, None)
    assert not OutgoingMail.objects.filter(sealed__isnull=False).exists()


def test_a_repository_shows_its_managers_which_address_is_refused(client, mailbox, datacite):
    client.post("/my-repository", {"credential": DEMO_KEY})
    mailbox.close("manager@repository.example")

    client.post("/my-repository/demo.repository/mails", {"email": "manager@repository.example"})
    run_jobs()

    assert RepositoryMail.objects.get().refused_at is not None
    assert b"mail refused" in client.get("/my-repository/demo.repository").content


def test_a_confirmed_address_of_a_repository_that_is_refused_gets_no_more_mail(mailbox):
    row = RepositoryMail.objects.create(
        repository="demo.repository", email=ADDRESS, asked_at=clock.now(), confirmed_at=clock.now()
    )
    mailbox.close(ADDRESS)

    outbox.post(Mail(ADDRESS, "A word", "x"), about="repository-mail")
    run_jobs()

    row.refresh_from_db()
    assert (row.confirmed_at, row.refused_at is None) == (None, False)


def test_a_service_that_wants_an_address_is_not_given_a_refused_one(alice, mailbox):
    mailbox.close(ADDRESS)
    write_to(alice)
    alice.refresh_from_db()
    assert is_due(alice, "openid email", None)
