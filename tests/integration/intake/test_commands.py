"""The commands of intake, as an operator types them."""

import json

import pytest
from click.testing import CliRunner

from profiles.claims.models import Claim
from profiles.ops.cli import cli
from tests.support.intake import enrol, take_in
from tests.support.records import ANNA, DOI, record, related

pytestmark = pytest.mark.django_db
PART = record(relatedIdentifiers=[related("IsPartOf", "10.5072/whole")])


def run(*words):
    return CliRunner().invoke(cli, [str(word) for word in words])


def test_explain_says_what_decided_and_what_to_do(datacite):
    enrol()
    datacite.order("dois", [PART])
    take_in(PART)

    said = run("explain", f"https://doi.org/{DOI}", ANNA)

    assert said.exit_code == 0, said.output
    assert "Result: skip, by relations: related-work" in said.output
    assert "What to do:" in said.output


def test_explain_cuts_nothing_in_a_pipe(datacite):
    whole = f"10.5072/{'a-very-long-name-' * 12}end"
    part = record(relatedIdentifiers=[related("IsPartOf", whole)], titles=[{"title": "Ice cores " * 20}])
    datacite.order("dois", [part])

    said = run("explain", DOI, ANNA, "--public").output

    assert f"IsPartOf {whole}" in said
    assert ("Ice cores " * 20).strip() in said
    assert "…" not in said


def test_explain_gives_machines_what_the_page_gives(datacite):
    datacite.order("dois", [PART])

    said = json.loads(run("explain", DOI, ANNA, "--public", "--json").output)

    assert (said["scope"], said["result"]) == ("metadata", "skip")


@pytest.mark.parametrize(
    "words", [("explain", "nonsense", ANNA), ("explain", DOI, "0000"), ("replay", "--reason", "x")]
)
def test_a_mistake_is_named(words):
    said = run(*words)

    assert said.exit_code == 2
    assert "Invalid value" in said.output


def test_explain_says_when_datacite_cannot_be_asked(datacite):
    datacite.fail_next(None, status=503)

    said = run("explain", DOI, ANNA)

    assert said.exit_code == 1
    assert "DataCite" in said.output


def test_harvest_polls_and_tells_how_far_it_is(datacite):
    enrol()
    datacite.order("dois", [record()])

    assert "nothing was polled yet" in run("harvest", "--state").output
    said = run("harvest", "--begin", "2026-07-01T09:59:00Z", "--most-windows", 1)
    state = run("harvest", "--state")

    assert said.exit_code == 0, said.output
    assert "1 windows, 1 records, 1 concern enrolled people" in said.output
    assert "done until 2026-07-01 10:09:00 UTC" in state.output
    assert Claim.objects.count() == 1


def test_replay_shows_first_and_acts_when_told(datacite):
    enrol(rules={"skip_types": ["Dataset"]})
    take_in(record())
    enrol(rules={})

    shown = run("replay")
    before = Claim.objects.count()
    acted = run("replay", "--act")

    assert "1 skips asked about, 1 would now come out otherwise" in shown.output
    assert "Nothing was done." in shown.output
    assert "1 acted on" in acted.output
    assert (before, Claim.objects.count()) == (0, 1)


def test_ingest_says_when_there_is_nothing_to_read(tmp_path):
    said = run("ingest", tmp_path)

    assert said.exit_code == 1
    assert "holds no .jsonl" in said.output
