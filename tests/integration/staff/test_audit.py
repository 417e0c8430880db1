"""The audit log of staff: rows are only added, can be searched and exported, and end after their time."""

import csv
from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from profiles.accounts import closing
from profiles.accounts.models import Account, StaffAudit
from profiles.accounts.staff_access import audit
from profiles.accounts.staff_access.audit import StaffAct
from profiles.infra import clock
from profiles.jobs import upkeep
from tests.support.staff import DANA, dana

pytestmark = pytest.mark.django_db
ALICE, DOI = "0000-0002-1825-0097", "10.5072/lemurs"
REFUSED = "rows of the audit log are never changed"


@pytest.fixture
def alice() -> Account:
    return Account.objects.create(orcid_id=ALICE, name="Alice")


@pytest.mark.parametrize(
    "statement", ["UPDATE accounts_staffaudit SET reason = 'x'", "DELETE FROM accounts_staffaudit"]
)
def test_the_database_refuses_to_change_or_delete_a_row(statement, alice):
    audit.write(StaffAct.LOOKED, by="a test", person=alice)

    with (
        pytest.raises((ProgrammingError, IntegrityError), match=REFUSED),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert StaffAudit.objects.get().reason == ""


def test_only_the_retention_deletes_and_only_what_is_old(alice):
    now = clock.now()
    for days in (audit.RETENTION.days + 1, 1):
        StaffAudit.objects.create(act="looked", account_id=alice.pk, at=now - timedelta(days=days))

    upkeep.delete_old()
    upkeep.delete_old()

    (row,) = StaffAudit.objects.all()
    assert row.at == now - timedelta(days=1)


def test_a_person_who_leaves_is_named_in_no_row(alice):
    audit.write(StaffAct.LOOKED, by="a test", about=ALICE)
    audit.write(StaffAct.LOOKED, by="a test", person=alice)

    closing.close(account_id=alice.pk)
    closing.erase(account_id=alice.pk)

    (line,) = [line for line in audit.lines(StaffAudit.objects.all()) if line.row.act == "looked"]
    assert line.person == "a former user"


def test_the_log_is_searched_by_who_whom_and_act(alice):
    staff = dana()
    staff.get(f"/staff/people/{ALICE}")
    staff.get("/staff/people/0009-0001-0000-0014")

    def shown(**query: str) -> list[str]:
        page = staff.get("/staff/audit", query).content.decode()
        return [orcid_id for orcid_id in (ALICE, "0009-0001-0000-0014") if f"<td>{orcid_id}</td>" in page]

    assert shown() == [ALICE, "0009-0001-0000-0014"]
    assert shown(about=ALICE) == [ALICE]
    assert shown(by=DANA, act="looked") == [ALICE, "0009-0001-0000-0014"]
    assert shown(act="changed a role") == []
    assert shown(about="nonsense") == []


def test_the_log_is_exported_without_formulas_and_the_export_is_written_down(alice):
    staff = dana()
    audit.write(StaffAct.TRIED_AGAIN, by="a test", person=alice, count=3, reason="=cmd()")

    answer = staff.get("/staff/audit.csv", {"about": ALICE})

    text = b"".join(answer.streaming_content).decode()
    (line,) = [row for row in csv.DictReader(text.splitlines()) if row["act"] == "tried again"]
    assert (line["by"], line["person"], line["count"], line["reason"]) == ("a test", ALICE, "3", "'=cmd()")
    assert StaffAudit.objects.filter(act="exported the audit log", count=1).exists()


def test_staff_who_may_not_read_the_log_do_not(alice):
    assert dana("staff_user").get("/staff/audit").status_code == 403
    assert dana("staff_user").get("/staff/audit.csv").status_code == 403
