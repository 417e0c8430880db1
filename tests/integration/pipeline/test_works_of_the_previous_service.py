"""Works of the previous service: imported, looked at, and written only when there is something to write."""

import json
import urllib.request

import pytest
from click.testing import CliRunner
from django.utils import timezone

from profiles.claims.models import Claim
from profiles.domain.claim import Origin
from profiles.domain.consent import Purpose
from profiles.infra import wiring
from profiles.ops.cli import cli
from profiles.pipeline.works.reconcile import reconcile
from tests.support.claims import waiting_claim
from tests.support.intake import take_in
from tests.support.previous_service.database import PreviousService
from tests.support.previous_service.rows import claim_row, person_row
from tests.support.pushing import ALICE, registered, run_lanes, works_of

pytestmark = pytest.mark.django_db(transaction=True)
UNKNOWN = (None, 0, 2_147_483_647)
"""The value in place of a put-code that the previous service did not keep."""


@pytest.fixture
def previous(orcid, datacite, tmp_path, monkeypatch):
    """The previous service: it has sent works to Alice's record, and is then imported."""
    return Previous(orcid, datacite, tmp_path, monkeypatch)


class Previous:
    def __init__(self, orcid, datacite, folder, monkeypatch):
        self.orcid, self.datacite, self.folder, self.monkeypatch = orcid, datacite, folder, monkeypatch
        self.claims = []
        self.tokens = {
            purpose: orcid.order(
                "tokens", {"client_id": wiring.orcid_client(purpose).client_id, "orcid": ALICE}
            )["access_token"]
            for purpose in Purpose
        }

    def sent(self, doi, *, client=None, put_code="kept", **row):
        """A work that is on the record; the table has its put-code, or lost it."""
        registered(self.datacite, doi)
        real = self._add(doi, client)
        self._row(doi, real if put_code == "kept" else put_code, **row)
        return real

    def only_claimed(self, doi, **row):
        """A claim whose work is not on the record."""
        registered(self.datacite, doi)
        self._row(doi, row.pop("put_code", None), **row)

    def _add(self, doi, client):
        token = self.tokens[Purpose.AUTO_UPDATE]
        if client:
            order = {"client_id": client, "orcid": ALICE, "scopes": ["/activities/update"]}
            token = self.orcid.order("tokens", order)["access_token"]
        work = {
            "title": {"title": {"value": "As the previous service wrote it"}},
            "type": "data-set",
            "external-ids": {
                "external-id": [
                    {
                        "external-id-type": "doi",
                        "external-id-value": doi,
                        "external-id-relationship": "self",
                    }
                ]
            },
        }
        request = urllib.request.Request(
            f"{self.orcid.url}/v3.0/{ALICE}/work",
            json.dumps(work).encode(),
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.headers["Location"].rpartition("/")[2])

    def _row(self, doi, put_code, **changes):
        row = claim_row(len(self.claims) + 1, 1)
        self.claims.append(
            row | {"orcid": ALICE, "doi": doi, "put_code": put_code, "source_id": "orcid_update"} | changes
        )

    def move_in(self, **person):
        """Import the tables."""
        tokens = {f"orcid_{p.value}_access_token": token for p, token in self.tokens.items()}
        rows = {"users": [person_row(1) | {"uid": ALICE} | tokens | person], "claims": self.claims}
        self.monkeypatch.setattr(PreviousService, "rows", lambda _self, table: iter(rows[table]))
        dump = PreviousService(1, len(self.claims)).write_dump(self.folder / "volpino.sql")
        done = CliRunner().invoke(cli, ["import-volpino", str(dump)])
        assert done.exit_code == 0, done.output


def writes(orcid):
    return [
        (call["method"], call["path"])
        for call in orcid.log()
        if call["method"] in {"POST", "PUT", "DELETE"} and "/work" in call["path"]
    ]


def touch_all(datacite):
    """Let every DOI change in something that does not go to ORCID, and have an agent ask for each again."""
    for claim in Claim.objects.all():
        with urllib.request.urlopen(
            f"{datacite.url}/dois/{claim.doi}?affiliation=true", timeout=10
        ) as answer:
            record = json.load(answer)["data"]
        record["attributes"]["updated"] = f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}"
        take_in(record)
        waiting_claim(ALICE, claim.doi, origin=Origin.AUTO_UPDATE)


def test_works_that_are_there_are_found_and_none_is_written_when_all_dois_are_touched(previous, orcid):
    codes = {previous.sent("10.5072/known")}
    for number, put_code in enumerate(UNKNOWN):
        codes.add(previous.sent(f"10.5072/lost-{number}", put_code=put_code))
    failed = '[{"status":409,"title":"already exists, put_code missing"}]'
    codes.add(previous.sent("10.5072/failed", put_code=None, aasm_state="failed", error_messages=failed))
    codes.add(previous.sent("10.5072/stuck", put_code=None, aasm_state="working", claimed_at=None))
    before = writes(orcid)
    previous.move_in()

    run_lanes()
    touch_all(previous.datacite)
    run_lanes()
    touch_all(previous.datacite)
    run_lanes()

    assert writes(orcid) == before
    assert set(Claim.objects.values_list("state", flat=True)) == {"done"}
    assert set(Claim.objects.values_list("put_code", flat=True)) == codes


@pytest.mark.parametrize("put_code", ["kept", *UNKNOWN])
def test_a_work_that_its_owner_removed_meanwhile_does_not_come_back(previous, orcid, put_code):
    real = previous.sent("10.5072/removed", put_code=put_code)
    orcid.order("remove-work", {"orcid": ALICE, "put_code": real})
    before = writes(orcid)
    previous.move_in()

    touch_all(previous.datacite)
    run_lanes()
    registered(previous.datacite, "10.5072/removed", title="Ice cores, corrected")
    touch_all(previous.datacite)
    run_lanes()

    assert not works_of(orcid)
    added = [call for call in writes(orcid)[len(before) :] if call[0] == "POST"]
    assert added == []


@pytest.mark.parametrize("put_code", ["kept", *UNKNOWN])
def test_the_first_comparison_finds_what_its_owner_removed(previous, orcid, put_code):
    real = previous.sent("10.5072/removed", put_code=put_code)
    previous.sent("10.5072/there", put_code=put_code)
    orcid.order("remove-work", {"orcid": ALICE, "put_code": real})
    previous.move_in()

    drift = reconcile(ALICE)

    assert drift.removed == ["10.5072/removed"]
    states = dict(Claim.objects.values_list("doi", "state"))
    assert states == {"10.5072/removed": "deleted", "10.5072/there": "done"}
    assert Claim.objects.get(doi="10.5072/removed").removed_by_owner_at is not None
    before = writes(orcid)
    touch_all(previous.datacite)
    run_lanes()
    assert writes(orcid) == before


def test_a_removed_work_comes_back_when_its_owner_asks_for_it(previous, orcid):
    real = previous.sent("10.5072/again", put_code=None)
    orcid.order("remove-work", {"orcid": ALICE, "put_code": real})
    previous.move_in()

    waiting_claim(ALICE, "10.5072/again", by_owner=True, actor=ALICE)
    run_lanes()

    assert len(works_of(orcid)) == 1
    assert Claim.objects.get().state == "done"


def test_a_work_is_written_when_its_metadata_change_after_the_import(previous, orcid):
    previous.sent("10.5072/changes", put_code=None)
    previous.move_in()
    touch_all(previous.datacite)
    run_lanes()
    before = writes(orcid)

    registered(previous.datacite, "10.5072/changes", title="Ice cores, corrected")
    from profiles.intake.models import DoiSnapshot

    DoiSnapshot.objects.all().delete()
    waiting_claim(ALICE, "10.5072/changes", origin=Origin.AUTO_UPDATE)
    run_lanes()

    assert len(writes(orcid)) == len(before) + 1
    assert works_of(orcid)[0]["title"]["title"]["value"] == "Ice cores, corrected"


def test_what_waited_is_sent_once_and_what_was_deleted_is_not(previous, orcid):
    previous.only_claimed("10.5072/waits", aasm_state="waiting", claimed_at=None)
    previous.only_claimed("10.5072/gone", aasm_state="deleted", claim_action="delete", claimed_at=None)
    previous.move_in()

    run_lanes()
    touch_all(previous.datacite)
    run_lanes()

    assert [method for method, _path in writes(orcid)] == ["POST"]
    states = dict(Claim.objects.values_list("doi", "state"))
    assert states == {"10.5072/waits": "done", "10.5072/gone": "ignored"}


@pytest.mark.parametrize("put_code", ["kept", None])
@pytest.mark.parametrize("is_compared", [True, False])
def test_a_work_of_an_earlier_client_is_left_as_it_is_and_stays_done(
    previous, orcid, put_code, *, is_compared
):
    orcid.order(
        "clients",
        {"client_id": "APP-EARLIER000000001", "client_secret": "x", "scopes": ["/activities/update"]},
    )
    previous.sent("10.5072/earlier", client="APP-EARLIER000000001", put_code=put_code)
    previous.move_in()
    claim = Claim.objects.get()
    if is_compared:
        reconcile(ALICE)
        claim.refresh_from_db()
        assert (claim.owner_client, claim.state) == ("APP-EARLIER000000001", "done")
    before = writes(orcid)

    registered(previous.datacite, "10.5072/earlier", title="Ice cores, corrected")
    touch_all(previous.datacite)
    run_lanes()

    claim.refresh_from_db()
    assert (claim.state, writes(orcid)) == ("done", before)
    # Without a comparison a put-code counts as that of our own client, and the metadata as sent.
    assert claim.problem == ("wrong-source" if is_compared or put_code is None else "")


def test_who_had_switched_auto_update_off_gets_nothing(previous, orcid):
    previous.only_claimed("10.5072/waits", aasm_state="waiting", claimed_at=None)
    previous.move_in(auto_update=0)

    run_lanes()

    assert writes(orcid) == []
    assert Claim.objects.get().state in {"failed", "ignored"}
