"""The threat model names a test for every protection, and each of them exists."""

import ast
import re
from functools import cache

from tests.support.shared import ROOT

PAGE = (ROOT / "docs/threat-model.md").read_text()
PROTECTIONS = PAGE.partition("## What stops them")[2].partition("## What is not stopped")[0]


@cache
def functions(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text()) if (ROOT / path).exists() else ast.parse("")
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_protection_names_tests_that_exist():
    parts = re.split(r"^### ", PROTECTIONS, flags=re.MULTILINE)[1:]
    named = [(path, name) for path, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PROTECTIONS)]

    assert len(parts) > 10
    assert [part.splitlines()[0] for part in parts if "`tests/" not in part] == []
    assert [f"{path}::{name}" for path, name in named if name not in functions(path)] == []
