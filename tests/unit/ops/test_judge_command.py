"""The published test set, as an integrator runs it."""

import json

import pytest
from click.testing import CliRunner

from profiles.ops.cli import cli
from tests.support.shared import ROOT

CASES = ROOT / "docs/eligibility-cases.json"


def run(path):
    return CliRunner().invoke(cli, ["judge", str(path)])


def test_the_published_cases_come_out_as_published():
    said = run(CASES)
    count = len(json.loads(CASES.read_text())["cases"])

    assert said.exit_code == 0, said.output
    assert f"{count} of {count} cases as expected" in said.output


def test_a_case_that_comes_out_otherwise_is_named(tmp_path):
    one = json.loads(CASES.read_text())["cases"][0]
    one["expect"] |= {"result": "skip"}
    own = tmp_path / "own.json"
    own.write_text(json.dumps({"cases": [one]}))

    said = run(own)

    assert said.exit_code == 1
    assert f"{one['title']}: result is claim, expected skip" in said.output


@pytest.mark.parametrize(("sandbox", "reason"), [(True, "new"), (False, "unreadable-id")])
def test_ids_of_the_sandbox_count_where_the_settings_say_so(tmp_path, sandbox, reason):
    one = json.loads(CASES.read_text())["cases"][0]
    text = json.dumps(one["record"]).replace("https://orcid.org/", "https://sandbox.orcid.org/")
    assert "sandbox" in text
    settings = {**one.get("settings", {}), "sandbox_ids": sandbox}
    own = tmp_path / "own.json"
    own.write_text(
        json.dumps(
            {
                "cases": [
                    {**one, "record": json.loads(text), "settings": settings, "expect": {"reason": reason}}
                ]
            }
        )
    )

    assert run(own).exit_code == 0, run(own).output


@pytest.mark.parametrize("content", ["{}", "no json", '{"cases": [{"title": "odd"}]}'])
def test_what_is_no_set_of_cases_is_said(tmp_path, content):
    own = tmp_path / "own.json"
    own.write_text(content)

    said = run(own)

    assert said.exit_code == 1
    assert "Error:" in said.output
