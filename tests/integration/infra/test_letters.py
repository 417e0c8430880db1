"""Mails: written with what causes them, sent once, erased when they went out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections, transaction

from profiles.infra import clock, letters
from profiles.infra.letters import Text
from profiles.infra.models import Letter

pytestmark = pytest.mark.django_db
TEXT = Text("alice@univ.example", "A word", "Dear Alice,\n\n.a line with a dot\nGrüße")


def send() -> int:
    return letters.send_due(now=clock.now())


def test_a_letter_arrives_as_it_was_written_and_leaves_nothing_behind(mailbox):
    letters.post(TEXT, about="test")

    assert send() == 1

    (letter,) = mailbox.letters
    assert (letter["To"], letter["Subject"]) == ("alice@univ.example", "A word")
    assert letter.get_content().replace("\r\n", "\n") == TEXT.text + "\n"
    kept = Letter.objects.get()
    assert (kept.sealed, kept.due_at) == (None, None)
    assert kept.sent_at is not None


def test_address_and_text_are_sealed_while_the_letter_waits(mailbox):
    sealed = bytes(letters.post(TEXT, about="test").sealed)

    assert b"alice" not in sealed
    assert b"Dear" not in sealed


def test_a_letter_of_a_transaction_that_failed_is_never_sent(mailbox):
    with transaction.atomic():
        letters.post(TEXT, about="test")
        transaction.set_rollback(True)

    assert send() == 0
    assert mailbox.letters == []


def test_a_letter_waits_for_a_mail_server_that_is_busy(mailbox):
    letters.post(TEXT, about="test")
    mailbox.refuse_next("451 later")

    assert send() == 0
    assert send() == 0, "not at once again"
    Letter.objects.update(due_at=clock.now())
    assert send() == 1

    assert len(mailbox.letters) == 1


def test_a_letter_waits_while_mail_is_switched_off_and_does_not_count_as_sent(mailbox, settings):
    letters.post(TEXT, about="test")
    as_it_was = settings.ENVIRONMENT
    settings.ENVIRONMENT = as_it_was.model_copy(update={"PROFILES_EMAIL_URL": ""})
    assert send() == 0
    assert Letter.objects.get().sent_at is None

    settings.ENVIRONMENT = as_it_was
    Letter.objects.update(due_at=clock.now())

    assert send() == 1
    assert len(mailbox.letters) == 1


def test_an_address_that_nobody_reads_is_given_up(mailbox):
    letters.post(TEXT, about="test")
    mailbox.refuse_next("550 no such user")

    send()

    kept = Letter.objects.get()
    assert (kept.due_at, kept.sealed, kept.sent_at) == (None, None, None)


def test_after_a_week_a_letter_is_given_up(mailbox):
    letters.post(TEXT, about="test")
    Letter.objects.update(made_at=clock.now() - timedelta(days=8))
    mailbox.refuse_next("451 later")

    send()

    assert Letter.objects.get().due_at is None


def test_a_lost_answer_is_offered_again_under_the_same_name(mailbox):
    letters.post(TEXT, about="test")
    mailbox.refuse_next("drop", at="DATA")

    send()
    Letter.objects.update(due_at=clock.now())
    send()

    first, second = (letter["Message-ID"] for letter in mailbox.letters)
    assert first == second


@pytest.mark.django_db(transaction=True)
def test_a_job_that_runs_twice_at_once_sends_a_letter_once(mailbox):
    for number in range(5):
        letters.post(Text(f"{number}@univ.example", "A word", "x"), about="test")

    def job() -> int:
        try:
            return send()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        sent = sum(future.result() for future in [threads.submit(job) for _ in range(3)])

    assert sent == 5
    assert len(mailbox.letters) == 5
