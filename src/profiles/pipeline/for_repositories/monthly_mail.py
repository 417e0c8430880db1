"""Write the monthly mail about a repository, to the addresses that asked for it and were confirmed."""

from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from profiles.accounts.managers import monthly_mail
from profiles.accounts.models import RepositoryMail
from profiles.infra import clock
from profiles.infra.each import for_each
from profiles.infra.jobs import job_names
from profiles.infra.mail import outbox
from profiles.infra.mail.mail import ROW, Mail
from profiles.intake.repositories import FRESH
from profiles.pipeline.for_repositories.following import corrections_of
from profiles.pipeline.works.repository_view import RepositoryView, share_of, view_of

_ABOUT: Final = "repository-mail"


def write_due() -> None:
    """Write the mails that are due. Safe to run twice: each is noted in the transaction that stores it."""
    if outbox.can_be_sent():
        for_each(monthly_mail.due(), _write, job=job_names.WRITE_REPOSITORY_MAILS)


@transaction.atomic
def _write(row: RepositoryMail) -> bool:
    view = view_of(row.repository)
    if view.report is None or view.report.at < clock.now() - FRESH:
        return False  # A new report is being made; the next run writes.
    if not monthly_mail.take(row):
        return False
    with translation.override(row.language or settings.LANGUAGE_CODE):
        page = f"{settings.ENVIRONMENT.PROFILES_URL}/my-repository/{row.repository}"
        named = {"repository": row.repository}
        parts = [
            _("This is the monthly summary of your repository %(repository)s.") % named,
            "\n".join(f"{ROW}{line}" for line in _lines(row, view)),
            page,
            _("You get this once in four weeks, because you asked for it."),
            settings.ENVIRONMENT.SITE_TITLE,
        ]
        subject = _("ORCID iDs in the metadata of %(repository)s") % named
        stop = monthly_mail.stop_address(row)
        outbox.post(
            Mail(row.email, subject, "\n\n".join(parts), button=_("Show my repository"), unsubscribe=stop),
            about=_ABOUT,
        )
    return True


def _lines(row: RepositoryMail, view: RepositoryView) -> list[str]:
    assert view.report is not None, "the caller has one"
    lines = []
    share = share_of(view.report)
    if share is not None:
        words = _("%(percent)d %% of your creators have an ORCID iD: %(with_id)d of %(creators)d.")
        counts = {"with_id": view.report.with_id, "creators": view.report.creators}
        lines.append(words % {"percent": round(share * 100), **counts})
    corrections = corrections_of(row.repository)
    still_open = sum(one.changed_at is None for one in corrections)
    words = ngettext("%(n)d value is to be corrected.", "%(n)d values are to be corrected.", still_open)
    lines.append(words % {"n": still_open})
    since = row.written_at or row.confirmed_at or row.asked_at
    changed = sum(one.changed_at is not None and one.changed_at > since for one in corrections)
    if changed:
        words = ngettext(
            "%(n)d value was corrected since the last mail.",
            "%(n)d values were corrected since the last mail.",
            changed,
        )
        lines.append(words % {"n": changed})
    if view.on_records is not None:
        words = _("Your works are on ORCID records through DataCite %(n)d times.")
        lines.append(words % {"n": view.on_records})
    return lines
