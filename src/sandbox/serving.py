"""Run the stand-ins: in a background thread for tests and tools, or as one process.

Each stand-in is a separate application on its own port, as the real services are on separate hosts.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from sandbox.control import CONTROL, ControlEndpoints
from sandbox.people import Person, read_people, with_orcid
from sandbox.remote import Remote

DEFAULT_PORTS: Final = {
    "orcid": 8101,
    "globus": 8102,
    "datacite": 8103,
    "commons": 8111,
    "fabrica": 8112,
    "mail": 8113,
}
_DEV: Final = Path(__file__).parents[2] / "dev"
PEOPLE_FILE: Final = _DEV / "people.json"
DOIS_FILE: Final = _DEV / "dois.jsonl"
_START_LIMIT: Final = 30
_STOP_LIMIT: Final = 10
_SHUTDOWN_SECONDS: Final = 0.5
"""Seconds that running requests may still take when the stand-ins stop."""


@dataclass(slots=True)
class Plan:
    """The stand-ins to start, with ports and data."""

    ports: dict[str, int]
    bind: str = "127.0.0.1"
    people: list[Person] = field(default_factory=list)
    dois: list[Path | dict[str, Any]] = field(default_factory=list)
    mails: Path | None = None
    """The folder of mails that the mailbox shows."""
    urls: dict[str, str] = field(default_factory=dict)
    """Filled in while starting."""


@dataclass(frozen=True, slots=True)
class Stands:
    """The running stand-ins and their addresses."""

    orcid: Remote
    globus: Remote
    datacite: Remote
    commons: Remote
    fabrica: Remote
    mail: Remote

    @property
    def orcid_url(self) -> str:
        """The address of ORCID's site, OAuth and API."""
        return self.orcid.url

    @property
    def globus_url(self) -> str:
        """The address (and issuer) of Globus Auth."""
        return self.globus.url

    @property
    def datacite_url(self) -> str:
        """The address of the DataCite REST API."""
        return self.datacite.url

    def add_people(self, *people: Person) -> None:
        """Add people, in the format of the people file, to the stand-ins that know people."""
        self.globus.order("people", list(people))
        if with_orcid(people):
            self.orcid.order("people", with_orcid(people))

    def reset(self) -> None:
        """Reset all of them to their start."""
        for stand in (self.orcid, self.globus, self.datacite):
            stand.reset()


def default_people() -> list[Person]:
    """Return the people of the demo if their file exists."""
    return read_people(PEOPLE_FILE) if PEOPLE_FILE.is_file() else []


def applications(plan: Plan) -> dict[str, web.Application]:
    """Build the applications, each with its control endpoints."""
    from sandbox.commons.app import make_app as make_commons
    from sandbox.datacite.app import make_app as make_datacite
    from sandbox.datacite.state import STATE
    from sandbox.fabrica.app import make_app as make_fabrica
    from sandbox.globus.app import make_app as make_globus
    from sandbox.mailbox.app import make_app as make_mailbox

    datacite = make_datacite(plan.people, base_url=_address_of("datacite", plan), dois=plan.dois)
    state = datacite[STATE]
    return {
        "orcid": _orcid(plan),
        "globus": make_globus(plan.people, base_url=_address_of("globus", plan)),
        "datacite": datacite,
        "commons": make_commons(lambda: state.records, orcid_url=_address_of("orcid", plan)),
        "fabrica": make_fabrica(lambda: state.records),
        "mail": make_mailbox(plan.mails),
    }


def _orcid(plan: Plan) -> web.Application:
    from sandbox.orcid.app import make_app
    from sandbox.orcid.wire.answers import STATE

    app = make_app(with_orcid(plan.people), base_url=_address_of("orcid", plan))
    if CONTROL not in app:
        ControlEndpoints("orcid", reset=app[STATE].reset, state=app[STATE].export).attach(app)
    return app


def _address_of(name: str, plan: Plan) -> Callable[[], str]:
    return lambda: plan.urls[name]


async def start(plan: Plan, runners: list[web.AppRunner]) -> None:
    """Start the stand-ins of the plan; started ones are in ``runners`` even if a later one fails.

    Raises:
        OSError: a port is in use; its number is in the text.
    """
    shown_host = "127.0.0.1" if plan.bind in {"", "0.0.0.0", "::"} else plan.bind  # noqa: S104
    for name, app in applications(plan).items():
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        await runner.setup()
        runners.append(runner)
        await web.TCPSite(runner, plan.bind, plan.ports.get(name, 0)).start()
        port = runner.addresses[0][1]
        plan.urls[name] = f"http://{f'[{shown_host}]' if ':' in shown_host else shown_host}:{port}"


async def stop(runners: list[web.AppRunner]) -> None:
    """Stop the started stand-ins."""
    await asyncio.gather(*(runner.cleanup() for runner in runners))


class _Background:
    """The stand-ins in a thread with its own event loop."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="stand-ins", daemon=True)

    def start(self) -> None:
        self._thread.start()
        if not self._ready.wait(_START_LIMIT):
            raise TimeoutError("the stand-ins did not start in time")
        if self._failure is not None:
            self._thread.join(_STOP_LIMIT)
            raise self._failure

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(_STOP_LIMIT)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def _serve(self) -> None:
        runners: list[web.AppRunner] = []
        try:
            await start(self._plan, runners)
            self._ready.set()
            await self._stopped.wait()
        except BaseException as failure:  # noqa: BLE001 -- raised again in the starting thread
            self._failure = failure
        finally:
            await stop(runners)
            self._ready.set()


@contextmanager
def started(
    *,
    orcid_port: int = 0,
    globus_port: int = 0,
    datacite_port: int = 0,
    bind: str = "127.0.0.1",
    people: Iterable[Person] | None = None,
    dois: Iterable[Path | dict[str, Any]] = (),
    mails: Path | None = None,
) -> Iterator[Stands]:
    """Run all stand-ins in the background; port 0 takes a free one.

    Without ``people``, the people of the demo are used.

    Raises:
        OSError: a port is in use.
    """
    plan = Plan(
        ports={"orcid": orcid_port, "globus": globus_port, "datacite": datacite_port},
        bind=bind,
        people=default_people() if people is None else list(people),
        dois=list(dois),
        mails=mails,
    )
    background = _Background(plan)
    background.start()
    try:
        yield Stands(**{name: Remote(url) for name, url in plan.urls.items()})
    finally:
        background.stop()
