"""The gauges of ``/metrics`` that are read from the database, so that they are the same in every process."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db import Error
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from profiles.accounts import selectors as accounts
from profiles.claims import selectors as claims
from profiles.domain.service_status import STATES_WORSENING, Observed, service_status
from profiles.infra import clock, pauses
from profiles.infra.jobs import queue_state
from profiles.infra.mail import outbox
from profiles.infra.postgres import state
from profiles.intake import selectors as intake
from profiles.pipeline.intake.harvest import FIRST_LOOK
from profiles.pipeline.service_status import observe
from profiles.webhooks import selectors as webhooks


class DatabaseGauges(Collector):
    """Gauges read from the database at each scrape; only the state of the parts while it does not answer."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read the gauges."""
        up = GaugeMetricFamily("profiles_database_up", "Whether the database answers")
        try:
            observed = observe()
            gauges = [
                *_queues(observed),
                *_workers(),
                *_traffic(observed),
                *_pace(),
                *_keys(),
                *_connections(),
            ]
            up.add_metric([], 1)
        except Error:
            observed = Observed(now=clock.now(), database_answers=False)
            gauges = []
            up.add_metric([], 0)
        return iter([up, _parts(observed), *gauges])


def _parts(observed: Observed) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(
        "profiles_part_state",
        "How a part of the service is, as /status says it: 0 works, 1 slow, 2 does not work, 3 unknown",
        labels=["part"],
    )
    for part in service_status(observed).parts:
        gauge.add_metric([part.name.value], STATES_WORSENING[part.state])
    return gauge


def _queues(observed: Observed) -> Iterator[GaugeMetricFamily]:
    oldest: dict[str, datetime | None] = {
        "claims": observed.claims_wait_since,
        "events": observed.events_wait_since,
        "jobs": queue_state.oldest_due_job(),
        "deliveries": webhooks.oldest_due(),
        "mails": observed.mails_wait_since,
    }
    gauge = GaugeMetricFamily(
        "profiles_oldest_due_seconds", "How long the oldest that is due has waited", labels=["queue"]
    )
    for queue, moment in oldest.items():
        gauge.add_metric([queue], max((clock.now() - moment).total_seconds(), 0.0) if moment else 0.0)
    yield gauge
    due = {
        "lanes": claims.due_lanes(),
        "events": intake.due_count(),
        "jobs": queue_state.due_jobs(),
        "deliveries": webhooks.due_count(),
        "mails": outbox.unsent_count(),
    }
    gauge = GaugeMetricFamily("profiles_due", "How many are due and wait", labels=["queue"])
    for queue, count in due.items():
        gauge.add_metric([queue], count)
    yield gauge
    yield GaugeMetricFamily(
        "profiles_failed_jobs", "Background jobs that failed for good", value=queue_state.failed_jobs()
    )


def _workers() -> Iterator[GaugeMetricFamily]:
    gauge = GaugeMetricFamily("profiles_workers_alive", "Workers that live, by what they do", labels=["kind"])
    gauge.add_metric(["lanes"], claims.workers_alive())
    gauge.add_metric(["jobs"], queue_state.job_runners_alive())
    yield gauge


def _traffic(observed: Observed) -> Iterator[GaugeMetricFamily]:
    polled = intake.poll_state(FIRST_LOOK.name)
    if polled is not None:
        lag = max((clock.now() - polled.done_until).total_seconds(), 0.0)
        yield GaugeMetricFamily("profiles_poll_lag_seconds", "How far polling is behind", value=lag)
    moments = {
        "profiles_last_poll_timestamp_seconds": ("When DataCite was last polled", observed.polled_at),
        "profiles_last_event_timestamp_seconds": ("When the newest event was taken in", observed.event_at),
        "profiles_last_write_timestamp_seconds": ("When ORCID last accepted a work", observed.write_at),
    }
    for name, (what, moment) in moments.items():
        if moment is not None:
            yield GaugeMetricFamily(name, what, value=moment.timestamp())


def _pace() -> Iterator[GaugeMetricFamily]:
    """Report the limit of calls to ORCID of each of our clients, and for how long it is paused."""
    rate = GaugeMetricFamily(
        "profiles_orcid_calls_per_second_max",
        "Calls a second that we make to ORCID at most",
        labels=["client"],
    )
    paused = GaugeMetricFamily(
        "profiles_orcid_paused_seconds", "For how much longer calls to ORCID are paused", labels=["client"]
    )
    env = settings.ENVIRONMENT
    for client_id in sorted({env.ORCID_AUTO_UPDATE_CLIENT_ID, env.ORCID_SEARCH_AND_LINK_CLIENT_ID}):
        rate.add_metric([client_id], env.PROFILES_ORCID_RATE)
        paused.add_metric([client_id], pauses.seconds_left(client_id))
    yield rate
    yield paused


def _keys() -> Iterator[GaugeMetricFamily]:
    expiry = accounts.next_service_key_expiry()
    if expiry is not None:
        yield GaugeMetricFamily(
            "profiles_service_key_expiry_timestamp_seconds",
            "When the next key of a service ends",
            value=expiry.timestamp(),
        )


def _connections() -> Iterator[GaugeMetricFamily]:
    gauge = GaugeMetricFamily(
        "profiles_database_connections", "Connections to the database", labels=["application", "state"]
    )
    for labels, count in state.connections().items():
        gauge.add_metric(labels, count)
    yield gauge
    yield GaugeMetricFamily(
        "profiles_database_connections_max",
        "Connections that the server takes in all",
        value=state.max_connections(),
    )
