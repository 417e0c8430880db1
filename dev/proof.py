"""``make proof NAME``: the runs that take too long for every change. Each is recorded in docs/proof.md."""

import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psutil

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "proof.md"
RUNS: Final = "## Latest runs\n"
"""The last section of the page; it is written here, with one part for each proof."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One long run: what it shows, its tests or its module, and the settings that make it long.

    Lines of its output that begin with its name and a colon are recorded as its result.
    """

    shows: str
    tests: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    module: str = ""

    @property
    def command(self) -> list[str]:
        """Return the words that start it."""
        if self.module:
            return [sys.executable, "-m", self.module]
        return [sys.executable, "-m", "pytest", *self.tests, "--timeout", "0"]


PROOFS: Final = {
    "chaos": Proof(
        "2,000 claims arrive while workers, web, PostgreSQL, ORCID and DataCite have accidents",
        ("tests/integration/pipeline/test_chaos.py", "-m", "proof"),
        {
            "PROFILES_CHAOS_CLAIMS": "2000",
            "PROFILES_CHAOS_AWAY": "60",
            "PROFILES_CHAOS_OWN_SERVER": "yes",
            # A database server of its own, which may crash.
            "PROFILES_VAR": str(ROOT / "var" / "proof"),
        },
    ),
    "confirmations": Proof(
        "which iDs are confirmed, asked 30,000 times through nginx's cache; a withdrawn mark is forgotten",
        ("tests/integration/ops/test_confirmations_from_cache.py", "-m", "proof"),
    ),
    "clients": Proof(
        "OpenID software of others, with its documented configuration only, signs a person in by Globus",
        ("tests/e2e/clients",),
        {"PROFILES_CLIENTS": "all"},
    ),
    "deploy": Proof(
        "behind nginx with TLS, web hosts are restarted under load and no request fails",
        ("tests/integration/ops/test_behind_a_proxy.py", "-m", "proof"),
    ),
    "idle": Proof(
        "ten thousand runs of jobs that find nothing to do leave no rows, and no table grows",
        ("tests/integration/jobs/test_idle_runs.py",),
        {"PROFILES_IDLE_RUNS": "10000"},
    ),
    "fuzz": Proof(
        "atheris searches, by the code that is reached, for bytes that break a reader of others' bytes",
        ("tests/unit/test_fuzzing.py", "-m", "proof"),
        {"PROFILES_FUZZ_SECONDS": "60"},
    ),
    "import": Proof(
        "a whole previous service moves in: killed once, gone on with, imported again without a change",
        ("tests/integration/ops/test_import_at_size.py", "-m", "proof"),
    ),
    "first-deployment": Proof(
        "the blocks of docs/ops/first-deployment.md, in an empty folder, then an upgrade under load",
        ("tests/integration/ops/test_first_deployment.py", "-m", "proof"),
    ),
    "languages": Proof(
        "a first visit on a phone in each of the eight languages, from the front page to the first work",
        ("tests/e2e/test_first_time_in_each_language.py",),
        {"PROFILES_LANGUAGES": "all"},
    ),
    "long": Proof(
        "the tests from outside that take too long for every change",
        ("tests", "-m", "proof"),
    ),
    "own-changes": Proof(
        "no work of the corpus is written for a change of our mapping or of our change detection",
        ("tests/integration/pipeline/test_own_changes.py",),
        {"OWN_CHANGES_EVERY": "1"},
    ),
    "left-out": Proof(
        "each value of the corpus that ORCID has a place for is on the work, or in the report",
        ("tests/contract/test_nothing_is_left_out_in_silence.py",),
        {"LEFT_OUT_EVERY": "1"},
    ),
    "paint": Proof(
        "when the first words of the main pages are seen on slow 4G with a slow phone",
        ("tests/e2e/test_weight.py", "-m", "proof"),
    ),
    "pictures": Proof(
        "every page in every state is readable for axe and inside the screen, at all widths and themes",
        ("tests/e2e/test_every_page.py", "-m", "e2e"),
        {
            "PROFILES_PICTURES": str(ROOT / "var" / "pictures"),
            "PROFILES_PICTURES_SCRIPTS": "latin arabic chinese",
        },
    ),
    "plans": Proof(
        "with a million rows in each table no page, endpoint, lane or job reads a whole table",
        ("tests/integration/infra/test_no_table_is_read_whole.py", "-m", "proof"),
        {"PROFILES_PLANS_ROWS": "1000000"},
    ),
    "queue": Proof(
        "a burst of 100,000 messages in DataCite's queue: each change is one event, and the queue is empty",
        ("tests/integration/intake/test_queue_burst.py", "-m", "proof"),
        {"PROFILES_QUEUE_MESSAGES": "100000"},
    ),
    "rehearsal": Proof(
        "a burst of 93 changes a second in real time, with a million people, ORCID's limit, and accidents",
        module="bench.rehearsal",
        settings={"PROFILES_VAR": str(ROOT / "var" / "bench")},
    ),
    "pseudo-language": Proof(
        "every page and mail for people is translated whole, and fits a phone from right to left",
        ("tests/e2e/test_languages.py",),
        {"PROFILES_LANGUAGES": "all"},
    ),
    "restore": Proof(
        "a backup is restored into a fresh PostgreSQL: nothing is lost, sent twice or brought back",
        (
            "tests/integration/ops/test_restore_drill.py",
            "tests/integration/ops/test_demo.py",
            *("-m", "proof", "-k", "restore"),
        ),
    ),
    "rules": Proof(
        "live path, why page, preview and judge agree on each record of the corpus, for twelve sets of rules",
        ("tests/integration/intake/test_rule_sets.py",),
        {"RULE_SETS_EVERY": "1"},
    ),
    "supply-chain": Proof(
        "licences, known vulnerabilities and a bill of materials of what we install; the same wheel twice",
        ("tests/unit/test_supply_chain.py", "-m", "proof or not proof"),
    ),
    "faults": Proof(
        "every pair of actors, every accident of parts and of the database, and what people see meanwhile",
        (
            "tests/integration/interleavings",
            "tests/integration/pipeline/test_chaos.py",
            "tests/integration/ops/test_outages.py",
            "tests/integration/web/test_database_away.py",
            "tests/integration/jobs/test_job_runner.py",
            "tests/integration/intake/test_killed_intake.py",
            *("-m", "proof or not proof"),
        ),
        {
            "PROFILES_INTERLEAVINGS": "pairs",
            "PROFILES_CHAOS_CLAIMS": "400",
            "PROFILES_CHAOS_AWAY": "20",
            "PROFILES_CHAOS_OWN_SERVER": "yes",
            "PROFILES_VAR": str(ROOT / "var" / "proof"),
        },
    ),
    "orders": Proof(
        "every order of a worker's steps and another actor's, with kills and lost answers; takes hours",
        ("tests/integration/interleavings",),
        {"PROFILES_INTERLEAVINGS": "all"},
    ),
}


def main(names: list[str]) -> int:
    """Run the named proofs one after the other; without a name list them."""
    unknown = [name for name in names if name not in PROOFS]
    if unknown or not names:
        print(*(f"make proof {name:8} {proof.shows}" for name, proof in PROOFS.items()), sep="\n")
        return 2 if unknown else 0
    return max([prove(name, PROOFS[name]) for name in names])


def prove(name: str, proof: Proof) -> int:
    """Run one proof and record how it ended."""
    began, commit = datetime.now(UTC), _commit()
    # The caller may choose other settings, for example fewer claims.
    variables = {**proof.settings, **os.environ}
    lines = []
    with subprocess.Popen(proof.command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        for line in run.stdout:
            print(line, end="", flush=True)
            lines.append(line.strip())
    results = [line.removeprefix(f"{name}: ") for line in lines if line.startswith(f"{name}: ")]
    summary = next((line for line in reversed(lines) if re.search(r"\d+ (passed|failed|error)", line)), "")
    if proof.module:
        summary = f"ended with {run.returncode}"
    facts = {
        "command": " ".join([*_chosen(name, proof), f"make proof {name}"]),
        "date": f"{began:%Y-%m-%d %H:%M} UTC",
        "commit": commit,
        "machine": _machine(variables),
        "result": "; ".join([*results, summary or "it did not end"]),
    }
    PAGE.write_text(recorded(PAGE.read_text(), name, facts))
    return run.returncode


def recorded(page: str, name: str, facts: Mapping[str, str]) -> str:
    """Put a run into the page, in place of the last one of that name."""
    text, _, runs = page.partition(RUNS)
    parts = dict(re.findall(r"^### (\S+)\n\n(.*?)\n*(?=^### |\Z)", runs, re.MULTILINE | re.DOTALL))
    parts[name] = "\n".join(f"- {fact}: {value}" for fact, value in facts.items())
    written = "\n\n".join(f"### {name}\n\n{part}" for name, part in sorted(parts.items()))
    return f"{text.rstrip()}\n\n{RUNS}\n{written}\n"


def _chosen(name: str, proof: Proof) -> list[str]:
    """Return the settings of this proof that its caller chose."""
    begin = f"PROFILES_{name.upper()}_"
    chosen = [key for key in os.environ if key in proof.settings or key.startswith(begin)]
    return [f"{key}={os.environ[key]}" for key in sorted(chosen)]


def _commit() -> str:
    """Return the commit that is checked out, and whether files differ from it."""
    try:
        commit = _output("git", "rev-parse", "--short", "HEAD")
        changed = _output("git", "status", "--porcelain", "--", ".", f":!{PAGE.relative_to(ROOT)}")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{commit}, with changes" if changed else commit


def _machine(variables: Mapping[str, str]) -> str:
    memory = psutil.virtual_memory().total / 2**30
    python = f"Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {memory:.0f} GB of memory, {python}, {_postgres(variables)}"


def _postgres(variables: Mapping[str, str]) -> str:
    """Return the version of the PostgreSQL of the run: the one that is named, or the embedded one."""
    if url := variables.get("DATABASE_URL"):
        import psycopg

        with psycopg.connect(url) as connection:
            return f"PostgreSQL {connection.info.parameter_status('server_version')}"
    folder = Path(variables.get("PROFILES_VAR", ROOT / "var" / "test")) / "postgres"
    return f"PostgreSQL {(folder / 'PG_VERSION').read_text().strip()}"


def _output(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
