"""Mails: written with what causes them, sent once, erased when they went out."""

from datetime import timedelta

import pytest
from django.db import transaction

from profiles.infra import clock
from profiles.infra.mail import outbox
from profiles.infra.mail.mail import Mail
from profiles.infra.models import OutgoingMail
from tests.support.jobs import make_jobs_due, run_at_once, run_jobs, waiting_jobs
from tests.support.mailbox import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs")]
MAIL = Mail("alice@univ.example", "A word", "Dear Alice,\n\n.a line with a dot\nGrüße")


def test_a_mail_arrives_as_it_was_written_and_leaves_nothing_behind(mailbox):
    outbox.post(MAIL, about="test")

    run_jobs()

    (letter,) = mailbox.letters
    assert (letter["To"], letter["Subject"]) == ("alice@univ.example", "A word")
    assert text_of(letter).replace("\r\n", "\n") == MAIL.text
    kept = OutgoingMail.objects.get()
    assert kept.sealed is None
    assert kept.sent_at is not None
    assert waiting_jobs("send_mail") == []


def test_address_and_text_are_sealed_while_the_mail_waits_and_not_in_its_job(mailbox):
    row = outbox.post(MAIL, about="test")

    assert b"alice" not in bytes(row.sealed)
    assert b"Dear" not in bytes(row.sealed)
    assert [job.args for job in waiting_jobs("send_mail")] == [{"row_id": row.pk}]


def test_a_mail_of_a_transaction_that_failed_is_never_sent(mailbox):
    with transaction.atomic():
        outbox.post(MAIL, about="test")
        transaction.set_rollback(True)

    run_jobs()

    assert mailbox.letters == []


def test_a_mail_waits_for_a_mail_server_that_is_busy(mailbox):
    outbox.post(MAIL, about="test")
    mailbox.refuse_next("451 later")

    run_jobs()
    run_jobs()
    assert mailbox.letters == [], "not at once again"
    (job,) = waiting_jobs("send_mail")
    assert job.scheduled_at > clock.now()
    make_jobs_due("send_mail")
    run_jobs()

    assert len(mailbox.letters) == 1


def test_what_failed_before_does_not_keep_new_mails_waiting(mailbox):
    for number in range(2):
        outbox.post(Mail(f"old{number}@univ.example", "A word", "x"), about="test")
        mailbox.refuse_next("451 later")
    run_jobs()
    make_jobs_due("send_mail")

    outbox.post(Mail("new@univ.example", "A word", "x"), about="test")
    run_jobs()

    assert [letter["To"] for letter in mailbox.letters] == [
        "new@univ.example",
        "old0@univ.example",
        "old1@univ.example",
    ]


def test_a_mail_waits_while_mail_is_switched_off_and_does_not_count_as_sent(mailbox, settings):
    outbox.post(MAIL, about="test")
    as_it_was = settings.ENVIRONMENT
    settings.ENVIRONMENT = as_it_was.model_copy(update={"PROFILES_EMAIL_URL": ""})
    run_jobs()
    assert OutgoingMail.objects.get().sent_at is None

    settings.ENVIRONMENT = as_it_was
    make_jobs_due("send_mail")
    run_jobs()

    assert OutgoingMail.objects.get().sent_at
    assert len(mailbox.letters) == 1


@pytest.mark.parametrize("at", ["RCPT", "DATA"])
def test_a_mail_that_the_server_refuses_for_good_is_given_up(mailbox, at):
    outbox.post(MAIL, about="test")
    mailbox.refuse_next("550 no", at=at)

    run_jobs()

    kept = OutgoingMail.objects.get()
    assert (kept.sealed, kept.sent_at) == (None, None)
    assert waiting_jobs("send_mail") == []


def test_after_a_week_a_mail_is_given_up(mailbox):
    outbox.post(MAIL, about="test")
    OutgoingMail.objects.update(created_at=clock.now() - timedelta(days=8))
    mailbox.refuse_next("451 later")

    run_jobs()

    assert OutgoingMail.objects.get().sealed is None
    assert waiting_jobs("send_mail") == []


def test_a_lost_answer_is_offered_again_under_the_same_name(mailbox):
    outbox.post(MAIL, about="test")
    mailbox.refuse_next("drop", at="DATA")

    run_jobs()
    make_jobs_due("send_mail")
    run_jobs()

    first, second = (letter["Message-ID"] for letter in mailbox.letters)
    assert first == second


def test_a_mail_that_no_key_opens_waits_for_its_key_and_stops_no_other(mailbox):
    broken = outbox.post(MAIL, about="test")
    OutgoingMail.objects.filter(pk=broken.pk).update(sealed=b"sealed with a lost key")
    outbox.post(MAIL, about="test")

    run_jobs()

    assert len(mailbox.letters) == 1
    (job,) = waiting_jobs("send_mail")
    assert job.args == {"row_id": broken.pk}


def test_what_was_sealed_for_one_mail_opens_for_no_other(mailbox):
    first = outbox.post(MAIL, about="test")
    second = outbox.post(Mail("else@univ.example", "Another", "x"), about="test")
    OutgoingMail.objects.filter(pk=second.pk).update(sealed=first.sealed)

    run_jobs()

    assert len(mailbox.letters) == 1
    (job,) = waiting_jobs("send_mail")
    assert job.args == {"row_id": second.pk}


@pytest.mark.django_db(transaction=True)
def test_a_job_that_runs_twice_at_once_sends_a_mail_once(mailbox):
    rows = [outbox.post(Mail(f"{n}@univ.example", "A word", "x"), about="test") for n in range(5)]

    run_at_once("send_mail", [row.pk for row in rows])

    assert sorted(letter["To"] for letter in mailbox.letters) == [f"{n}@univ.example" for n in range(5)]
