"""Nothing of an account changes before the whole proof is there; its owner gets mail about new ways in."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from profiles.accounts.models import Account
from profiles.infra import clock
from tests.support.authenticator_app import code_of
from tests.support.jobs import run_jobs
from tests.support.mailbox import text_of
from tests.support.pushing import ALICE, BOB
from tests.support.signing_in import by_globus, by_orcid, who

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache", "no_jobs")]
APP, STEP, CONFIRM = "/settings/second-step/app", "/sign_in/second-step", "/link_orcid/confirm"


def set_up_app(client: Client) -> str:
    """Set up an app as second factor and return its secret."""
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", client.get(APP).content.decode()).group(1)
    client.post(APP, {"code": code_of(secret)})
    return secret


def give_code(client: Client, secret: str):
    return client.post(STEP, {"code": code_of(secret, moment=time.time() + 30)})


def guarded_account(client: Client, orcid_id: str) -> str:
    """Sign in by ORCID, set up an app, confirm an address, and return the app's secret."""
    by_orcid(client, orcid_id, fresh="1")
    secret = set_up_app(client)
    Account.objects.filter(orcid_id=orcid_id).update(
        email="owner@univ.example", email_verified_at=clock.now(), organisation=""
    )
    return secret


def providers_of(orcid_id: str) -> set[str]:
    return set(SocialAccount.objects.filter(user__orcid_id=orcid_id).values_list("provider", flat=True))


def subjects(mailbox) -> list[str]:
    run_jobs()
    return [letter["Subject"] for letter in mailbox.letters]


def link_alice(client: Client):
    """Come by an institution without an iD, show Alice's iD, and say yes."""
    by_globus(client, "alice@univ.example")
    by_orcid(client, ALICE, aim="link")
    return client.post(CONFIRM, {"answer": "yes"})


def test_an_iD_that_is_linked_waits_for_the_second_factor(client, stands):  # noqa: N802
    secret = guarded_account(Client(), ALICE)

    answer = link_alice(client)

    assert answer["Location"] == STEP
    assert providers_of(ALICE) == {"orcid"}
    again = Client()
    assert by_globus(again, "alice@univ.example")["Location"] == "/link_orcid"
    assert give_code(client, secret).status_code == 302
    assert providers_of(ALICE) == {"orcid", "globus"}
    assert who(client)


def test_a_provider_that_names_the_iD_is_linked_after_the_second_factor(client, stands):  # noqa: N802
    secret = guarded_account(Client(), BOB)

    assert by_globus(client)["Location"] == STEP
    assert providers_of(BOB) == {"orcid"}
    assert Account.objects.get(orcid_id=BOB).organisation == ""

    give_code(client, secret)
    assert providers_of(BOB) == {"orcid", "globus"}
    assert Account.objects.get(orcid_id=BOB).organisation != ""


def test_a_wrong_code_links_nothing(client, stands):
    guarded_account(Client(), ALICE)
    link_alice(client)

    client.post(STEP, {"code": "000000"})

    assert providers_of(ALICE) == {"orcid"}


def test_a_way_that_went_to_another_account_meanwhile_is_refused_after_the_second_factor(client, stands):
    secret = guarded_account(Client(), ALICE)
    link_alice(client)
    other = Client()
    by_globus(other, "alice@univ.example")
    by_orcid(other, BOB, aim="link")
    other.post(CONFIRM, {"answer": "yes"})

    answer = give_code(client, secret)

    assert answer.status_code == 400
    assert b"belongs to another account" in answer.content
    assert providers_of(ALICE) == {"orcid"}


def test_the_owner_gets_mail_about_each_new_way_in(client, stands, mailbox):
    by_orcid(client, BOB, fresh="1")
    Account.objects.update(email="owner@univ.example", email_verified_at=clock.now())

    by_globus(Client())
    by_globus(Client())
    by_globus(client, "alice@univ.example", aim="add")

    assert subjects(mailbox) == ["A new way to sign in to your account"] * 2
    assert "bob@univ.example" in text_of(mailbox.letters[0])
    assert "alice@univ.example" in text_of(mailbox.letters[1])
    assert {letter["To"] for letter in mailbox.letters} == {"owner@univ.example"}


def test_the_owner_gets_mail_when_a_way_moves_in_from_another_account(client, stands, mailbox):
    other = Client()
    by_globus(other, "alice@univ.example")
    by_orcid(other, BOB, aim="link")
    other.post(CONFIRM, {"answer": "yes"})
    by_orcid(client, ALICE)
    Account.objects.filter(orcid_id=ALICE).update(email="a@univ.example", email_verified_at=clock.now())

    by_globus(client, "alice@univ.example", aim="add")
    client.post("/settings/sign-in-methods/two-accounts", {"move": "here"})

    assert subjects(mailbox) == ["A new way to sign in to your account"]


def test_the_owner_gets_mail_about_each_new_or_ended_factor(client, stands, mailbox):
    by_orcid(client, BOB, fresh="1")
    Account.objects.update(email="owner@univ.example", email_verified_at=clock.now())

    set_up_app(client)
    client.post("/settings/second-step/codes")
    client.post("/settings/second-step/remove", {"factor": str(Authenticator.objects.get(type="totp").pk)})

    assert subjects(mailbox) == [
        "A second step was added to your account",
        "New recovery codes for your account",
        "A second step was removed from your account",
    ]


def test_an_address_that_was_not_confirmed_gets_no_mail(client, stands, mailbox):
    by_orcid(client, BOB, fresh="1")
    Account.objects.update(email="typed@univ.example", email_verified_at=None)

    set_up_app(client)

    assert subjects(mailbox) == []
