"""A storm: claims arrive while every part of the service has accidents. One seed decides their order."""

import random
import signal
import time
from contextlib import suppress
from typing import Any, Final

from django.db import OperationalError, connection, connections
from django.db.models import Q

from profiles.claims.models import Claim, Lane
from profiles.claims.services import ClaimRequest, request_claims
from profiles.domain.claim import ClaimAction, Origin
from profiles.domain.ids import check_digit
from profiles.infra import clock
from profiles.intake.models import DoiEvent, HarvestState
from profiles_client import ClaimRequest as ApiClaimRequest
from tests.support import database_accidents, leaks, own_postgres
from tests.support.api_callers import service_key
from tests.support.claims import story_of
from tests.support.database_proxy import DatabaseProxy
from tests.support.pushing import permitted, registered
from tests.support.sentry import Sentry
from tests.support.served import free_port
from tests.support.sessions import session_of
from tests.support.shared import ROOT
from tests.support.supervisor import Supervisor
from tests.support.web_visitors import PATHS, ApiCaller, PageReader

Pair = tuple[str, str]
"""An ORCID iD and a DOI."""
BROKEN: Final = '{"response-code":500,"developer-message":"broken","error-code":9008}'
REFUSED: Final = '{"error":"invalid_token","error_description":"Invalid access token: 0"}'
ORCID_FAULTS: Final[tuple[dict[str, Any], ...]] = (
    {"status": 503, "body": "<html>busy</html>", "content_type": "text/html"},
    {"status": 503, "body": "", "headers": {"Retry-After": "1"}},
    {"status": 502, "body": ""},
    {"status": 520, "body": "<html>cloud</html>", "content_type": "text/html"},
    {"status": 500, "body": BROKEN, "content_type": "application/json"},
    {"status": 401, "body": REFUSED, "content_type": "application/json"},
    {"status": 200, "body": "<<<", "content_type": "application/json"},
    {"status": 201, "body": "", "content_type": "text/html"},
    {"delay_ms": 300},
    {"delay_after_ms": 300},
    {"delay_after_ms": 1500},
    {"drop": True},
    {"drop_after": True},
    {"drop_after": True, "delay_ms": 200},
    {"spoil": True},
    {"slow_bytes": 40},
    {"slow_bytes": 2000},
)
"""For single calls: before the write took effect and after it; one lasts longer than a worker waits."""
OUTAGES: Final[dict[str, dict[str, Any]]] = {
    "slow": {"delay_ms": 1500},
    "dead": {"drop": True},
    "lying": {"spoil": True},
}
"""For all calls for a while. Slow: longer than a call may take."""
LOGS: Final = ROOT / "var" / "chaos"
SKEWED: Final = ROOT / "tests" / "support" / "skewed_clock"
"""On the path of a process, it makes our clock there differ from the machine's."""
CALL_SECONDS: Final = "1"
OUTAGE_SECONDS: Final = 6.0
ACCIDENTS: Final = (
    *("a worker is killed", "a worker is killed", "both workers are killed", "a worker is stopped"),
    *("the web is killed", "a web process is killed", "the web is stopped"),
    *("database connections are terminated", "database connections are terminated"),
    *("the database refuses connections", "the database is frozen", "the database is away for long"),
    *("the database has no connection left", "the database fails over to a standby"),
    *("the disk of the database is full", "the database crashes and starts again"),
    *("the clock of a worker is an hour ahead", "the clock of a worker is an hour behind"),
    *(f"{service} is {how}" for service in ("ORCID", "DataCite") for how in OUTAGES),
)
"""Each happens as often as it is listed; chance decides the order."""
WORKS_EACH: Final = 10
GROUP: Final = 10
"""So many people are named together by one DOI."""


def invented_ids(count: int) -> list[str]:
    """Return so many invented iDs."""
    bare = (f"00090002{number:07d}" for number in range(count))
    return [f"{d[:4]}-{d[4:8]}-{d[8:12]}-{d[12:]}{check_digit(d)}" for d in bare]


class Storm:
    """The people and works of one run, what is intended for them, and the accidents on the way.

    Half of the works are asked for, by services (through the API, too) and by their people at a screen. The
    other half name their people in the metadata, so the jobs of the workers must find them.
    """

    def __init__(
        self, orcid: Any, datacite: Any, proxy: DatabaseProxy, *, seed: int, claims: int, away: float
    ) -> None:
        self.orcid, self.datacite, self.proxy = orcid, datacite, proxy
        self.random = random.Random(seed)
        self.away = away
        self.intended: dict[Pair, bool] = {}
        self.removed_by_owner: dict[Pair, bool] = {}
        self.titles: dict[str, str] = {}
        self.named: dict[str, list[str]] = {}
        self._make_people(max(claims // WORKS_EACH, GROUP))
        self._start(free_port())

    def _make_people(self, count: int) -> None:
        self.ids = invented_ids(count)
        self.orcid.order("people", [{"orcid": orcid_id, "name": "Somebody"} for orcid_id in self.ids])
        for orcid_id in self.ids:
            permitted(self.orcid, orcid_id)
        half = WORKS_EACH // 2
        pool = [f"10.5072/asked-{number}" for number in range(4 * half)]
        for doi in pool:
            self.register(doi, 1)
        self.asked = [(one, doi) for one in self.ids for doi in self.random.sample(pool, half)]
        self.random.shuffle(self.asked)
        groups = [self.ids[start : start + GROUP] for start in range(0, count, GROUP)]
        self.named = {
            f"10.5072/named-{number}-{work}": group
            for number, group in enumerate(groups)
            for work in range(half)
        }

    def _start(self, port: int) -> None:
        variables = {
            "DATABASE_URL": self.proxy.url,
            "PROFILES_CALL_SECONDS": CALL_SECONDS,
            "PROFILES_HARVEST_SECONDS": "1",
            "PROFILES_STOP_SECONDS": "20",
        }
        self.reports = Sentry()
        variables["SENTRY_DSN"] = self.reports.dsn
        self.ports = {name: free_port() for name in ("worker 1", "worker 2", "web")}
        metrics = {name: {"PROFILES_WORKER_METRICS_PORT": str(port)} for name, port in self.ports.items()}
        self.supervisor = Supervisor(LOGS)
        self.clock = LOGS / "seconds-ahead"
        self.clock.write_text("0")
        self.supervisor.add("worker 1", "worker", **variables, **metrics["worker 1"])
        skewed = {"PYTHONPATH": f"{ROOT / 'src'}:{SKEWED}", "PROFILES_TEST_SECONDS_AHEAD": str(self.clock)}
        self.supervisor.add("worker 2", "worker", **variables, **skewed, **metrics["worker 2"])
        variables["PROFILES_METRICS_PORT"] = str(self.ports["web"])
        self.supervisor.add("web", "serve", "--port", str(port), "--workers", "2", **variables)
        session, key = session_of(self.ids[0], "", ""), service_key()
        self.secrets = [session[1], key]
        self.reader = PageReader(port, session)
        self.caller = ApiCaller(port, key)
        self.reader.start()
        self.caller.start()

    # --- what people and repositories do -------------------------------------------------------------
    def register(self, doi: str, version: int) -> None:
        """Let a repository register a DOI, or correct its metadata."""
        self.titles[doi] = f"{doi}, version {version}"
        people = [_creator(number, orcid_id) for number, orcid_id in enumerate(self.named.get(doi, []))]
        registered(self.datacite, doi, title=self.titles[doi], creators=people or [{"name": "Nobody"}])
        self.last_change = clock.now()

    def register_named(self, dois: list[str]) -> None:
        """Let repositories register DOIs that name people, who all switched Auto-Update on."""
        for doi in dois:
            self.register(doi, 1)
            self.intended |= {(orcid_id, doi): True for orcid_id in self.named[doi]}

    def ask(self, pairs: list[Pair], action: ClaimAction = ClaimAction.CREATE) -> None:
        """Ask for works on records, or off them; one in ten by their person, who waits at a screen.

        What its person took off stays off until they ask for it themselves.
        """
        requests = []
        for orcid_id, doi in pairs:
            clicked = self.random.random() < 0.1
            actor = "click" if clicked else "rule"
            requests.append(
                ClaimRequest(
                    orcid_id,
                    doi,
                    Origin.SEARCH_AND_LINK,
                    action,
                    urgent=clicked,
                    by_owner=clicked,
                    actor=actor,
                )
            )
            if clicked:
                self.removed_by_owner[orcid_id, doi] = action is ClaimAction.DELETE
            is_wanted = action is ClaimAction.CREATE and not self.removed_by_owner.get((orcid_id, doi))
            self.intended[orcid_id, doi] = is_wanted
        request_claims(requests)

    def send_to_api(self, key: str, pairs: list[Pair]) -> None:
        """Let a service ask for works through the API, again and again until it is accepted."""
        self.intended |= dict.fromkeys(pairs, True)
        source = Origin.SEARCH_AND_LINK.value
        self.caller.send(
            key, [ApiClaimRequest(orcid=orcid_id, doi=doi, source=source) for orcid_id, doi in pairs]
        )

    # --- accidents -----------------------------------------------------------------------------------
    def cause(self, accident: str) -> None:
        """Let one of ``ACCIDENTS`` happen, to its end; claims go on meanwhile."""
        service, _, how = accident.partition(" is ")
        if how in OUTAGES:
            self._break(service, OUTAGES[how])
        elif accident.startswith(("a worker", "both workers", "the web", "a web")):
            self._end_processes(accident)
        elif accident.startswith("the clock"):
            self._move_clock(accident)
        else:
            self._hurt_database(accident)

    def _break(self, service: str, fault: dict[str, Any]) -> None:
        if service == "ORCID":
            self.orcid.fail_next(None, path="/v3.0/", **fault)
        else:
            # Repositories can still register DOIs.
            self.datacite.fail_next(None, path="/dois", method="GET", **fault)
        self.pass_time(OUTAGE_SECONDS)
        self.orcid.heal()
        self.datacite.heal()

    def _end_processes(self, accident: str) -> None:
        worker = self.random.choice(("worker 1", "worker 2"))
        match accident:
            case "a worker is killed":
                self.supervisor.kill(worker)
            case "both workers are killed":
                self.supervisor.kill("worker 1")
                self.supervisor.kill("worker 2")
            case "a worker is stopped":
                # One that was only starting ends by the signal itself.
                assert self.supervisor.stop(worker) in {0, -signal.SIGTERM}
            case "the web is killed":
                self.supervisor.kill("web")
            case "a web process is killed":
                self.supervisor.kill_child("web")
            case "the web is stopped":
                assert self.supervisor.stop("web") in {0, -signal.SIGTERM}

    def _hurt_database(self, accident: str) -> None:
        database, pass_time = database_accidents, lambda: self.pass_time(OUTAGE_SECONDS)
        match accident:
            case "database connections are terminated":
                database.terminate_connections()
            case "the database refuses connections":
                self.proxy.refuse()
                pass_time()
                self.proxy.accept()
            case "the database has no connection left":
                with database.no_connection_left(self.proxy):
                    pass_time()
            case "the database is frozen":
                self.proxy.freeze()
                pass_time()
                self.proxy.thaw()
            case "the database is away for long":
                self.proxy.refuse()
                # What starts meanwhile must wait for it.
                self.supervisor.kill("worker 1")
                self.supervisor.kill("web")
                self.pass_time(self.away)
                self.proxy.accept()
            case "the database fails over to a standby":
                with database.only_a_standby():
                    pass_time()
            case "the disk of the database is full":
                with database.full_disk():
                    pass_time()
            case "the database crashes and starts again":
                own_postgres.restart_after_crash()

    def _move_clock(self, accident: str) -> None:
        """Let the clock of a worker's host jump, and jump back."""
        seconds = 3600 if "ahead" in accident else -3600
        self.clock.write_text(str(seconds))
        self.pass_time(OUTAGE_SECONDS)
        self.clock.write_text("0")

    def pass_time(self, seconds: float, *, calm: bool = False) -> None:
        """Let time pass: start again what ended, break single calls unless it is calm, let waits be over."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self._tick(calm=calm)

    def _tick(self, *, calm: bool) -> None:
        self.supervisor.look()
        if not calm:
            fault = self.random.choice(ORCID_FAULTS)
            count, skip = self.random.choice((1, 1, 2, 6)), self.random.randrange(8)
            self.orcid.fail_next(count, path="/work", skip=skip, **fault)
        end_waits()
        time.sleep(0.1)

    def settle(self, *, seconds: float) -> None:
        """Let time pass without new accidents until nothing is left to do, at most so many seconds."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends and (not self.caller.is_done or has_work(self.last_change)):
            self._tick(calm=True)

    def calm_down(self, *, seconds: float) -> None:
        """End all faults, wait until nothing is left to do and every page answers, then stop everything."""
        self.orcid.heal()
        self.datacite.heal()
        self.settle(seconds=seconds)
        self._wait_for_the_web(seconds=seconds)
        self.reader.stop()
        self.final_pages = {path: self.reader.ask(path) for path in PATHS}
        self.are_all_running = self.supervisor.are_all_running()
        self.metrics = leaks.metrics(self.ports)
        self.stop()

    def _wait_for_the_web(self, *, seconds: float) -> None:
        """Wait for web processes that have just been started again."""
        ends = time.monotonic() + seconds
        while self.reader.ask("/heartbeat") != "200" and time.monotonic() < ends:
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop everything."""
        self.reader.stop()
        self.caller.stop()
        self.supervisor.stop_all()
        connections.close_all()

    # --- what is there afterwards --------------------------------------------------------------------
    def wanted_works(self) -> dict[str, list[Pair]]:
        """Return what should be on each record: DOI and title."""
        works: dict[str, list[Pair]] = {orcid_id: [] for orcid_id in self.ids}
        for (orcid_id, doi), is_wanted in self.intended.items():
            if is_wanted:
                works[orcid_id].append((doi, self.titles[doi]))
        return {orcid_id: sorted(found) for orcid_id, found in works.items()}

    def works_on_records(self) -> dict[str, list[Pair]]:
        """Return what is on each record: the DOI and title of every work, doubles included."""
        people = {person["orcid"]: person["works"] for person in self.orcid.state()["people"]}
        return {
            orcid_id: sorted((_own_doi(work), work["title"]) for work in people[orcid_id])
            for orcid_id in self.ids
        }

    def differences(self) -> list[str]:
        """Describe each work that is not as intended."""
        lines = []
        wanted, found = self.wanted_works(), self.works_on_records()
        for orcid_id in self.ids:
            for doi, title in sorted(set(wanted[orcid_id]) ^ set(found[orcid_id])):
                claim = Claim.objects.filter(orcid_id=orcid_id, doi=doi).first()
                where = "on the record" if (doi, title) in found[orcid_id] else "wanted"
                lines.append(f"{orcid_id} {title}: {where}, claim {claim and claim.state}")
                if claim:
                    lines += story_of(claim)
        return lines


def _creator(number: int, orcid_id: str) -> dict[str, Any]:
    identifier = {"nameIdentifier": f"https://orcid.org/{orcid_id}", "nameIdentifierScheme": "ORCID"}
    return {
        "name": f"Surname{number}, Given{number}",
        "nameType": "Personal",
        "givenName": f"Given{number}",
        "familyName": f"Surname{number}",
        "nameIdentifiers": [identifier],
    }


def _own_doi(work: dict[str, Any]) -> str:
    return next(value for kind, value, relation in work["identifiers"] if (kind, relation) == ("doi", "self"))


def end_waits() -> None:
    """Let waits after trouble be over at once, for the storm has no hours; nothing else is changed.

    A worker that writes the same rows may be in the way; then they are over a moment later.
    """
    with suppress(OperationalError), connection.cursor() as cursor:
        cursor.execute("UPDATE infra_bucket SET blocked_until = now() WHERE blocked_until > now()")
        cursor.execute("UPDATE claims_claim SET due_at = now() WHERE state = 'waiting' AND due_at > now()")
        # A lane that is in hand now is due by the old time afterwards, so this looks at all of them.
        cursor.execute("UPDATE claims_lane SET due_at = now() WHERE due_at > now() AND leased_until IS NULL")
        cursor.execute("UPDATE intake_harveststate SET not_before = NULL WHERE not_before > now()")
        cursor.execute("UPDATE intake_doievent SET due_at = now() WHERE due_at > now()")
        cursor.execute(
            "UPDATE procrastinate_jobs SET scheduled_at = now()"
            " WHERE status = 'todo' AND attempts > 0 AND scheduled_at > now()"
        )


def has_work(last_change: Any) -> bool:
    """Tell whether claims, events or changes at DataCite wait to be dealt with."""
    polled = HarvestState.objects.filter(name="updated", done_until__gt=last_change)
    return (
        not polled.exists()
        or DoiEvent.objects.filter(due_at__isnull=False).exists()
        or Claim.objects.filter(state__in=["waiting", "working"]).exists()
        or Lane.objects.filter(Q(due_at__isnull=False) | Q(leased_until__isnull=False)).exists()
    )
