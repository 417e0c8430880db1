"""``profiles import-volpino``: every oddity is found, a second run changes nothing, no token is shown."""

import json

import pytest
from click.testing import CliRunner
from django.db import connection
from django.utils import timezone

from profiles.accounts.models import Account, RoleChange
from profiles.claims.models import Claim, ClaimHistory, Lane
from profiles.consents.models import Consent, Receipt
from profiles.consents.sealing import purpose_of
from profiles.domain.moving_in.oddities import Oddity
from profiles.infra import wiring
from profiles.ops.cli import cli
from profiles.pipeline.moving_in import importing
from tests.support.previous_service.database import PreviousService
from tests.support.previous_service.rows import NOW, SECRET, claim_row, orcid_id_of, person_row, token

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, CLAIMS, ODD_EACH = 120, 220, 3
SWITCH_OVER = ("--switch-over", f"{NOW:%Y-%m-%dT%H:%M:%S}")
UNSTABLE = {"id", "claim_id", "account_id", "access_token", "refresh_token"}
WRITTEN = (Account, RoleChange, Consent, Receipt, Claim, ClaimHistory, Lane)


def run(path, *options, code=0):
    done = CliRunner().invoke(cli, ["import-volpino", str(path), *SWITCH_OVER, *options])
    assert done.exit_code == code, done.output
    assert SECRET not in done.output
    return done.output


def contents():
    """All that an import writes, without the numbers of rows and what seals differently each time."""
    return {
        model.__name__: sorted(
            str({k: v for k, v in row.items() if k not in UNSTABLE}) for row in model.objects.values()
        )
        for model in WRITTEN
    }


@pytest.fixture
def previous(tmp_path):
    service = PreviousService(PEOPLE, CLAIMS, odd_each=ODD_EACH)
    service.write_dump(tmp_path / "volpino.sql.gz")
    return service


@pytest.fixture
def dump(previous, tmp_path):
    return tmp_path / "volpino.sql.gz"


def found(report):
    tables = json.loads(report.read_text())["tables"]
    return {name: {o: f["count"] for o, f in table["oddities"].items()} for name, table in tables.items()}


def test_every_oddity_is_counted_and_no_row_is_lost_in_silence(previous, dump, tmp_path):
    output = run(dump, "--report", str(tmp_path / "report.json"))

    for table, counted in previous.expected.items():
        assert found(tmp_path / "report.json")[table] == {o.value: count for o, count in counted.items()}
    assert Account.objects.count() == previous.kept("users")
    assert Claim.objects.count() == previous.kept("claims")
    assert ClaimHistory.objects.count() == Claim.objects.count()
    assert all(oddity in output for oddity in ("claim-twice", "person-without-id", "claim-without-person"))
    assert SECRET not in (tmp_path / "report.json").read_text()
    report = json.loads((tmp_path / "report.json").read_text())
    left_out = report["tables"]["claims"]["oddities"]["doi-unreadable"]
    assert len(left_out["rows"]) == left_out["count"] > 0


@pytest.mark.parametrize("batch_size", [7, 5_000])
def test_a_second_run_changes_nothing_and_finds_the_same(previous, dump, tmp_path, monkeypatch, batch_size):
    monkeypatch.setattr(importing, "BATCH_SIZE", batch_size)
    run(dump, "--report", str(tmp_path / "first.json"))
    before = contents()

    output = run(dump, "--report", str(tmp_path / "second.json"))

    assert contents() == before
    assert found(tmp_path / "second.json") == found(tmp_path / "first.json")
    assert f"{previous.kept('claims')} here already" in output


def test_an_import_that_is_stopped_in_the_middle_goes_on(dump, monkeypatch):
    monkeypatch.setattr(importing, "BATCH_SIZE", 50)
    run(dump)
    whole = contents()
    for model in reversed(WRITTEN):
        model.objects.all().delete()

    real, batches = importing.store_claims, iter(range(10))

    def dies_in_the_third(*args, **kwargs):
        if next(batches) == 2:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(importing, "store_claims", dies_in_the_third)
    run(dump, code=1)
    assert 0 < Claim.objects.count() < len(whole["Claim"])

    run(dump)
    assert contents() == whole


def test_a_dry_run_reports_the_same_and_stores_nothing(previous, dump, tmp_path):
    output = run(dump, "--dry-run", "--report", str(tmp_path / "dry.json"))

    assert not any(model.objects.exists() for model in WRITTEN)
    assert "Nothing was stored." in output
    run(dump, "--report", str(tmp_path / "real.json"))
    assert json.loads((tmp_path / "dry.json").read_text()) == json.loads((tmp_path / "real.json").read_text())


def test_csv_files_bring_the_same_as_a_dump(previous, dump, tmp_path):
    run(dump)
    from_dump = contents()
    for model in reversed(WRITTEN):
        model.objects.all().delete()
    PreviousService(PEOPLE, CLAIMS, odd_each=ODD_EACH).write_csv(tmp_path)

    run(tmp_path)

    assert contents() == from_dump


def test_permissions_open_and_belong_to_their_clients(dump):
    run(dump)

    consent = Consent.objects.get(orcid_id=orcid_id_of(1), purpose="auto_update")
    assert wiring.vault().unseal(consent.access_token, purpose=purpose_of(consent)) == token("update", 1)
    assert wiring.vault().unseal(consent.refresh_token, purpose=purpose_of(consent)) == token(
        "update-refresh", 1
    )
    assert (consent.health, consent.wording) == ("unused", "previous service")
    assert Receipt.objects.filter(orcid_id=consent.orcid_id, kind="granted").count() == 2
    lost = Consent.objects.filter(health="lost")
    assert lost.exists()
    assert not lost.filter(notified_at=None).exists()
    assert set(lost.values_list("access_token", flat=True)) == {None}


def test_auto_update_counts_as_on_since_the_switch_over_and_never_longer(dump):
    run(dump)

    since = set(Account.objects.exclude(auto_update_since=None).values_list("auto_update_since", flat=True))
    assert since == {NOW - importing.OVERLAP}


def test_roles_are_noted_with_who_gave_them(dump):
    run(dump)

    staff = Account.objects.filter(role="staff_admin")
    assert staff.exists()
    changes = RoleChange.objects.filter(account_id__in=staff.values("pk"))
    assert set(changes.values_list("by", "role")) == {("import of the previous service", "staff_admin")}


def test_of_two_rows_for_one_work_the_one_with_a_put_code_counts_in_any_order(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH_SIZE", 1)
    service = PreviousService(10, 3, odd_each=1_000)
    first, second, third = (claim_row(number, 10) for number in (1, 2, 3))
    first |= {"put_code": None, "aasm_state": "failed", "error_messages": '[{"title":"Missing data"}]'}
    second |= {"orcid": first["orcid"], "doi": first["doi"].upper()}
    third |= {"orcid": first["orcid"], "doi": f" {first['doi']}", "put_code": 0}
    rows = {"users": [person_row(number) for number in range(1, 11)], "claims": [first, second, third]}
    monkeypatch.setattr(PreviousService, "rows", lambda _self, table: iter(rows[table]))
    service.write_dump(tmp_path / "volpino.sql")

    output = run(tmp_path / "volpino.sql")
    again = run(tmp_path / "volpino.sql")

    claim = Claim.objects.get()
    assert (str(claim.uuid), claim.put_code, claim.state) == (second["uuid"], second["put_code"], "done")
    assert [line.event for line in claim.history.order_by("id")] == ["fail", "succeed"]
    assert all(f"2  {Oddity.CLAIM_TWICE}" in text for text in (output, again))


def test_a_database_that_people_use_is_left_alone_without_yes(dump):
    Account.objects.create(orcid_id="0009-0001-0000-0014", last_login=timezone.now())

    output = run(dump, code=1)
    assert "1 people have signed in here" in output
    assert Account.objects.count() == 1
    run(dump, "--yes")
    assert Account.objects.count() > 1


def test_a_dump_without_a_column_that_is_needed_is_refused(tmp_path):
    (tmp_path / "claims.csv").write_text("id,doi\n1,10.5072/a\n")

    assert "claims lacks the columns uuid, orcid" in run(tmp_path, code=1)


def test_nothing_is_announced_to_webhooks(dump):
    from profiles.claims import feed
    from profiles.consents import feed as permissions

    run(dump)

    assert feed.changes_after(0, limit=10) == []
    assert {change.is_loss for change in permissions.changes_after(0, limit=1000)} <= {True}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,)
