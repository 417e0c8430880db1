"""Serve metrics and health of a process on an internal address."""

from urllib.parse import parse_qs

from django.db import connections
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from profiles.config.env import environment
from profiles.infra.monitoring import internal_server, metrics
from profiles.infra.monitoring.internal_server import Answer
from profiles.pipeline import gauges, health


def start(port: int) -> None:
    """Serve the pages on this port of the internal address; port 0 starts nothing."""
    if port:
        pages = {"/metrics": _metrics, "/readyz": _ready, "/livez": _alive}
        internal_server.start(environment().PROFILES_METRICS_HOST, port, pages)


def _metrics(_query: str) -> Answer:
    try:
        return 200, CONTENT_TYPE_LATEST, generate_latest(metrics.registry(gauges.DatabaseGauges()))
    finally:
        connections.close_all()


def _ready(query: str) -> Answer:
    try:
        status, body = health.as_json(",".join(parse_qs(query).get("only", [])))
    finally:
        connections.close_all()
    return status, "application/json", body


def _alive(_query: str) -> Answer:
    return 200, "text/plain", b"OK"
