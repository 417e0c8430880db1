"""``profiles drill``: lose the demo's database, restore its backup into a fresh PostgreSQL, and compare."""

import os
import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import click
import psycopg
from psycopg import sql

from profiles.config.env import DATA
from profiles.infra.postgres import embedded
from profiles.infra.vault import new_key
from profiles.ops import processes
from profiles.ops.demo import preflight
from profiles.ops.demo.alices_works import AlicesWorks, Work, doi_of, listed
from profiles.ops.demo.environment import PORTS, SECRETS_FILE, demo_environment
from profiles.ops.django_setup import start_django
from profiles.ops.doi_commands.screen import only_warnings
from profiles.ops.processes import Child
from profiles.ops.up_commands import play_demo, port_shift, run_command, start_service, step, stoppable

_STORED: Final = {
    "people": ("accounts.Account", "orcid_id, role"),
    "permissions": ("consents.Consent", "orcid_id, purpose, access_token"),
    "claims": ("claims.Claim", "uuid, orcid_id, doi"),
}
"""What must be as it was at the backup. The tokens are sealed."""


@click.command()
def drill() -> None:
    """Back up the demo's service, lose its database, restore the backup elsewhere, and compare.

    It has a folder, a database and stand-ins of its own. Exit code 0: nothing was lost, sent twice or
    brought back.
    """
    os.environ["PROFILES_MODE"] = "demo"
    var = Path(os.environ.get("PROFILES_VAR", DATA / "drill"))
    children: list[Child] = []
    with preflight.only_one_run(var), stoppable():
        preflight.require_disk(var)
        for folder in ("lost", "fresh", "backup", "safe", "mails"):
            shutil.rmtree(var / folder, ignore_errors=True)
        shift = port_shift()
        try:
            step("starting PostgreSQL")
            with embedded.running(var / "lost") as url:
                variables = demo_environment(var=var, shift=shift, database_url=url)
                os.environ.update(variables)
                start_django()
                only_warnings()
                play_demo(children, variables, shift=shift)
                before = _Backup(var, variables)
                before.live_on()
                _stop_service(children)
            before.lose_everything()
            with embedded.running(var / "fresh") as url:
                before.restore(url)
                start_service(children, before.variables, port=PORTS["web"] + shift, logs=var / "logs")
                before.compare()
        finally:
            processes.stop_all(children)
    step("the drill succeeded: nothing was lost, sent twice or brought back")


def _stop_service(children: list[Child]) -> None:
    """Stop the processes of the lost service; the stand-ins go on."""
    service = [child for child in children if child.name in {"web", "worker"}]
    processes.stop_all(service)
    children[:] = [child for child in children if child not in service]


@dataclass
class _Backup:
    """A backup of the running demo, with its keys in another place, and what was so when it was made."""

    var: Path
    variables: dict[str, str]
    stored: dict[str, list[Any]] = field(init=False)
    works: AlicesWorks = field(init=False)
    record: list[Work] = field(init=False)

    def __post_init__(self) -> None:
        """Make the backup, of a service that runs."""
        self.works = AlicesWorks(self.variables)
        self.removed, self.later = (f"10.5072/drill-{secrets.token_hex(4)}" for _ in range(2))
        self._arrives(self.removed, "A work that its owner removes after the backup")
        self.stored = self._rows()
        (self.var / "backup").mkdir()
        (self.var / "safe").mkdir(mode=0o700)
        _program("pg_dump", "--format=custom", f"--file={self._dump}", self.variables["DATABASE_URL"])
        shutil.copy2(self.var / SECRETS_FILE, self.var / "safe")
        sizes = ", ".join(f"{len(rows)} {name}" for name, rows in self.stored.items())
        step(f"backed up the database to {self._dump} ({sizes}), and the keys to {self.var / 'safe'}")

    @property
    def _dump(self) -> Path:
        return self.var / "backup" / "profiles.dump"

    def live_on(self) -> None:
        """Let happen what the backup does not know: a work is added, another is removed."""
        self._arrives(self.later, "A work of after the backup")
        (gone,) = [work for work in self.works.on_record() if doi_of(work) == self.removed]
        self.works.remove(gone)
        step(f"she removed work {gone['put-code']} at ORCID")
        self.record = self.works.on_record()

    def _arrives(self, doi: str, title: str) -> None:
        self.works.register(doi, title)
        work = self.works.wait_for(doi, title)
        _check(work is not None, f"'{title}' did not arrive on the ORCID record")
        step(f"'{title}' is on the record")

    def lose_everything(self) -> None:
        """Delete the database and the keys; the backup, the safe and the ORCID record are left."""
        shutil.rmtree(self.var / "lost")
        (self.var / SECRETS_FILE).unlink()
        step("the database and its keys are lost")

    def restore(self, url: str) -> None:
        """Restore the backup into a fresh PostgreSQL, as docs/ops/backup.md says."""
        writes = self.works.writes()
        _program("pg_restore", "--no-owner", f"--dbname={url}", str(self._dump))
        self.variables |= {"DATABASE_URL": url}
        refused = _refused("doctor", variables=self.variables | {"PROFILES_VAULT_KEYS": new_key()})
        _check("no key opens any" in refused, f"with other keys, doctor did not refuse: {refused}")
        step("without its keys the restored database opens for no one")
        shutil.copy2(self.var / "safe" / SECRETS_FILE, self.var)
        refused = _refused("worker", variables=self.variables)
        _check("restored from a backup" in refused, f"a worker started too early: {refused}")
        step("the keys are back; no worker starts before profiles after-restore")
        run_command("after-restore", variables=self.variables)
        _check(self.works.writes() == writes, "after-restore wrote to ORCID")
        step("profiles after-restore has compared the records")

    def compare(self) -> None:
        """Check that all is as it was, and that life goes on."""
        writes = self.works.writes()
        rows = self._rows()
        for name, before in self.stored.items():
            missing = [row for row in before if row not in rows[name]]
            _check(not missing, f"{name} were lost: {missing}")
        states = self._states()
        _check(states[self.removed] == "deleted", f"the removed work is {states[self.removed]}")
        _check(states[self.later] == "done", f"the work of after the backup is {states[self.later]}")
        title = "A work of after the backup, corrected"
        self._arrives(self.later, title)
        new = self.works.writes()[len(writes) :]
        _check(len(new) == 1, f"more than the correction was sent: {new}")
        dois = sorted(map(doi_of, self.works.on_record()))
        _check(dois == sorted(map(doi_of, self.record)), f"the record is {listed(self.works.on_record())}")
        step("people, permissions and claims are the same; the permission opens, and one call was made")

    def _rows(self) -> dict[str, list[Any]]:
        return {name: self._read(model, columns) for name, (model, columns) in _STORED.items()}

    def _states(self) -> dict[str, str]:
        return dict(self._read("claims.Claim", "doi, state"))

    def _read(self, model: str, columns: str) -> list[Any]:
        from django.apps import apps

        table = apps.get_model(model)._meta.db_table  # noqa: SLF001  the documented interface of models
        with psycopg.connect(self.variables["DATABASE_URL"]) as connection:
            query = sql.SQL(f"SELECT {columns} FROM {{}} ORDER BY 1, 2")  # noqa: S608  texts of ours
            return connection.execute(query.format(sql.Identifier(table))).fetchall()


def _check(holds: bool, otherwise: str) -> None:  # noqa: FBT001  reads as a sentence
    if not holds:
        raise click.ClickException(f"the drill failed: {otherwise}")


def _program(name: str, *words: str) -> None:
    """Run a program of PostgreSQL.

    Raises:
        click.ClickException: it failed; the message has its output.
    """
    command = [str(embedded.program(name)), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    _check(done.returncode == 0, f"{name}: {done.stderr}")


def _refused(*words: str, variables: dict[str, str]) -> str:
    """Return what one of our commands says when it refuses."""
    command = [sys.executable, "-m", "profiles", *words]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
    _check(done.returncode != 0, f"profiles {words[0]} refused nothing")
    return " ".join((done.stdout + done.stderr).split())
