"""Every kind of mail, by what causes it, as the mailbox of the tests gets it."""

import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

from django.test import Client

from profiles.accounts import chosen_mails
from profiles.accounts.chosen_mails import PERIOD, ChosenMail
from profiles.accounts.models import Account
from profiles.claims.models import Claim
from profiles.consents import services as consents
from profiles.consents.models import Consent
from profiles.infra import clock
from profiles.intake.models import Decision
from profiles.jobs.permissions import write_chosen_mails
from profiles.jobs.repositories import write_repository_mails
from profiles.pipeline.for_repositories.following import report_and_follow
from profiles.sign_in import security_notices
from sandbox.datacite.credentials import DEMO_KEY
from tests.support import sso
from tests.support.claims import waiting_claim
from tests.support.environment import mailbox
from tests.support.jobs import run_jobs
from tests.support.mailbox import text_of
from tests.support.pushing import ALICE, permitted, registered, run_lanes

ADDRESS = "alice@univ.example"
Step = Callable[[], None]


def _nothing() -> None:
    """Let the mail server take each mail at once."""


def every_mail(name: str, stands: Any, before: Step = _nothing) -> dict[str, EmailMessage]:
    """Let a person of this name get each kind of mail, in the order of their life here.

    ``before`` is called for each mail that is written, before it is sent.
    """
    sent: dict[str, EmailMessage] = {}

    def note(kind: str) -> EmailMessage:
        before()
        run_jobs()
        (sent[kind],) = mailbox.letters
        mailbox.letters.clear()
        return sent[kind]

    _of_person(name, stands, note)
    _of_repository(note)
    return sent


def _of_person(name: str, stands: Any, note: Callable[[str], EmailMessage]) -> None:
    browser = Client()
    permitted(stands.orcid)
    Account.objects.filter(orcid_id=ALICE).update(name=name)
    account = sso.person(browser, ALICE)

    browser.post("/settings/email", {"email": ADDRESS})
    note("confirm-address")
    Account.objects.filter(pk=account.pk).update(email=ADDRESS, email_verified_at=clock.now())
    account.refresh_from_db()
    security_notices.send_new_way_in(account, provider="globus", label=f"{name} ({ADDRESS})")
    note("new-way-in")
    security_notices.send_new_codes(account)
    note("new-codes")
    security_notices.send_new_factor(account, name=name)
    note("new-second-step")
    security_notices.send_ended_factor(account, name=name)
    note("removed-second-step")

    chosen_mails.choose(account_id=account.pk, mails=list(ChosenMail))
    _arrive(stands, name)
    write_chosen_mails()
    note("first-work")
    Account.objects.filter(pk=account.pk).update(digest_since=clock.now() - PERIOD)
    _ask_about(3)
    write_chosen_mails()
    note("digest")

    for consent in Consent.objects.filter(orcid_id=ALICE):
        consents.lose(consent, now=clock.now())
    note("lost-permission")
    browser.post("/settings/leave", {"works": "keep", "sure": "on"})
    note("account-closed")


def _of_repository(note: Callable[[str], EmailMessage]) -> None:
    """Let a manager ask for the monthly mail about a repository, and confirm the address."""
    manager = Client()
    manager.post("/my-repository", {"credential": DEMO_KEY})
    manager.post("/my-repository/demo.repository/mails", {"email": ADDRESS})
    (link,) = re.findall(r"/my-repository/mails/confirm/\S+", text_of(note("repository-address")))
    Client().post(link)
    report_and_follow("demo.repository")
    write_repository_mails()
    note("repository")


def _arrive(stands: Any, name: str) -> None:
    """Let twelve works arrive: one more than a summary names, some with long titles."""
    titles = [
        name,
        "Sea-ice thickness from airborne sounding, Fram Strait",
        "سماكة الجليد البحري",
        "海冰厚度",
    ]
    for number in range(12):
        doi = f"10.5072/mail.{number}"
        registered(stands.datacite, doi, title=titles[number % len(titles)])
        waiting_claim(ALICE, doi)
    run_lanes()
    assert Claim.objects.filter(orcid_id=ALICE, state="done").count() == 12


def _ask_about(count: int) -> None:
    now = clock.now()
    asked = {"orcid_id": ALICE, "source": "poll", "at": now, "rule_version": 1, "result": "ask"}
    asked |= {"rule": "person", "reason": "asked-first", "change": "new"}
    Decision.objects.bulk_create(
        Decision(trigger=f"t{number}", doi=f"10.5072/q.{number}", **asked) for number in range(count)
    )
