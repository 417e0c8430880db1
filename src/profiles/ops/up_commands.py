"""Commands that run database, web server and worker together: ``up``, and ``demo`` with the stand-ins."""

import contextlib
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Final

import click
from rich.console import Console

from profiles.config.env import DATA, ROOT, environment
from profiles.infra.postgres import embedded
from profiles.ops import processes
from profiles.ops.demo import preflight
from profiles.ops.demo.environment import PORTS, demo_environment, mails_folder
from profiles.ops.demo.many_works import MANY_NAME, works_of_many
from profiles.ops.doctor_command import refuse_fatal_settings
from profiles.ops.processes import Child

DANA: Final = "0009-0001-0000-0049"
READY_SECONDS: Final = 90.0
"""On a busy machine; a process that ends is noticed at once."""
OK: Final = 200
console = Console(highlight=False, soft_wrap=True)


STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequestedError(BaseException):
    """Raised on Ctrl-C or SIGTERM; no ``Exception``, so that no library takes it for its own failure."""


_stop_requested = threading.Event()


def _request_stop(_number: int, _frame: FrameType | None) -> None:
    _ignore_stop_signals()
    _stop_requested.set()
    raise StopRequestedError


def _raise_if_stop_requested() -> None:
    """Raise again: Python loses an exception that a signal raises in a callback, an import's for example."""
    if _stop_requested.is_set():
        raise StopRequestedError


def _ignore_stop_signals() -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Stop in order on the first Ctrl-C or SIGTERM; ignore further ones."""
    for number in STOP_SIGNALS:
        signal.signal(number, _request_stop)
    try:
        yield
    except StopRequestedError:
        console.print("\nstopping …")
    finally:
        _ignore_stop_signals()


@contextlib.contextmanager
def database_url(var: Path) -> Iterator[str]:
    """Yield the URL of the database: ``DATABASE_URL``, or the embedded server, which is started."""
    named = environment().DATABASE_URL
    if named:
        yield named
        return
    step("starting PostgreSQL")
    try:
        with embedded.running(var, say=lambda line: console.print(f"  {line}", style="dim")) as url:
            yield url
    except embedded.EmbeddedPostgresError as error:
        raise click.ClickException(str(error)) from error


def step(text: str) -> None:
    """Print a step, with the time since the start."""
    console.print(f"[dim]{time.monotonic() - STARTED_AT:6.1f} s[/dim]  {text}")


STARTED_AT: Final = time.monotonic()


def wait_until(ready: Callable[[], bool], *, children: list[Child], what: str) -> None:
    """Wait until a process of ours is ready.

    Raises:
        click.ClickException: a child ended, or nothing answered in time; the message has its last output.
    """
    deadline = time.monotonic() + READY_SECONDS
    while not ready():
        _raise_if_stop_requested()
        for child in children:
            if child.ended:
                raise click.ClickException(
                    f"{child.name} ended at its start ({child.log}):\n{child.last_output()}"
                )
        if time.monotonic() > deadline:
            raise click.ClickException(
                f"{what} does not answer after {READY_SECONDS:.0f} s; see {children[-1].log}"
            )
        time.sleep(0.05)


def answers(url: str) -> bool:
    """Tell whether the address answers at all."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  our own address
            return bool(answer.status == OK)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def start_service(
    children: list[Child], variables: dict[str, str], *, port: int, logs: Path, web_processes: int = 1
) -> None:
    """Migrate, start the web server and the worker, and wait until the web server answers."""
    step("migrating the database")
    run_command("migrate", variables=variables)
    step("starting the web server and the worker")
    run = [sys.executable, "-m", "profiles"]
    serve = [*run, "serve", "--port", str(port), "--processes", str(web_processes)]
    children.append(processes.start("web", serve, environment=variables, logs=logs))
    children.append(processes.start("worker", [*run, "worker"], environment=variables, logs=logs))
    wait_until(
        lambda: answers(f"http://127.0.0.1:{port}/heartbeat"), children=children, what="the web server"
    )


def run_command(*words: str, variables: dict[str, str]) -> None:
    """Run one of our own commands to its end.

    Raises:
        click.ClickException: it failed; the message has its last output.
    """
    import subprocess

    command = [sys.executable, "-m", "profiles", *words]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise click.ClickException(f"profiles {' '.join(words)} failed:\n{done.stderr[-2000:]}")


@click.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--processes", "web_processes", default=1, show_default=True, help="web processes")
def up(port: int, web_processes: int) -> None:
    """Run the service alone, configured by the environment: database, web server, worker."""
    refuse_fatal_settings(settings_only=True)
    env = environment()
    var = env.PROFILES_VAR
    children: list[Child] = []
    with preflight.only_one_run(var), stoppable():
        preflight.require_disk(var)
        with database_url(var) as url:
            try:
                start_service(
                    children,
                    {**os.environ, "DATABASE_URL": url},
                    port=port,
                    logs=var / "logs",
                    web_processes=web_processes,
                )
                console.print(f"\nProfiles answers at http://127.0.0.1:{port} (Ctrl-C stops it)")
                watch(children)
            finally:
                processes.stop_all(children)


def watch(children: list[Child]) -> None:
    """Wait for a signal, or for a child that ends.

    Raises:
        click.ClickException: a child ended unexpectedly; the message holds its last output.
    """
    while True:
        _raise_if_stop_requested()
        for child in children:
            if child.ended:
                raise click.ClickException(f"{child.name} ended ({child.log}):\n{child.last_output()}")
        time.sleep(0.2)


@click.command()
@click.option("--once", is_flag=True, help="play the story, then stop; exit 0 only if every step succeeded")
def demo(*, once: bool) -> None:
    """Run everything with stand-ins for ORCID, Globus and DataCite, and play the main story."""
    # Also for this process: some of the demo's settings are refused in production.
    os.environ["PROFILES_MODE"] = "demo"
    var = Path(os.environ.get("PROFILES_VAR", DATA / "demo"))
    children: list[Child] = []
    with preflight.only_one_run(var), stoppable():
        preflight.require_disk(var)
        shift = port_shift()
        with database_url(var) as url:
            try:
                variables = demo_environment(var=var, shift=shift, database_url=url)
                play_demo(children, variables, shift=shift)
                if not once:
                    _show_addresses(variables, shift=shift)
                    watch(children)
            finally:
                processes.stop_all(children)


def play_demo(children: list[Child], variables: dict[str, str], *, shift: int) -> None:
    """Start everything with stand-ins, and play the main story.

    Raises:
        click.ClickException: a process did not start, or a step of the story failed.
    """
    logs = Path(variables["PROFILES_VAR"]) / "logs"
    _start_sandbox(children, variables, shift=shift, logs=logs)
    start_service(children, variables, port=PORTS["web"] + shift, logs=logs)
    _make_dana_staff(variables)
    _start_example(children, variables, logs=logs)
    _play_story(variables)


def port_shift() -> int:
    """Return by how much the ports of the demo are moved: as set, or so that all are free."""
    setting = os.environ.get("PROFILES_PORT_SHIFT", "")
    if setting:
        return int(setting)
    shift, conflicts = preflight.free_shift(PORTS)
    for line in conflicts:
        console.print(f"{line}: moving on", style="yellow")
    return shift


def _start_sandbox(children: list[Child], variables: dict[str, str], *, shift: int, logs: Path) -> None:
    step("starting the stand-ins for ORCID, Globus and DataCite")
    command = [sys.executable, "-m", "sandbox", "--mails", str(mails_folder(logs.parent))]
    for option, name in _STAND_INS.items():
        command += [option, str(PORTS[name] + shift)]
    command += [part for file in dois() for part in ("--dois", str(file))]
    children.append(processes.start("sandbox", command, environment=variables, logs=logs))
    wait_until(
        lambda: all(answers(variables[name]) for name in ("ORCID_URL", "GLOBUS_URL", "API_URL")),
        children=children,
        what="the sandbox",
    )
    _register_at_stand_ins(variables)


_STAND_INS: Final = {
    "--orcid-port": "ORCID stand-in",
    "--globus-port": "Globus stand-in",
    "--datacite-port": "DataCite stand-in",
    "--commons-port": "Commons stand-in",
    "--fabrica-port": "Fabrica stand-in",
    "--mail-port": "mailbox",
}


def _register_at_stand_ins(variables: dict[str, str]) -> None:
    """Register our addresses with the stand-ins, as a deployment is registered with ORCID and Globus."""
    from profiles.ops.demo.visitor import ask

    ask(f"{variables['COMMONS_URL']}/__sandbox__/profiles", {"url": variables["PROFILES_URL"]})
    ask(f"{variables['API_URL']}/__sandbox__/dois", works_of_many())

    for name in ("ORCID", "ORCID_SEARCH_AND_LINK", "ORCID_AUTO_UPDATE", "GLOBUS"):
        base_url = variables["GLOBUS_URL" if name == "GLOBUS" else "ORCID_URL"]
        path = "/users/auth/globus/callback" if name == "GLOBUS" else "/"
        client = {
            "client_id": variables[f"{name}_CLIENT_ID"],
            "client_secret": variables[f"{name}_CLIENT_SECRET"],
            "name": "DataCite Profiles",
            "redirect_uris": [f"{variables['PROFILES_URL']}{path}"],
        }
        ask(f"{base_url}/__sandbox__/clients", client)


def _make_dana_staff(variables: dict[str, str]) -> None:
    """Give Dana her role with the command, before she signs in for the first time."""
    step("making Dana staff: profiles staff grant")
    run_command("staff", "grant", DANA, "--role", "staff_admin", variables=variables)


def _start_example(children: list[Child], variables: dict[str, str], *, logs: Path) -> None:
    """Start the example of a service that signs people in through Profiles."""
    step("starting the example service")
    environment = {**variables, "PYTHONPATH": os.pathsep.join([str(ROOT), variables.get("PYTHONPATH", "")])}
    command = [sys.executable, "-m", "dev.example_service"]
    children.append(processes.start("example", command, environment=environment, logs=logs))
    wait_until(lambda: answers(variables["EXAMPLE_URL"]), children=children, what="the example service")


def dois() -> list[Path]:
    """Return the files with the DataCite stand-in's first records: ours, and the corpus if it is there."""
    shared = Path(os.environ.get("PROFILES_SHARED", ROOT.parent / "shared"))
    return [file for file in (ROOT / "dev" / "dois.jsonl", shared / "corpus" / "dois.jsonl") if file.exists()]


def _play_story(variables: dict[str, str]) -> None:
    from profiles.ops.demo.story import StoryError, play

    try:
        play(variables, say=step)
    except StoryError as error:
        raise click.ClickException(f"the story stopped: {error}") from error


def _show_addresses(variables: dict[str, str], *, shift: int) -> None:
    scenario = f"{f'PROFILES_PORT_SHIFT={shift} ' if shift else ''}{sys.executable} -m sandbox.scenario"
    console.print(
        f"""
[bold]The demo is running.[/bold]
  Profiles            {variables["PROFILES_URL"]}
  Commons stand-in    {variables["COMMONS_URL"]}   (works with "Add to ORCID Record")
  Fabrica stand-in    {variables["BRACCO_URL"]}
  ORCID stand-in      {variables["ORCID_URL"]}
  Globus stand-in     {variables["GLOBUS_URL"]}
  DataCite stand-in   {variables["API_URL"]}   (register and correct DOIs)
  Mailbox             {variables["MAILBOX_URL"]}   (mails that Profiles sent)
  Example service     {variables["EXAMPLE_URL"]}   (signs you in through Profiles, shows what it learns)
  Sign in as Alice, Bob, Charlie or Dana: choose one on the stand-ins' pages. There are no passwords.
  {MANY_NAME} has 500 works: "Sign in with ORCID" as her, and find them.
  Dana is staff: {variables["PROFILES_URL"]}/staff asks her to set up a second step, then opens.
  Passkeys can be tried, as the address is localhost.
  Outages and more: {scenario} {ROOT / "dev" / "scenarios" / "orcid-down.json"}
  Logs: {variables["PROFILES_VAR"]}/logs    Stop: Ctrl-C"""
    )


@click.command()
@click.argument("command", nargs=-1, required=True)
def database(command: tuple[str, ...]) -> None:
    """Run COMMAND with the database up and DATABASE_URL set, e.g. `profiles database psql`."""
    import subprocess

    code = 0
    with stoppable(), database_url(environment().PROFILES_VAR) as url:
        code = subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode  # noqa: S603
    sys.exit(code)
