"""Every kind of mail, by what causes it, as the mailbox of the tests gets it."""

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
from profiles.sign_in import security_notices
from tests.support import sso
from tests.support.claims import waiting_claim
from tests.support.environment import mailbox
from tests.support.jobs import run_jobs
from tests.support.pushing import ALICE, permitted, registered, run_lanes

ADDRESS = "alice@univ.example"


def every_mail(name: str, stands: Any) -> dict[str, EmailMessage]:
    """Let a person of this name get each kind of mail, in the order of their life here."""
    sent: dict[str, EmailMessage] = {}
    browser = Client()
    permitted(stands.orcid)
    Account.objects.filter(orcid_id=ALICE).update(name=name)
    account = sso.person(browser, ALICE)

    browser.post("/settings/email", {"email": ADDRESS})
    sent["confirm-address"] = _next()
    Account.objects.filter(pk=account.pk).update(email=ADDRESS, email_verified_at=clock.now())
    account.refresh_from_db()
    security_notices.send_new_way_in(account, provider="globus", label=f"{name} ({ADDRESS})")
    sent["new-way-in"] = _next()
    security_notices.send_new_codes(account)
    sent["new-codes"] = _next()

    chosen_mails.choose(account_id=account.pk, mails=list(ChosenMail))
    _arrive(stands, name)
    write_chosen_mails()
    sent["first-work"] = _next()
    Account.objects.filter(pk=account.pk).update(digest_since=clock.now() - PERIOD)
    _ask_about(3)
    write_chosen_mails()
    sent["digest"] = _next()

    for consent in Consent.objects.filter(orcid_id=ALICE):
        consents.lose(consent, now=clock.now())
    sent["lost-permission"] = _next()
    browser.post("/settings/leave", {"works": "keep", "sure": "on"})
    sent["account-closed"] = _next()
    return sent


def _next() -> EmailMessage:
    """Return the one mail that was sent since."""
    run_jobs()
    (letter,) = mailbox.letters
    mailbox.letters.clear()
    return letter


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
