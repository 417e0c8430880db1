"""The monthly mail about a repository: off until asked for and confirmed, about no single person, stopped."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from profiles.accounts.managers.monthly_mail import PERIOD
from profiles.accounts.models import RepositoryMail
from profiles.infra import clock
from profiles.intake.models import RepositoryReport
from profiles.jobs.repositories import write_repository_mails
from profiles.jobs.upkeep import delete_old
from profiles.pipeline.for_repositories.following import report_and_follow
from sandbox.datacite.credentials import DEMO_KEY
from tests.support.jobs import run_jobs
from tests.support.mailbox import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs", "datacite")]
REPOSITORY, PAGE = "demo.repository", "/my-repository/demo.repository"
ADDRESS = "manager@repository.example"


@pytest.fixture
def manager(client):
    client.post("/my-repository", {"credential": DEMO_KEY})
    return client


def ask(manager, address: str = ADDRESS):
    manager.post(f"{PAGE}/mails", {"email": address})
    run_jobs()


def link_in(letter) -> str:
    (link,) = re.findall(r"/my-repository/mails/confirm/\S+", text_of(letter))
    return link


def confirmed(manager, mailbox) -> None:
    ask(manager)
    Client().post(link_in(mailbox.letters[-1]))
    mailbox.empty()


def write() -> None:
    write_repository_mails()
    run_jobs()


def test_nothing_is_sent_until_the_owner_of_the_address_said_yes_by_a_click(manager, mailbox):
    ask(manager)
    report_and_follow(REPOSITORY)
    link = link_in(mailbox.letters[0])
    assert Client().get(link).status_code == 200, "a mail scanner follows the link"
    write()
    assert len(mailbox.letters) == 1

    Client().post(link)
    write()
    write()

    assert [letter["To"] for letter in mailbox.letters] == [ADDRESS, ADDRESS]
    summary = mailbox.letters[1]
    assert summary["Subject"] == "ORCID iDs in the metadata of demo.repository"
    assert "0 values are to be corrected." in text_of(summary)
    assert "on ORCID records" not in text_of(summary), "fewer than five people"


def test_the_mail_comes_once_in_four_weeks_from_a_fresh_report(manager, mailbox):
    confirmed(manager, mailbox)
    report_and_follow(REPOSITORY)
    write()
    RepositoryMail.objects.update(written_at=clock.now() - PERIOD - timedelta(minutes=1))
    RepositoryReport.objects.update(at=clock.now() - timedelta(days=3))

    write_repository_mails()
    assert len(mailbox.letters) == 1, "the report is old"
    run_jobs()
    write()

    assert len(mailbox.letters) == 2


def test_one_click_in_the_mailbox_stops_it_without_a_session(manager, mailbox):
    confirmed(manager, mailbox)
    report_and_follow(REPOSITORY)
    write()
    letter = mailbox.letters[0]
    stop = letter["List-Unsubscribe"].strip("<>").partition("/my-repository")[2]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    stranger = Client(enforce_csrf_checks=True)
    assert stranger.get(f"/my-repository{stop}").status_code == 200
    assert RepositoryMail.objects.exists(), "a look stops nothing"
    answer = stranger.post(f"/my-repository{stop}", {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert not RepositoryMail.objects.exists()


def test_managers_see_and_remove_only_addresses_of_their_own_repository(manager, mailbox):
    ask(manager)
    about = {"repository": "other.repo", "email": "x@y.example"}
    foreign = RepositoryMail.objects.create(asked_at=clock.now(), **about)
    page = manager.get(PAGE).content.decode()
    assert ADDRESS in page
    assert foreign.email not in page

    manager.post(f"{PAGE}/mails/{foreign.pk}/remove")
    manager.post(f"{PAGE}/mails/{RepositoryMail.objects.get(email=ADDRESS).pk}/remove")

    assert list(RepositoryMail.objects.all()) == [foreign]


def test_a_mailbox_is_not_flooded_and_an_unconfirmed_address_is_forgotten(manager, mailbox):
    for _time in range(5):
        ask(manager)
    assert len(mailbox.letters) == 3

    RepositoryMail.objects.update(asked_at=clock.now() - timedelta(days=2))
    delete_old()

    assert not RepositoryMail.objects.exists()
    assert Client().post(link_in(mailbox.letters[0])).status_code == 400
