"""Write the mails that people asked for: about their first work, and a summary once in four weeks."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from profiles.accounts import chosen_mails
from profiles.accounts.chosen_mails import ChosenMail
from profiles.accounts.models import Account
from profiles.claims.models import Claim
from profiles.domain.claim import ClaimState
from profiles.infra import clock
from profiles.infra.each import for_each
from profiles.infra.jobs import job_names
from profiles.infra.mail import outbox
from profiles.infra.mail.mail import ROW, Mail
from profiles.intake import selectors as intake

NAMED_WORKS: Final = 10
"""How many works a mail names; it says how many more there are."""


def write_due() -> None:
    """Write the mails that are due. Safe to run twice: each is noted in the transaction that stores it."""
    if outbox.can_be_sent():
        for_each(chosen_mails.waiting_for_first_work(), _first_work, job=job_names.WRITE_CHOSEN_MAILS)
        for_each(chosen_mails.due_for_digest(), _digest, job=job_names.WRITE_CHOSEN_MAILS)


@transaction.atomic
def _first_work(account: Account) -> bool:
    arrived = _arrived(account, since=None)[-1:]
    if not arrived or not chosen_mails.take(account, ChosenMail.FIRST_WORK, next_since=None):
        return False
    with translation.override(account.language or settings.LANGUAGE_CODE):
        text = _(
            "Dear %(name)s,\n\n"
            "your first work through DataCite is on your ORCID record:\n\n"
            "%(work)s\n\n"
            "You see all works, and can undo each, under My works:\n\n"
            "%(address)s\n\n"
            "%(site)s"
        ) % _places(account, work="\n".join(_rows(arrived)))
        _post(account, ChosenMail.FIRST_WORK, _("Your first work is on your ORCID record"), text)
    return True


@transaction.atomic
def _digest(account: Account) -> bool:
    now = clock.now()
    arrived = _arrived(account, since=account.digest_since)
    waiting = intake.open_questions(account.orcid_id).count()
    if not chosen_mails.take(account, ChosenMail.DIGEST, next_since=now) or not (arrived or waiting):
        return False
    with translation.override(account.language or settings.LANGUAGE_CODE):
        parts = [_("Dear %(name)s,") % {"name": account.display_name}]
        if arrived:
            parts += [_("These works arrived on your ORCID record:"), "\n".join(_rows(arrived[:NAMED_WORKS]))]
        if (more := len(arrived) - NAMED_WORKS) > 0:
            parts.append(ngettext("And %(n)d more.", "And %(n)d more.", more) % {"n": more})
        if waiting:
            parts.append(_waiting(waiting))
        page = "works/ask" if waiting else "works"
        parts += [f"{settings.ENVIRONMENT.PROFILES_URL}/{page}"]
        parts.append(_("You get this once in four weeks, only when something happened."))
        parts.append(settings.ENVIRONMENT.SITE_TITLE)
        _post(account, ChosenMail.DIGEST, _subject(len(arrived), waiting), "\n\n".join(parts))
    return True


def _subject(arrived: int, waiting: int) -> str:
    if not arrived:
        return _waiting(waiting)
    words = ngettext(
        "%(n)d work arrived on your ORCID record", "%(n)d works arrived on your ORCID record", arrived
    )
    return words % {"n": arrived}


def _waiting(count: int) -> str:
    words = ngettext("%(n)d work waits for your answer", "%(n)d works wait for your answer", count)
    return words % {"n": count}


def _arrived(account: Account, *, since: datetime | None) -> list[Claim]:
    on_record = Claim.objects.filter(orcid_id=account.orcid_id, state=ClaimState.DONE.value, put_code__gt=0)
    if since is not None:
        on_record = on_record.filter(claimed_at__gt=since)
    return list(on_record.exclude(claimed_at=None).order_by("-claimed_at", "-id")[:1000])


def _rows(claims: list[Claim]) -> list[str]:
    titles = intake.titles([claim.doi for claim in claims])
    return [
        f"{ROW}{intake.named(titles, claim.doi)['title']} · {claim.doi} · "
        f"{date_format(claim.claimed_at, 'DATE_FORMAT') if claim.claimed_at else ''}"
        for claim in claims
    ]


def _places(account: Account, **more: str) -> dict[str, str]:
    env = settings.ENVIRONMENT
    address = f"{env.PROFILES_URL}/works"
    return {"name": account.display_name, "address": address, "site": env.SITE_TITLE, **more}


def _post(account: Account, kind: ChosenMail, subject: str, text: str) -> None:
    assert account.email is not None, "only confirmed addresses are selected"
    button = _("Look and answer") if "/works/ask" in text else _("See my works")
    stop = chosen_mails.stop_address(account, kind)
    outbox.post(
        Mail(account.email, subject, text, button=button, unsubscribe=stop),
        about=kind.value,
        account_id=account.pk,
    )
