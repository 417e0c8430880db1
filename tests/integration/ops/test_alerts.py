"""Alert rules and dashboard name only what ``/metrics`` has, and each alert has a page on what to do."""

import json
import re
import shutil
import subprocess
from datetime import timedelta

import pytest
import yaml
from prometheus_client.exposition import generate_latest

from profiles.claims.models import Attempt
from profiles.domain.service_status import PartName
from profiles.infra import clock
from profiles.infra.monitoring import metrics
from profiles.intake.models import DoiEvent, HarvestState
from profiles.pipeline import gauges
from tests.support.api_callers import service_key
from tests.support.claims import waiting_claim
from tests.support.shared import ROOT

RULES = yaml.safe_load((ROOT / "deploy/alerts.yaml").read_text())["groups"][0]["rules"]
DASHBOARD = json.loads((ROOT / "deploy/dashboard.json").read_text())
ON_DASHBOARD = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
EXPRESSIONS = [*(rule["expr"] for rule in RULES), *ON_DASHBOARD]
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}
BY = re.compile(r"\b(?:by|on) \(([\w, ]+)\)")
SELECTOR = re.compile(r"(profiles_\w+)(?:\{([^}]*)\})?")


@pytest.fixture
def exposed(db) -> str:
    """Everything that /metrics can have, of a service that has taken in and written something."""
    now = clock.now()
    HarvestState.objects.create(name="updated", done_until=now)
    DoiEvent.objects.create(event_id="e1", doi="10.5072/one", source="poll", received_at=now)
    Attempt.objects.create(claim=waiting_claim(), verb="add", at=now - timedelta(minutes=1))
    service_key()
    return generate_latest(metrics.registry(gauges.DatabaseGauges())).decode()


def names_in(text: str) -> set[str]:
    families = re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE)
    return {
        name.removesuffix("_total") + suffix if kind == "counter" else name + suffix
        for name, kind in families
        for suffix in SUFFIXES[kind]
    }


def labels_of(name: str, text: str) -> set[str]:
    declared = {
        family: set(metric._labelnames)
        for metric in (*vars(metrics).values(), *_of_calls())
        if hasattr(metric, "_labelnames")
        for family in metric.describe()[0].name.split()
    }
    family = re.sub(r"_(total|bucket|count|sum)$", "", name)
    if family in declared:
        return declared[family] | {"le"}
    return set(re.findall(r'(\w+)="', " ".join(re.findall(rf"^{name}\{{.*$", text, re.MULTILINE))))


def _of_calls() -> list:
    from profiles.clients import http

    return [http.CALLS, http.CALL_SECONDS]


def test_every_metric_and_label_of_alerts_and_dashboard_exists(exposed):
    known = names_in(exposed)
    assert len(EXPRESSIONS) > 40

    for expression in EXPRESSIONS:
        selectors = SELECTOR.findall(expression)
        assert selectors, expression
        labels = set()
        for name, matchers in selectors:
            assert name in known, f"{name} in {expression}"
            labels |= labels_of(name, exposed)
            for label in re.findall(r"(\w+)(?:=~|!~|!=|=)", matchers):
                assert label in labels_of(name, exposed), f"{label} of {name}"
        for group in BY.findall(expression):
            assert set(group.split(", ")) <= labels, expression


def test_label_values_of_gauges_in_rules_are_ones_that_occur(exposed):
    wanted = [
        (name, label, value)
        for expression in EXPRESSIONS
        for name, matchers in SELECTOR.findall(expression)
        for label, value in re.findall(r'(\w+)="([^"]+)"', matchers)
        if name in {"profiles_due", "profiles_oldest_due_seconds", "profiles_part_state"}
    ]

    assert wanted
    for name, label, value in wanted:
        assert re.search(rf'^{name}\{{{label}="{value}"\}}', exposed, re.MULTILINE), (name, value)
    assert {part.value for part in PartName} == set(
        re.findall(r'profiles_part_state\{part="([\w-]+)"', exposed)
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_each_alert_leads_to_a_section_that_says_what_to_do(rule):
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    sections = dict(
        re.findall(r"^### (\w+)\n\n(.+?)(?=\n#|\Z)", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)
    )

    assert anchor == rule["alert"].lower()
    assert "**Do:**" in sections[rule["alert"]]


def test_no_sample_names_a_person_or_a_work(exposed):
    assert not re.search(r"10\.\d{4,}|\d{4}-\d{4}-\d{4}-", exposed)


@pytest.mark.skipif(shutil.which("promtool") is None, reason="Prometheus's own tool is not installed")
def test_promtool_accepts_the_rules_and_their_examples():
    check = ["promtool", "test", "rules", "alerts.test.yaml"]
    done = subprocess.run(check, cwd=ROOT / "deploy", capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
