"""The files in deploy/ name only commands, settings and ports that exist."""

import configparser
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import botocore.session
import click
import pytest
import yaml
from botocore.validate import ParamValidator

from profiles.config.env import Environment
from profiles.ops.cli import cli

FOLDER = Path(__file__).resolve().parents[3] / "deploy"
SETTING = re.compile(r"^(?:ENV |\s+)?((?:PROFILES|ORCID|GLOBUS|SECRET)_\w+)=", re.MULTILINE)
OF_OTHERS = {"PGPASSFILE"}
"""Settings that are read by libraries."""
STOP_SECONDS = 30
"""Every process ends within this time after SIGTERM (docs/ops/accidents.md)."""


def documents(name: str) -> list[dict]:
    return list(yaml.safe_load_all((FOLDER / name).read_text()))


def containers() -> dict[str, dict]:
    """Return the containers of Kubernetes and of Fargate."""
    pods = [d["spec"]["template"]["spec"] for d in documents("kubernetes.yaml") if "template" in d["spec"]]
    found = {one["name"]: one for pod in pods for one in pod["containers"]}
    for file in (FOLDER / "fargate").glob("*.json"):
        found |= {
            f"fargate {one['name']}": one for one in json.loads(file.read_text())["containerDefinitions"]
        }
    return found


def services() -> dict[str, dict]:
    """Return the services of compose.yaml that run our image."""
    return {
        name: s for name, s in documents("compose.yaml")[0]["services"].items() if s["image"] == "profiles"
    }


def units() -> dict[str, configparser.ConfigParser]:
    found = {}
    for file in (FOLDER / "systemd").glob("*.service"):
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str
        unit.read(file)
        found[file.stem] = unit
    return found


def command(name: str) -> click.Command:
    found = cli.get_command(click.Context(cli), name)
    assert found, name
    return found


@pytest.mark.parametrize("file", sorted((FOLDER / "fargate").glob("*.json")), ids=lambda file: file.stem)
def test_amazon_accepts_the_task_definitions(file):
    ecs = botocore.session.get_session().get_service_model("ecs")
    wanted = ecs.operation_model("RegisterTaskDefinition").input_shape

    report = ParamValidator().validate(json.loads(file.read_text()), wanted)

    assert report.generate_report() == ""


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_accepts_the_units():
    files = sorted((FOLDER / "systemd").glob("*.service"))
    checked = subprocess.run(
        ["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False, timeout=60
    )

    # The command is not installed here.
    objections = [line for line in checked.stderr.splitlines() if "is not executable" not in line]
    assert len(files) == 3
    assert objections == []


def test_every_command_exists_with_its_options():
    commands = [one.get("args") or one["command"] for one in containers().values()]
    commands += [service["command"] for service in services().values()]
    commands += [shlex.split(unit["Service"]["ExecStart"])[1:] for unit in units().values()]
    commands.append(
        json.loads(re.search(r"^CMD (\[.+\])$", (FOLDER / "Containerfile").read_text(), re.MULTILINE)[1])
    )

    assert len(commands) == 12
    for name, *arguments in commands:
        # Parses the options, as the command does before it starts.
        command(name).make_context(name, arguments)


def test_every_setting_exists():
    named = set()
    for one in containers().values():
        named |= {variable["name"] for kind in ("environment", "secrets") for variable in one.get(kind, [])}
    for service in services().values():
        named |= set(service["environment"])
    for unit in units().values():
        named.add(unit["Service"]["Environment"].split("=")[0])
    for name in ("profiles.env.example", "Containerfile"):
        named |= set(SETTING.findall((FOLDER / name).read_text()))

    assert len(named) > 20
    assert named - OF_OTHERS - set(Environment.model_fields) == set()


def test_every_process_is_given_longer_to_stop_than_it_takes():
    times = [service["stop_grace_period"] for service in services().values()]
    times += [str(one["stopTimeout"]) for name, one in containers().items() if name.startswith("fargate")]
    times += [
        unit["Service"]["TimeoutStopSec"] for name, unit in units().items() if name != "profiles-migrate"
    ]
    pods = [d["spec"]["template"]["spec"] for d in documents("kubernetes.yaml") if d["kind"] == "Deployment"]
    times += [str(pod["terminationGracePeriodSeconds"]) for pod in pods]

    assert len(times) == 9
    assert all(int(time.removesuffix("s")) > STOP_SECONDS for time in times)


@pytest.mark.parametrize("name", sorted(containers()))
def test_no_container_runs_as_root_or_writes_outside_of_tmp(name):
    container = containers()[name]
    rights = container.get("securityContext")

    if rights is None:
        assert (container["user"], container["readonlyRootFilesystem"]) == ("10001", True)
        assert [mount["containerPath"] for mount in container["mountPoints"]] == ["/tmp"]
    else:
        assert (rights["runAsNonRoot"], rights["readOnlyRootFilesystem"]) == (True, True)
        assert [mount["mountPath"] for mount in container["volumeMounts"]] == ["/tmp"]


def test_the_proxy_keeps_connections_shorter_than_the_service():
    upstream = re.search(r"upstream profiles \{(.+?)\n\}", (FOLDER / "nginx.conf").read_text(), re.DOTALL)[1]

    assert int(re.search(r"keepalive_timeout (\d+)s;", upstream)[1]) < 75


def test_every_alert_is_explained_and_reads_metrics_that_exist():
    page = (FOLDER.parent / "docs/ops/watching.md").read_text()
    code = "".join(file.read_text() for file in (FOLDER.parent / "src/profiles").rglob("*.py"))
    rules = documents("alerts.yaml")[0]["groups"][0]["rules"]

    assert len(rules) > 5
    for rule in rules:
        assert f"\n### {rule['alert']}\n" in page
        metrics = re.findall(r"profiles_\w+", rule["expr"])
        assert metrics
        # The library adds "_total" to counters, and "_bucket" to histograms.
        names = {name.removesuffix("_total").removesuffix("_bucket") for name in metrics}
        assert {name for name in names if f'"{name}"' not in code} == set()
