"""An e-mail address is used only when its owner has proved that they read mail there."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from profiles.accounts.models import Account, EmailProof
from profiles.infra import clock
from profiles.infra.models import OutgoingMail
from tests.support.jobs import run_jobs
from tests.support.pushing import ALICE, BOB

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs")]
BACKEND = settings.AUTHENTICATION_BACKENDS[0]
ADDRESS = "alice@univ.example"


@pytest.fixture
def alice(client):
    account = Account.objects.create(orcid_id=ALICE, name="Alice")
    client.force_login(account, backend=BACKEND)
    return account


def ask(client, address=ADDRESS):
    return client.post("/settings/email", {"email": address}, follow=True)


def link(mailbox) -> str:
    run_jobs()
    return urlsplit(mailbox.links()[-1]).path


def test_an_address_counts_after_its_link_was_followed_and_confirmed(client, alice, mailbox):
    ask(client)
    assert Account.objects.get().email is None

    path = link(mailbox)
    client.get(path)
    assert Account.objects.get().email is None, "a program that looks at links confirms nothing"
    client.post(path)

    account = Account.objects.get()
    assert account.email == ADDRESS
    assert account.email_verified_at is not None


def test_settings_tell_what_is_confirmed_and_what_is_not(client, alice, mailbox):
    ask(client)
    assert b"not confirmed yet" in client.get("/settings/me").content
    client.post(link(mailbox))

    page = client.get("/settings/me").content

    assert b"(confirmed)" in page
    assert b"not confirmed yet" not in page


def test_a_link_is_good_once(client, alice, mailbox):
    ask(client)
    path = link(mailbox)
    client.post(path)

    answer = client.post(path)

    assert (answer.status_code, b"no longer good" in answer.content) == (400, True)


def test_a_link_is_good_for_a_day(client, alice, mailbox):
    ask(client)
    path = link(mailbox)
    EmailProof.objects.update(expires_at=clock.now() - timedelta(seconds=1))

    assert client.post(path).status_code == 400
    assert Account.objects.get().email is None


def test_a_link_of_another_person_changes_nothing(client, alice, mailbox):
    ask(client)
    path = link(mailbox)
    other = Client()
    other.force_login(Account.objects.create(orcid_id=BOB), backend=BACKEND)

    assert other.post(path).status_code == 400
    assert not Account.objects.exclude(email=None).exists()


def test_confirming_one_address_ends_the_links_to_others(client, alice, mailbox):
    ask(client, "old@univ.example")
    old = link(mailbox)
    ask(client, "new@univ.example")
    client.post(link(mailbox))

    assert client.post(old).status_code == 400
    assert Account.objects.get().email == "new@univ.example"


def test_the_secret_of_a_link_is_kept_nowhere(client, alice, mailbox):
    ask(client)
    secret = link(mailbox).rpartition("/")[2]

    assert secret.encode() not in bytes(EmailProof.objects.get().digest)
    assert OutgoingMail.objects.get().sealed is None


def test_no_one_is_flooded_with_letters(client, alice, mailbox):
    for _ in range(5):
        ask(client)
    answers = [ask(client, f"other{n}@univ.example").content for n in range(5)]
    run_jobs()

    assert b"try again in an hour" in answers[-1]
    assert len([one for one in mailbox.letters if one["To"] == ADDRESS]) == 3
    assert len(mailbox.letters) == 5


def test_an_address_is_taken_away(client, alice, mailbox):
    ask(client)
    client.post(link(mailbox))

    client.post("/settings/email/remove")

    account = Account.objects.get()
    assert (account.email, account.email_verified_at) == (None, None)
    assert not EmailProof.objects.exists()


@pytest.mark.parametrize("address", ["", "nobody", "a@b@c", "x@univ.example\nBcc: y@z.example"])
def test_what_is_no_address_gets_no_letter(client, alice, mailbox, address):
    ask(client, address)

    assert not OutgoingMail.objects.exists()


def test_the_services_of_datacite_learn_a_confirmed_address_with_the_next_cookie(client, alice, mailbox):
    ask(client)

    answer = client.post(link(mailbox))

    assert "_datacite" in answer.cookies
