"""The probe of quiet times, and the canary that only the sandbox sees."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.db import connections

from profiles.claims.models import Attempt, Claim
from profiles.config.env import Environment, environment
from profiles.infra import clock
from profiles.ops.doi_commands.canary import canary, is_sandbox
from profiles.pipeline.probe import QUIET, probe_if_quiet
from tests.support.claims import waiting_claim
from tests.support.pushing import ALICE, permitted, registered, run_lanes, works_of
from tests.support.workers import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
DOI = "10.5072/probe"


@pytest.fixture
def on_record(orcid, datacite, settings) -> Claim:
    """The work of the probe, on the record that DataCite owns."""
    permitted(orcid)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI)
    run_lanes()
    changes = {"PROFILES_PROBE_ORCID": ALICE, "PROFILES_PROBE_DOI": DOI}
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update=changes)
    return claim


def make_quiet() -> None:
    long_ago = clock.now() - QUIET - timedelta(minutes=1)
    Attempt.objects.update(at=long_ago)
    Claim.objects.update(claimed_at=long_ago)


def test_after_fifteen_quiet_minutes_one_unchanged_work_is_sent_again(orcid, on_record):
    before = works_of(orcid)
    assert not probe_if_quiet(), "it is not quiet: the work has just been added"
    make_quiet()

    assert probe_if_quiet()
    assert not probe_if_quiet(), "it is on its way"
    run_lanes()

    assert len(orcid.log(method="PUT", path="/work")) == 1
    assert len(orcid.log(method="POST", path="/work")) == 1
    assert works_of(orcid) == before, "nothing on the record changes, not even a date"
    on_record.refresh_from_db()
    assert (on_record.state, on_record.problem) == ("done", "")
    assert not probe_if_quiet(), "the probe itself is a write that ORCID accepted"


def test_the_probe_is_off_unless_the_operator_names_a_record_and_a_work(on_record, settings):
    make_quiet()
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"PROFILES_PROBE_ORCID": ""})

    assert Environment.model_fields["PROFILES_PROBE_ORCID"].default == ""
    assert not probe_if_quiet()


def test_a_work_that_its_owner_removed_is_not_sent_by_the_probe(on_record):
    make_quiet()
    Claim.objects.update(removed_by_owner_at=clock.now())

    assert not probe_if_quiet()


@pytest.mark.parametrize(
    ("url", "mode", "may_write"),
    [
        ("https://api.orcid.org", "production", False),
        ("https://api.orcid.org", "test", False),
        ("https://api.sandbox.orcid.org", "stage", True),
        ("https://api.sandbox.orcid.org.example.org", "stage", False),
        ("http://127.0.0.1:8101", "production", False),
        ("http://127.0.0.1:8101", "test", True),
    ],
)
def test_the_canary_writes_only_to_the_sandbox(settings, url, mode, may_write):
    changes = {"ORCID_API_URL": url, "PROFILES_MODE": mode}

    assert is_sandbox(settings.ENVIRONMENT.model_copy(update=changes)) is may_write


def in_own_thread(words):
    try:
        return CliRunner().invoke(canary, words)
    finally:
        connections.close_all()


def test_the_canary_adds_changes_and_removes_one_work_and_leaves_nothing(orcid, datacite):
    permitted(orcid)
    registered(datacite, DOI)
    with ThreadPoolExecutor(1) as operator:
        run = operator.submit(in_own_thread, [ALICE, DOI])
        wait_until(lambda: run_lanes() or run.done(), seconds=60)

    result = run.result()
    assert result.exit_code == 0, result.output
    assert re.findall(r"^(\w+): [\d.]+ s$", result.output, re.MULTILINE) == ["add", "update", "remove"]
    methods = [entry["method"] for entry in orcid.log(path="/work") if entry["method"] != "GET"]
    assert methods == ["POST", "PUT", "DELETE"]
    assert works_of(orcid) == []


def test_the_canary_refuses_production(monkeypatch):
    monkeypatch.setenv("ORCID_API_URL", "https://api.orcid.org")
    environment.cache_clear()
    try:
        result = CliRunner().invoke(canary, [ALICE, DOI])
    finally:
        monkeypatch.undo()
        environment.cache_clear()

    assert result.exit_code == 1
    assert "is not ORCID's sandbox" in result.output
