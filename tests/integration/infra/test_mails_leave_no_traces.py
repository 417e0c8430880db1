"""Of no mail, sent, refused or failed, is anything personal in logs, error reports or arguments of jobs."""

import json
import logging
import re

import pytest
import sentry_sdk
import structlog
from procrastinate.contrib.django.models import ProcrastinateJob

from profiles.accounts.models import Account
from profiles.infra import clock
from profiles.infra.mail import outbox
from profiles.infra.models import OutgoingMail
from profiles.infra.monitoring import error_reports
from tests.support import every_mail
from tests.support.jobs import make_jobs_due, run_jobs
from tests.support.mailbox import text_of
from tests.support.pushing import ALICE
from tests.support.sentry import start
from tests.support.shared import ROOT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_jobs")]
NAME = "Alice Alvarado-Zyx"
ABOUT = {
    "account-closed", "account-security", "digest", "email-proof", "first-work", "permission-lost",
    "repository-mail", "repository-mail-proof",
}  # fmt: skip


class Traces:
    """What logs, error reports and jobs hold while mails are written, refused and sent."""

    def __init__(self, mailbox) -> None:
        self.mailbox, self.kinds, self.jobs = mailbox, set(), []

    def refuse_first(self) -> None:
        """Let each mail wait and be refused for good, the first one fail in other ways too, then be sent."""
        self._refuse("RCPT", f"451 4.2.0 <{every_mail.ADDRESS}> {NAME} is busy")
        (row,) = OutgoingMail.objects.filter(sealed__isnull=False)
        sealed = bytes(row.sealed)
        if not self.kinds:
            self._refuse("MAIL", "550 5.7.1 relaying denied")
            self._refuse("DATA", "drop")
            self._send_again(row, sealed[:-1] + b"?")
            run_jobs()
            self._send_again(row, sealed)
        self.kinds.add(row.about)
        self._refuse("RCPT", f"550 5.1.1 <{every_mail.ADDRESS}> no {NAME} here")
        self.mailbox.letters.clear()
        self._send_again(row, sealed)

    def _refuse(self, command: str, answer: str) -> None:
        make_jobs_due("send_mail")
        self._note_jobs()
        self.mailbox.refuse_next(answer, at=command)
        run_jobs()

    def _send_again(self, row: OutgoingMail, sealed: bytes) -> None:
        Account.objects.exclude(email=None).update(email_verified_at=clock.now())
        ProcrastinateJob.objects.filter(task_name="send_mail", status="todo").delete()
        OutgoingMail.objects.filter(pk=row.pk).update(sealed=sealed)
        outbox.send_mail.defer(row_id=row.pk)
        self._note_jobs()

    def _note_jobs(self) -> None:
        self.jobs += [json.dumps(job) for job in ProcrastinateJob.objects.values_list("args", flat=True)]


def personal(letters) -> set[str]:
    """Return the address, the name, and each link of the letters with a secret in it, and the secret."""
    links = {link for letter in letters for link in re.findall(r"https?://\S+", text_of(letter))}
    links |= {str(letter["List-Unsubscribe"]).strip("<>") for letter in letters if letter["List-Unsubscribe"]}
    secrets = {secret for link in links for secret in re.findall(r"[\w:.-]{30,}", link)}
    assert len(secrets) >= 5, "links of an address, a repository, a receipt and two ways to stop mails"
    with_secret = {link for link in links if any(secret in link for secret in secrets)}
    return {every_mail.ADDRESS, *NAME.split(), *secrets, *with_secret}


@pytest.fixture
def stdlib_log(caplog):
    caplog.set_level(logging.INFO)
    return caplog


def test_no_mail_leaves_anything_personal_behind(stands, mailbox, sentry, stdlib_log):
    traces = Traces(mailbox)
    start(sentry.dsn)

    processors = [structlog.stdlib.add_log_level, error_reports.report, structlog.processors.format_exc_info]
    with structlog.testing.capture_logs(processors=processors) as lines:
        letters = every_mail.every_mail(NAME, stands, before=traces.refuse_first)
    sentry_sdk.flush(5)

    assert traces.kinds == ABOUT
    written = {
        "logs": json.dumps(lines, default=str) + stdlib_log.text,
        "reports": "".join(sentry.bodies),
        "jobs": "".join(traces.jobs),
    }
    assert {"mail.sent", "mail.not_sent", "job.failed"} <= {line["event"] for line in lines}
    assert sentry.events(), "a mail that no key opens is reported"
    assert "row_id" in written["jobs"]
    for place, text in written.items():
        assert [word for word in personal(letters.values()) if word in text] == [], place
    assert ALICE not in written["reports"] + written["jobs"]


def test_each_module_that_writes_mails_is_among_those_that_are_looked_at():
    posts = [path for path in (ROOT / "src").rglob("*.py") if "outbox.post(" in path.read_text()]

    names = ["chosen_mails", "close_account", "email", "lost_notice", "monthly_mail", "security_notices"]
    assert {path.stem for path in posts} == set(names)
    assert len(posts) == len(names) + 1, "there are two modules of monthly mails"
