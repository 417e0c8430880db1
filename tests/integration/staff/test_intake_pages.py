"""What staff see of intake, and how they ask the rules again about old skips."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from profiles.accounts.models import Account
from profiles.claims.models import Claim, ClaimHistory
from profiles.infra import clock
from profiles.infra.jobs import job_names
from profiles.intake.models import Decision, IngestUnit, Reconciliation
from profiles.jobs import intake as jobs
from tests.support.intake import enrol, take_in
from tests.support.records import ANNA, record
from tests.support.signing_in import with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs")]


@pytest.fixture
def staff(client):
    def sign_in(role="staff_admin"):
        client.force_login(Account.objects.create(orcid_id="0009-0001-0000-0049", name="Dana", role=role))
        return with_second_factor(client)

    return sign_in


@pytest.fixture
def skips():
    enrol(rules={"skip_types": ["Dataset"]})
    take_in(*[record(f"10.5072/skipped-{number}") for number in range(12)])
    enrol(rules={})


def test_a_changed_rule_is_shown_at_work_before_it_is_replayed(staff, skips):
    browser = staff()

    page = browser.post("/staff/skips/type-unwanted", {"act": "no"}).content.decode()
    untouched = Claim.objects.count()
    browser.post("/staff/skips/type-unwanted", {"act": "yes"})
    (job,) = ProcrastinateJob.objects.filter(task_name=job_names.REPLAY)
    jobs.replay_skips(**job.args)
    jobs.replay_skips(**job.args)

    assert "These 12 skips would now be claims." in page
    assert untouched == 0
    assert Claim.objects.count() == 12


def test_a_replay_of_skips_names_who_asked_in_the_decision_and_in_the_history_of_the_claim(staff, skips):
    browser = staff()
    browser.post("/staff/skips/type-unwanted", {"act": "yes"})
    (job,) = ProcrastinateJob.objects.filter(task_name=job_names.REPLAY)
    jobs.replay_skips(**job.args)

    page = browser.get("/staff/people/" + ANNA, {"kind": "decisions"}).content.decode()

    dana = "0009-0001-0000-0049"
    assert set(Decision.objects.exclude(asked_by="").values_list("result", "asked_by")) == {("claim", dana)}
    assert set(ClaimHistory.objects.values_list("actor", flat=True)) == {dana}
    assert f"asked again by {dana}" in page


def test_where_nothing_would_change_that_is_said(staff):
    enrol(rules={"skip_types": ["Dataset"]})
    take_in(record())

    page = staff().post("/staff/skips/type-unwanted", {"act": "no"}).content.decode()

    assert "Nothing would come out otherwise." in page
    assert "Do it" not in page


def test_many_skips_are_asked_about_with_few_questions(staff, skips, django_assert_max_num_queries):
    browser = staff()

    with django_assert_max_num_queries(30):
        browser.post("/staff/skips/type-unwanted", {"act": "no"})


def test_staff_without_the_right_look_and_do_not_replay(staff, skips):
    browser = staff("staff_user")

    assert browser.get("/staff/skips/type-unwanted").status_code == 200
    assert browser.post("/staff/skips/type-unwanted", {"act": "yes"}).status_code == 403


def test_a_reason_that_no_rule_has_is_not_found(staff):
    assert staff().get("/staff/skips/nonsense").status_code == 404


@pytest.mark.parametrize("page", ["/staff/intake", "/staff/skips/type-unwanted"])
def test_only_staff_see_the_pages(client, page):
    assert client.get(page).status_code == 302
    client.force_login(enrol())
    assert client.get(page).status_code == 403


def test_staff_see_how_far_intake_is_what_is_broken_and_where_records_differ(staff):
    take_in(b"{oops")
    Reconciliation.objects.create(
        orcid_id=ANNA,
        at="2026-11-01T00:00:00Z",
        drift=2,
        report={"removed": ["10.5072/a"], "private": ["10.5072/b"]},
    )

    page = staff("staff_user").get("/staff/intake").content.decode()

    assert "1 broken record set aside" in page
    assert "poll:1" in page
    assert "private: 1, removed: 1" in page
    assert ANNA in page


def test_a_set_of_data_files_shows_how_many_are_done_and_what_hinders_the_rest(staff):
    IngestUnit.objects.create(
        source="/data/release", name="part_0", size=10, lines=300, done_at=clock.now(), asked_at=clock.now()
    )
    IngestUnit.objects.create(
        source="/data/release", name="part_1", size=10, problem="worker-2 does not have the file"
    )
    IngestUnit.objects.create(source="/data/finished", name="part_0", size=10, done_at=clock.now())

    page = staff().get("/staff/intake").content.decode()

    assert "1 of 2 files, 300 lines" in page
    assert "left" in page
    assert "part_1: worker-2 does not have the file" in page
    assert "/data/finished" not in page
