"""``profiles shadow``: a day of the previous service, with planted differences, each named by its rule."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from profiles.domain.moving_in.shadow import MEANING, Rule
from profiles.ops.cli import cli
from tests.support.previous_service.database import PreviousService
from tests.support.previous_service.rows import claim_row, orcid_id_of, person_row
from tests.support.records import creator, name_identifier, record, related

MORNING = datetime(2026, 11, 1, 9, tzinfo=UTC)
BEFORE = datetime(2026, 10, 1, tzinfo=UTC)
ADA, OFF, STRANGER, WAITS = (orcid_id_of(number) for number in range(1, 5))
"""With permission; switched off; only announced; switched on without permission."""
DONE, FAILED = {"aasm_state": "done"}, {"aasm_state": "failed", "put_code": None}
NO_TOKEN = FAILED | {"error_messages": '[{"title":"No user and/or ORCID token"}]'}
EXISTS = FAILED | {"error_messages": '[{"status":409,"title":"already exists"}]'}
OF_BEFORE = {"created_at": BEFORE, "updated_at": BEFORE}


class Day:
    """A day of the previous service: messages, records, and what its tables show at the end."""

    def __init__(self, folder, monkeypatch):
        self.folder, self.monkeypatch = folder, monkeypatch
        self.messages, self.records, self.claims = [], [], []
        self.planted = {}

    def happened(self, rule, doi, orcid_id, claim=None, **metadata):
        """One message about a DOI that names a person; ``claim`` is what the table has afterwards."""
        named = metadata.pop("creators", [ada(orcid_id)])
        registered = "2026-11-01T08:00:00Z"
        changes = {"created": registered, "registered": registered, "updated": registered, **metadata}
        self.messages.append({"id": doi.upper(), "type": "dois", "attributes": {"doi": doi.upper()}})
        self.records.append(record(doi, creators=named, **changes))
        if claim is not None:
            usual = claim_row(len(self.claims) + 1, 10) | {"source_id": "orcid_update", "created_at": MORNING}
            self.claims.append(usual | {"updated_at": MORNING, "doi": doi, "orcid": orcid_id} | claim)
        if rule is not None:
            self.planted[rule] = self.planted.get(rule, 0) + 1

    def compare(self, code=0):
        tokens = {name: None for name in person_row(1) if name.endswith("_token")}
        no_update = {"orcid_auto_update_access_token": None, "orcid_auto_update_refresh_token": None}
        users = [
            person_row(1),
            person_row(2) | {"auto_update": 0},
            person_row(3) | tokens,
            person_row(4) | no_update,
        ]
        rows = {"users": users, "claims": self.claims}
        self.monkeypatch.setattr(PreviousService, "rows", lambda _self, table: iter(rows[table]))
        dump = PreviousService(4, len(self.claims)).write_dump(self.folder / "volpino.sql.gz")
        files = {"queue": self.messages, "records": self.records}
        for name, lines in files.items():
            (self.folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)))
        options = ["--day", "2026-11-01", "--queue", str(self.folder / "queue.jsonl"), "--tables", str(dump)]
        report = self.folder / "report.json"
        options += ["--report", str(report), str(self.folder / "records.jsonl")]
        done = CliRunner().invoke(cli, ["shadow", *options])
        assert done.exit_code == code, done.output
        return json.loads(report.read_text()), done.output


def ada(orcid_id, name="O'Neil, Ada", **identifier):
    given, _, family = name.partition(", ")[::-1]
    identifiers = [name_identifier(identifier.get("value", f"https://orcid.org/{orcid_id}"),
                                   identifier.get("scheme", "ORCID"))]  # fmt: skip
    return creator(orcid_id, name=name, givenName=given, familyName=family, nameIdentifiers=identifiers)


@pytest.fixture
def day(tmp_path, monkeypatch):
    return Day(tmp_path, monkeypatch)


def test_a_day_with_planted_differences_is_explained_completely(day):
    same = 0
    # What both do.
    for number in range(5):
        day.happened(None, f"10.5072/new-{number}", ADA, DONE)
        same += 1
    day.happened(None, "10.5072/updated", ADA, DONE | {"created_at": BEFORE})
    day.happened(None, "10.5072/waits", WAITS, NO_TOKEN)
    day.happened(None, "10.5072/part", ADA, relatedIdentifiers=[related("IsPartOf", "10.5072/whole")])
    day.happened(None, "10.5072/of-a-stranger", STRANGER)
    day.happened(
        None, "10.5072/removed", ADA, OF_BEFORE | {"aasm_state": "deleted", "claim_action": "delete"}
    )
    same += 5
    # What a person asked for is not compared.
    day.happened(None, "10.5072/clicked", ADA, FAILED | {"source_id": "orcid_search"})
    # Planted.
    day.happened(Rule.NO_EMPTY_CLAIMS, "10.5072/empty-1", STRANGER, NO_TOKEN)
    day.happened(Rule.NO_EMPTY_CLAIMS, "10.5072/empty-2", orcid_id_of(99), NO_TOKEN)
    day.happened(Rule.WE_SKIP, "10.5072/off", OFF, DONE)
    other_name = [ada(ADA, "Zhang, Wei")]
    day.happened(Rule.WE_ASK, "10.5072/other-name", ADA, DONE, creators=other_name)
    day.happened(Rule.WE_OFFER_REMOVAL, "10.5072/hidden", ADA, DONE | OF_BEFORE, state="registered")
    day.happened(Rule.LONG_PREFIX, "10.123456/long", ADA)
    for number, kind in enumerate(("IsVersionOf", "IsIdenticalTo", "IsPreviousVersionOf")):
        relation = [related(kind, "10.5072/other")]
        day.happened(Rule.VERSIONS, f"10.5072/version-{number}", ADA, relatedIdentifiers=relation)
    day.happened(Rule.EXACT_IDS, "10.5072/scheme", ADA, creators=[ada(ADA, scheme="orcid")])
    bare = ADA.replace("-", "")
    day.happened(Rule.EXACT_IDS, "10.5072/bare", ADA, creators=[ada(ADA, value=bare)])
    day.happened(Rule.NO_UPDATE, "10.5072/not-updated", ADA, DONE | OF_BEFORE)
    day.happened(Rule.FAILED, "10.5072/exists", ADA, EXISTS)
    day.happened(Rule.STUCK, "10.5072/stuck", ADA, {"aasm_state": "working", "put_code": None})
    day.happened(Rule.LOST, "10.5072/lost", ADA)
    day.messages.append({"Body": json.dumps({"id": "10.5072/NO-RECORD", "type": "dois"})})

    report, output = day.compare()

    found = {}
    for difference in report["differences"]:
        found[difference["rule"]] = found.get(difference["rule"], 0) + difference["count"]
    assert found == {rule.value: count for rule, count in day.planted.items()}
    assert set(day.planted) == set(Rule) - {Rule.UNEXPLAINED}
    assert (report["unexplained"], report["same"]) == (0, same)
    assert (report["messages"], report["dois"]) == (len(day.messages), len(day.messages))
    assert report["without_record"] == 1
    assert "0 unexplained" in output
    assert all(rule in output for rule in found)


def test_what_no_rule_explains_is_listed_and_fails_the_command(day):
    day.happened(Rule.UNEXPLAINED, "10.5072/strange", ADA, NO_TOKEN)

    report, output = day.compare(code=1)

    assert report["unexplained"] == 1
    assert report["examples"]["unexplained"] == [f"10.5072/strange {ADA}"]
    assert "failed with a permission" in output


def test_every_rule_has_a_meaning():
    assert set(MEANING) == set(Rule)
