"""What a repository is asked to correct, followed until its metadata change, on its page and as a file."""

import csv
import io
import re

import pytest

from profiles.accounts.models import Account
from profiles.claims.models import Block
from profiles.confirmations.models import Confirmation
from profiles.infra import clock
from profiles.intake.models import RepositoryReport
from profiles.intake.repositories import FRESH
from profiles.jobs.repositories import follow_corrections
from profiles.pipeline.for_repositories.following import corrections_of, report_and_follow
from profiles.pipeline.works import repository_view
from sandbox.datacite.credentials import DEMO_KEY
from tests.support.jobs import run_jobs
from tests.support.pushing import ALICE, BOB, registered
from tests.support.records import name_identifier, record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs")]
REPOSITORY, PAGE = "demo.repository", "/my-repository/demo.repository"
MISTYPED, WITH_WORDS = f"https://orcid.org/{ALICE[:-1]}5", f"{ALICE} (see CV, page 1) again"


def deposit(datacite, doi: str, *values: str, name: str = "Alvarado, Alice") -> None:
    """Store a DOI whose creators have these identifiers, as old deposits have them."""
    creators = [
        {"name": name, "nameType": "Personal", "nameIdentifiers": [name_identifier(value)]}
        for value in values
    ]
    now = clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    stored = record(doi, creators=creators, updated=now)
    stored["relationships"] = {"client": {"data": {"type": "clients", "id": REPOSITORY}}}
    datacite.order("dois", [stored])


def states() -> dict[str, bool]:
    return {row.doi: row.changed_at is not None for row in corrections_of(REPOSITORY)}


@pytest.fixture
def manager(client, datacite):
    client.post("/my-repository", {"credential": DEMO_KEY})
    return client


def test_an_unreadable_id_is_open_until_its_metadata_change_wherever_it_moves(datacite):
    deposit(datacite, "10.5072/a", ALICE, MISTYPED)
    deposit(datacite, "10.5072/b", MISTYPED)
    report_and_follow(REPOSITORY)
    assert states() == {"10.5072/a": False, "10.5072/b": False}

    deposit(datacite, "10.5072/a", MISTYPED)
    deposit(datacite, "10.5072/b", ALICE)
    report_and_follow(REPOSITORY)

    of_a = [(row.field, row.changed_at) for row in corrections_of(REPOSITORY) if row.doi == "10.5072/a"]
    assert of_a == [("creators[0].nameIdentifiers[0]", None)], "one row, open, at its new place"
    assert states()["10.5072/b"] is True


def test_a_correction_beyond_the_newest_records_is_followed_and_a_hidden_doi_needs_none(
    datacite, monkeypatch
):
    deposit(datacite, "10.5072/old", MISTYPED)
    deposit(datacite, "10.5072/hidden", MISTYPED)
    report_and_follow(REPOSITORY)
    monkeypatch.setattr(repository_view, "PAGE_SIZE", 1)
    monkeypatch.setattr(repository_view, "MAX_PAGES", 1)
    registered(datacite, "10.5072/hidden", event="hide")
    deposit(datacite, "10.5072/newest", ALICE)

    report_and_follow(REPOSITORY)

    assert states() == {"10.5072/old": False, "10.5072/hidden": True}


def test_what_came_back_is_open_again(datacite):
    for value in (MISTYPED, ALICE, MISTYPED):
        deposit(datacite, "10.5072/a", value)
        report_and_follow(REPOSITORY)

    assert states() == {"10.5072/a": False}


def test_nothing_counts_as_changed_while_datacite_does_not_answer(datacite):
    deposit(datacite, "10.5072/a", MISTYPED)
    report_and_follow(REPOSITORY)
    datacite.fail_next(None, path="/dois", status=503)

    with pytest.raises(Exception, match="503"):
        report_and_follow(REPOSITORY)

    assert states() == {"10.5072/a": False}


def test_repositories_with_open_corrections_are_looked_at_once_a_day(datacite):
    deposit(datacite, "10.5072/a", MISTYPED)
    report_and_follow(REPOSITORY)
    deposit(datacite, "10.5072/a", ALICE)

    follow_corrections()
    run_jobs()
    assert states() == {"10.5072/a": False}, "the report is fresh"

    RepositoryReport.objects.update(at=clock.now() - 2 * FRESH)
    follow_corrections()
    run_jobs()
    assert states() == {"10.5072/a": True}


def test_the_page_shows_old_and_new_value_and_what_to_do(manager, datacite):
    deposit(datacite, "10.5072/a", WITH_WORDS, name="<b>Alice</b>")
    report_and_follow(REPOSITORY)

    page = re.sub(r"\s+", " ", manager.get(PAGE).content.decode())

    assert "1 value is to be corrected." in page
    assert f"<code>{WITH_WORDS}</code></td><td><code>https://orcid.org/{ALICE}</code>" in page
    assert "Write only the iD." in page
    assert "<b>Alice" not in page


def test_the_file_has_all_corrections_and_no_formula(manager, datacite):
    deposit(datacite, "10.5072/a", MISTYPED, name="=1+1")
    report_and_follow(REPOSITORY)
    deposit(datacite, "10.5072/a", ALICE)
    report_and_follow(REPOSITORY)

    answer = manager.get(f"{PAGE}/corrections.csv")

    head, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    values = dict(zip(head, row, strict=True))
    assert values["DOI"] == "10.5072/a"
    assert values["Field"] == "creators[0].nameIdentifiers[0]"
    assert (values["Name"], values["Old value"], values["New value"]) == ("'=1+1", MISTYPED, "")
    assert (values["Code"], values["State"]) == ("mistyped", "changed")
    assert values["Changed on"] == f"{clock.now():%Y-%m-%d}"
    assert "demo.repository-corrections.csv" in answer["Content-Disposition"]


def answer(orcid_id: str, said: str, **more: object) -> Account:
    """Store what a person said of a work of the repository, as ``/confirm`` does."""
    person = Account.objects.create(orcid_id=orcid_id, name="A Person")
    about = {"doi": "10.5072/a", "field": "creators[0]", "name": "Alvarado, Alice", "repository": REPOSITORY}
    Confirmation.objects.create(orcid_id=orcid_id, answer=said, at=clock.now(), **{**about, **more})
    return person


def test_what_people_said_is_a_ready_correction_until_the_metadata_are_so(datacite):
    deposit(datacite, "10.5072/a", ALICE)
    answer(ALICE, "not-mine", written=ALICE)
    answer(BOB, "other-id")
    wanted = {(row.advice.value, row.old, row.new) for row in corrections_of(REPOSITORY)}
    assert wanted == {("not-mine", ALICE, ""), ("other-id", "", f"https://orcid.org/{BOB}")}
    report_and_follow(REPOSITORY)
    assert {row.changed_at for row in corrections_of(REPOSITORY)} == {None}

    deposit(datacite, "10.5072/a", BOB)
    report_and_follow(REPOSITORY)

    assert None not in {row.changed_at for row in corrections_of(REPOSITORY)}


def seen_by(manager) -> list[str]:
    """Return the page and the file, without what differs at each load."""
    answers = [manager.get(path).content.decode() for path in (PAGE, f"{PAGE}/corrections.csv")]
    return [re.sub(r'csrf\w*"[^>]*', "", text) for text in answers]


@pytest.mark.parametrize(
    "more",
    [{"is_private": True}, {"is_current": False}, {"repository": "other.repo"}],
    ids=["hid when answering", "taken back", "another repository"],
)
def test_a_refusal_is_shown_only_to_the_repository_that_its_person_sent_it_to(manager, more):
    before = seen_by(manager)

    answer(ALICE, "not-mine", **more)
    Block.objects.create(orcid_id=BOB, doi="10.5072/a")

    assert seen_by(manager) == before


@pytest.mark.parametrize("change", [{"is_public": False}, {"closed_at": clock.now()}, {"is_active": False}])
def test_who_hides_their_record_later_is_no_longer_shown(manager, change):
    person = answer(ALICE, "not-mine")
    assert "10.5072/a" in manager.get(PAGE).content.decode()

    Account.objects.filter(pk=person.pk).update(**change)

    assert "10.5072/a" not in manager.get(PAGE).content.decode()
