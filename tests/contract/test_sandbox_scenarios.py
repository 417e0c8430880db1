"""The scenarios of the project can be played, and end where they say."""

import pytest
import requests
from click.testing import CliRunner

from sandbox.scenario import main, play, read
from sandbox.serving import DOIS_FILE, started
from tests.support.shared import ROOT

FOLDER = ROOT / "dev" / "scenarios"
LIMIT = 20


@pytest.fixture(scope="module")
def running():
    with started(dois=[DOIS_FILE]) as stands:
        yield stands


@pytest.fixture
def stands(running):
    running.reset()
    return running


def urls(stands) -> dict[str, str]:
    return {"orcid": stands.orcid_url, "globus": stands.globus_url, "datacite": stands.datacite_url}


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.json")), ids=lambda file: file.stem)
def test_each_scenario_can_be_played_again_and_again(stands, file):
    scenario = read(file)

    for _ in range(2):
        assert list(play(scenario, urls(stands))) == [step.say for step in scenario.steps]


def test_after_calm_everything_works_again(stands):
    for name in ("orcid-down", "globus-forged", "datacite-limits"):
        list(play(read(FOLDER / f"{name}.json"), urls(stands)))
    works = f"{stands.orcid_url}/v3.0/0009-0001-0000-0014/works"
    troubled = requests.get(works, timeout=LIMIT).status_code

    list(play(read(FOLDER / "calm.json"), urls(stands)))

    assert troubled == 503
    assert requests.get(works, timeout=LIMIT).status_code == 403, "nobody without a token"
    assert stands.globus.state()["quirks"]["id_token"] is None
    assert stands.datacite.state()["options"]["rate_limit"] is None


def test_the_command_says_what_it_did_and_what_it_could_not(stands):
    file = str(FOLDER / "title-corrected.json")

    done = CliRunner().invoke(main, [file, "--datacite-url", stands.datacite_url])
    failed = CliRunner().invoke(main, [file, "--datacite-url", "http://127.0.0.1:9"])

    assert (done.exit_code, "done: The title is corrected" in done.output) == (0, True)
    assert (failed.exit_code, "cannot be played" in failed.output) == (1, True)
    changed = requests.get(f"{stands.datacite_url}/dois/10.5072/tide-gauges", timeout=LIMIT).json()
    assert changed["data"]["attributes"]["titles"][0]["title"].endswith("(corrected)")
