import ast
import re
from functools import cache

import pytest

from tests.support.shared import ROOT

PAGE = (ROOT / "docs/dev/sso-checklist.md").read_text()
ROWS = {
    int(number): text
    for number, text in re.findall(r"^## (\d+)\. (.*?)(?=^## |\Z)", PAGE, flags=re.MULTILINE | re.DOTALL)
}
NAMED = [
    (number, path, name)
    for number, text in ROWS.items()
    for path, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)
]
CHECKS = "tests/contract/openid/groups/"


@cache
def functions(path: str) -> dict[str, ast.AST]:
    tree = ast.parse((ROOT / path).read_text())
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def rows_of(check: ast.AST) -> set[int]:
    """The rows that a check of the suite says it serves."""
    calls = [one for one in getattr(check, "decorator_list", []) if isinstance(one, ast.Call)]
    return {word.value for call in calls for word in call.args if isinstance(word, ast.Constant)}


def test_all_rows_are_there_in_their_order():
    assert list(ROWS) == list(range(1, 49))


@pytest.mark.parametrize("number", ROWS)
def test_a_row_names_a_test_or_says_what_is_not_yet_so(number):
    assert any(number == one for one, _, _ in NAMED) or re.search(r"Not yet.*because", ROWS[number])


def test_every_named_test_exists_and_serves_its_row():
    missing = [f"{path}::{name}" for _, path, name in NAMED if name not in functions(path)]
    elsewhere = [
        (number, name)
        for number, path, name in NAMED
        if path.startswith(CHECKS) and number not in rows_of(functions(path).get(name))
    ]

    assert missing == []
    assert elsewhere == []


def test_every_row_that_a_check_serves_names_checks():
    served = {
        row
        for file in (ROOT / CHECKS).glob("*.py")
        for check in functions(str(file.relative_to(ROOT))).values()
        for row in rows_of(check)
    }

    assert served
    assert served - {number for number, path, _ in NAMED if path.startswith(CHECKS)} == set()
