"""People become staff, or people of a member or repository, by a command, and what they may do follows."""

import pytest
from click.testing import CliRunner
from django.conf import settings

from profiles.accounts import closing
from profiles.accounts.models import Account, RoleChange
from profiles.ops.cli import cli
from tests.support.api_callers import Consumer
from tests.support.signing_in import by_globus, with_second_factor

pytestmark = pytest.mark.django_db
BACKEND = settings.AUTHENTICATION_BACKENDS[0]
DANA = "0009-0001-0000-0049"


def staff(*words: str):
    return CliRunner().invoke(cli, ["staff", *words])


def test_a_person_whom_the_command_made_staff_opens_the_support_pages(client, stands):
    by_globus(client, f"{DANA}@orcid.org")
    assert client.get("/staff").status_code == 403

    granted = staff("grant", DANA, "--role", "staff_admin")

    assert granted.exit_code == 0, granted.output
    assert client.get("/staff")["Location"] == "/settings/second-step"
    assert with_second_factor(client).get("/staff").status_code == 200


def test_a_role_can_be_given_before_the_person_ever_came(client, stands):
    assert staff("grant", f"https://orcid.org/{DANA}", "--role", "staff_user").exit_code == 0

    by_globus(client, f"{DANA}@orcid.org")

    assert with_second_factor(client).get("/staff").status_code == 200


@pytest.mark.parametrize(
    ("role", "option", "own", "foreign"),
    [
        ("provider_admin", ("--member", "DataCite"), "datacite.test", "other.test"),
        ("provider_user", ("--member", "datacite"), "datacite.test", "other.test"),
        ("client_admin", ("--repository", "datacite.test"), "datacite.test", "datacite.other"),
        ("client_user", ("--repository", "DATACITE.TEST"), "datacite.test", "datacite.other"),
    ],
)
def test_people_of_members_and_repositories_see_their_own_dois_only(role, option, own, foreign):
    assert staff("grant", DANA, "--role", role, *option).exit_code == 0

    person = Consumer(Account.objects.get())

    assert person.call("get", f"/repositories/{own}").status_code == 200
    assert person.call("get", f"/repositories/{foreign}").status_code == 403


@pytest.mark.parametrize(
    "words",
    [
        ("0009-0001-0000-0048", "--role", "staff_admin"),
        (DANA, "--role", "user"),
        (DANA, "--role", "provider_admin"),
        (DANA, "--role", "provider_admin", "--member", "datacite.test"),
        (DANA, "--role", "client_user", "--member", "datacite"),
        (DANA, "--role", "client_user", "--repository", "datacite"),
        (DANA, "--role", "staff_user", "--member", "datacite"),
        (DANA,),
    ],
)
def test_a_role_that_would_not_work_is_refused_in_words(words):
    refused = staff("grant", *words)

    assert refused.exit_code != 0
    assert "Error" in refused.output
    assert not Account.objects.exclude(role="user").exists()


def test_every_change_is_recorded_once_with_who_made_it():
    staff("grant", DANA, "--role", "client_user", "--repository", "datacite.test")
    again = staff("grant", DANA, "--role", "client_user", "--repository", "datacite.test")
    staff("grant", DANA, "--role", "staff_user")
    staff("revoke", DANA)

    rows = list(RoleChange.objects.order_by("id").values_list("old_role", "role", "repository"))
    assert "already has" in again.output
    assert rows == [
        ("user", "client_user", "datacite.test"),
        ("client_user", "staff_user", ""),
        ("staff_user", "user", ""),
    ]
    assert all(row.by.startswith("command line (") for row in RoleChange.objects.all())


def test_the_list_names_everyone_with_a_role_and_who_gave_it():
    Account.objects.create(orcid_id="0009-0001-0000-0014", name="Alice")
    staff("grant", DANA, "--role", "client_admin", "--repository", "datacite.test")

    (line,) = staff("list").output.splitlines()

    assert line.startswith(f"{DANA}\tclient_admin\tdatacite.test\t")
    assert "by command line (" in line


def test_a_revoked_role_closes_the_pages_at_the_next_request(client):
    staff("grant", DANA, "--role", "staff_admin")
    client.force_login(Account.objects.get(), backend=BACKEND)
    assert with_second_factor(client).get("/staff").status_code == 200

    assert staff("revoke", DANA).exit_code == 0

    assert client.get("/staff").status_code == 403
    assert staff("revoke", DANA).exit_code == 1


def test_a_closed_account_gets_no_role_and_loses_the_one_it_had():
    staff("grant", DANA, "--role", "staff_admin")
    closing.close(account_id=Account.objects.get().pk)

    refused = staff("grant", DANA, "--role", "staff_admin")

    assert refused.exit_code == 1
    assert Account.objects.get().role == "user"
    assert list(RoleChange.objects.order_by("id").values_list("role", flat=True)) == ["staff_admin", "user"]


def test_the_changes_of_a_role_are_on_the_persons_page_for_staff(client):
    staff("grant", DANA, "--role", "staff_user")
    client.force_login(Account.objects.get(), backend=BACKEND)

    page = with_second_factor(client).get(f"/staff/people/{DANA}").content.decode()

    assert "user → staff_user" in page
    assert "command line (" in page
