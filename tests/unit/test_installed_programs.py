"""Programs of others that tests need: a wrong one is told in words, not found out by a riddle."""

import pytest

from tests.support import installed


def program(folder, name: str, says: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho {says}\n")
    path.chmod(0o755)


@pytest.fixture
def only_here(tmp_path, monkeypatch):
    """A machine that has nothing but what this folder holds, and on which nothing can be installed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("ci", [True, False])
def test_a_node_that_is_too_old_is_told_and_in_ci_it_fails(only_here, monkeypatch, ci):
    program(only_here, "node", "v18.20.4")
    program(only_here, "npm", "9.2.0")
    monkeypatch.setenv("CI", "true") if ci else monkeypatch.delenv("CI", raising=False)

    with pytest.raises((pytest.fail.Exception, pytest.skip.Exception), match="Node 18 is too old") as told:
        installed.node_folder()

    assert told.type is (pytest.fail.Exception if ci else pytest.skip.Exception)


def test_no_node_at_all_is_told_with_the_version_that_is_needed(only_here, monkeypatch):
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="version 20 or newer"):
        installed.node_folder()
