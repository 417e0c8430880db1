import ast
from collections import Counter

import pytest

from tests.support.shared import ROOT

SOURCES = sorted(path for path in ROOT.glob("src/**/*.py") if "migrations" not in path.parts)


def test_no_file_is_longer_than_400_lines():
    files = [
        *SOURCES,
        *(path for place in ("tests", "bench", "dev") for path in ROOT.glob(f"{place}/**/*.py")),
    ]
    long = {str(p.relative_to(ROOT)): n for p in files if (n := len(p.read_text().splitlines())) > 400}

    assert long == {}


def test_no_folder_has_more_than_15_modules():
    modules = Counter(path.parent for path in SOURCES if path.name != "__init__.py")

    assert {str(folder): count for folder, count in modules.items() if count > 15} == {}


@pytest.mark.parametrize(
    "package", ["domain", "clients", "claims", "consents", "pipeline", "infra", "accounts"]
)
def test_every_module_says_what_it_is_for(package):
    silent = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if package in path.parts
        and path.read_text().strip()
        and not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []
