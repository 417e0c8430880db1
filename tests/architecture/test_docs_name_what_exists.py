"""Pages name files, commands and settings: each of them exists, and each dependency listed is used."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from itertools import chain
from pathlib import Path

import click
import pytest

from profiles.config.env import Environment
from profiles.ops.cli import cli
from tests.support.shared import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
ENDINGS = "py|md|toml|json|jsonl|html|css|js|mjs|sh|yml|yaml|lock|in|ini|txt|xml|po"
BASES = [ROOT, ROOT / "src", ROOT / "src/profiles", ROOT / "docs"]
FIRST = {path.name for base in BASES for path in base.iterdir() if path.is_dir() and path.name != "var"}
TOPS = [ROOT / name for name in ("src", "tests", "dev", "docs", "bench", "requirements")]
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
PATH = re.compile(rf"(?<![\w/.:*{{}}-])[\w*.-]+(?:/[\w*.-]+)*(?:/|\.(?:{ENDINGS})\b|(?<=\w))(?![\w/{{}}])")
COMMAND = re.compile(r"(?<![\w./-])profiles ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?((?: +\S+)*)")
MODULE = re.compile(r"python3? -m ([\w.]+)")
TARGET = re.compile(r"(?<![\w-])make ([a-z][a-z-]*)")
SETTING = re.compile(r"\bPROFILES_[A-Z_]*[A-Z]\b")
NOT_OURS = {"my-datacite-profiles.json", "security.txt"}
"""A person's download, and an address that is no file."""


def codes(page: Path) -> Iterator[str]:
    for found in CODE.findall(page.read_text()):
        yield found.strip("`")


def paths_in(code: str) -> Iterator[str]:
    for found in PATH.findall(code):
        name = found.rstrip("/")
        is_file = re.search(rf"\.(?:{ENDINGS})$", name) is not None
        # What a run writes is below var, and not in a fresh clone.
        if "://" in code or name in NOT_OURS or name.startswith("var/"):
            continue
        if is_file or ("/" in name and name.split("/")[0] in FIRST):
            yield name


def exists(name: str, page: Path) -> bool:
    """Say whether a path leads somewhere from the root, the sources, the docs or the page's own folder.

    ``claims/services.request_claims`` is a function of a module, and must be in it.
    """
    if "/" not in name and any(fnmatch(file, name) for file in all_files()):
        return True
    for base in [*BASES, page.parent, *ROOT.glob("src/profiles/*/templates")]:
        if any(base.glob(name)):
            return True
        module, _, inside = name.rpartition(".")
        file = base / f"{module}.py"
        if (
            module
            and file.exists()
            and re.search(rf"^(?:async )?(?:def|class) {inside}\b", file.read_text(), re.MULTILINE)
        ):
            return True
    return False


@cache
def all_files() -> frozenset[str]:
    return frozenset(path.name for top in TOPS for path in top.rglob("*") if path.is_file())


def label(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_every_path_that_a_page_names_exists(page):
    named = {name for code in codes(page) for name in paths_in(code)}

    assert [name for name in sorted(named) if not exists(name, page)] == []


def test_the_check_finds_paths_and_sees_which_are_missing():
    assert list(paths_in("domain/problems.py and claims/services.request_claims, `GET /claims`, a/b")) == [
        "domain/problems.py",
        "claims/services.request_claims",
    ]
    page = ROOT / "docs/dev/README.md"
    assert exists("claims/services.request_claims", page)
    assert not exists("claims/services.no_such_function", page)
    assert not exists("domain/no_such_module.py", page)
    assert sum(len(list(paths_in(code))) for page in PAGES for code in codes(page)) > 100


def missing_of_command(found: re.Match[str]) -> str:
    name, inner, rest = found.groups()
    context = click.Context(cli)
    command = cli.get_command(context, name)
    if command is None:
        return f"profiles {name}"
    if isinstance(command, click.Group) and inner:
        command = command.get_command(context, inner)
        if command is None:
            return f"profiles {name} {inner}"
    options = {option for parameter in command.params for option in parameter.opts}
    unknown = [word for word in re.findall(r"(?<!\S)--[a-z-]+", rest) if word not in {*options, "--help"}]
    return f"profiles {name}: {unknown}" if unknown else ""


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_every_command_that_a_page_names_exists(page):
    text = "\n".join(codes(page))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    wrong = [missing for found in COMMAND.finditer(text) if (missing := missing_of_command(found))]
    wrong += [f"make {target}" for target in TARGET.findall(text) if target not in targets]
    wrong += [
        f"python -m {module}"
        for module in MODULE.findall(text)
        if module.split(".")[0] in {"dev", "bench", "sandbox", "profiles", "tests"}
        and not exists(f"{module.replace('.', '/')}.py", page)
        and not exists(f"{module.replace('.', '/')}/__main__.py", page)
    ]

    assert wrong == []


def test_the_check_knows_commands_from_what_is_none():
    def missing(text: str) -> str:
        found = COMMAND.search(text)
        assert found
        return missing_of_command(found)

    assert missing("profiles staff grant 0009 --role staff_user") == ""
    assert missing("profiles staff promote") == "profiles staff promote"
    assert missing("profiles conjure") == "profiles conjure"
    assert missing("profiles replay --softly") == "profiles replay: ['--softly']"
    assert sum(len(COMMAND.findall(code)) for page in PAGES for code in codes(page)) > 20


@cache
def settings_in_code() -> frozenset[str]:
    code = [path for folder in ("src", "tests", "dev", "bench") for path in (ROOT / folder).rglob("*.py")]
    return frozenset(
        name for path in [*code, ROOT / "Makefile"] for name in SETTING.findall(path.read_text())
    )


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_every_setting_that_a_page_names_is_read_somewhere(page):
    known = {name for name in Environment.model_fields if name.startswith("PROFILES_")}
    named = {name.removesuffix("_FILE") for name in SETTING.findall(page.read_text())}

    assert named - known - settings_in_code() == set()


STUBS = {"lxml-stubs", "types-psutil"}
UNNAMED = {*STUBS, "editables"}
"""Types for mypy, and what hatchling needs to install this project as it lies here."""
# Programs that are run, not imported, and what others load by name.
RUN = ("Makefile", "pyproject.toml", ".pre-commit-config.yaml", ".ci/run", "dev/set_up.sh", "dev/browser.sh",
       "src/profiles/config/settings.py", "dev/lint_migrations.py")  # fmt: skip


def used_words() -> set[str]:
    words = set()
    for folder in ("src", "dev", "tests", "bench"):
        for path in (ROOT / folder).rglob("*.py"):
            words |= set(re.findall(r"^ *(?:from|import) (\w+)", path.read_text(), re.MULTILINE))
    for name in RUN:
        words |= set(re.findall(r"[\w-]+", (ROOT / name).read_text()))
    return words


def listed() -> set[str]:
    names = set()
    for line in (ROOT / "docs/dependencies.md").read_text().splitlines():
        if line.startswith("| ") and not line.startswith("| package"):
            for part in line.split("|")[1].split(","):
                name = re.sub(r"\(.*?\)| \d[\d.]*( LTS)?$| LTS| \d+$", "", part).strip().lower()
                names.add(f"pytest{name}" if name.startswith("-") else name.replace(" 5.2", "").split(" ")[0])
    return names - {""}


def wanted() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    for name in ("requirements/runtime.in", "requirements/dev.in"):
        lines += (ROOT / name).read_text().splitlines()
    names = {re.split(r"[\[<>=;~!]", line)[0].strip().lower() for line in lines}
    return {name for name in names if name and not name.startswith(("#", "-r"))}


def test_every_dependency_is_listed_with_its_reason_and_none_that_is_not_required():
    assert wanted() - listed() - STUBS == set()
    assert listed() - wanted() - {"pydantic"} == set()  # pydantic comes with its settings


@cache
def modules_installed() -> Mapping[str, list[str]]:
    return packages_distributions()


def names_of(name: str) -> set[str]:
    """The words by which a package is used: its modules, its programs, and pytest for its plugins.

    One that is not installed yet (the lock is newer than this environment) goes by its own name.
    """
    try:
        package = distribution(name)
    except PackageNotFoundError:
        return {name, name.replace("-", "_")}
    modules = {module for module, owners in modules_installed().items() if package.name in owners}
    programs = {entry.name for entry in package.entry_points if entry.group == "console_scripts"}
    plugins = {"pytest" for entry in package.entry_points if entry.group == "pytest11"}
    return {package.name.lower(), *modules, *programs, *plugins}


def test_every_dependency_is_imported_or_run_somewhere():
    words = used_words()

    unused = {name for name in wanted() - UNNAMED if not names_of(name) & words}

    assert unused == set()
