"""One trace from the caller's request to the call to ORCID, and what OpenTelemetry needs for it."""

import json
import os
import subprocess
import sys

import pytest

from profiles.claims.models import Claim
from profiles.infra.monitoring import tracing
from profiles.intake.models import DoiEvent
from profiles.pipeline import sync_clients
from profiles.pipeline.intake.receive import decide_due_events
from tests.support.api_callers import service_key
from tests.support.claims import waiting_claim
from tests.support.pushing import ALICE, permitted, registered, run_lanes
from tests.support.shared import ROOT

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SENT = f"00-{TRACE}-00f067aa0ba902b7-01"


def trace_ids(stand_in, **match) -> list[str]:
    return [tracing.id_of(entry["headers"].get("traceparent", "")) for entry in stand_in.log(**match)]


@pytest.mark.django_db(transaction=True)
def test_the_trace_of_an_agents_event_reaches_datacite_and_orcid(client, orcid, datacite):
    permitted(orcid)
    registered(datacite, "10.5072/traced")
    body = {"events": [{"id": "e1", "doi": "10.5072/traced"}]}

    answer = client.post(
        "/doi-events",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {service_key()}", "traceparent": SENT},
    )
    decide_due_events(sync_clients.datacite())
    run_lanes()

    assert answer.status_code == 202, answer.content
    assert tracing.id_of(DoiEvent.objects.get().traceparent) == TRACE
    claim = Claim.objects.get()
    assert (claim.state, tracing.id_of(claim.traceparent)) == ("done", TRACE)
    assert TRACE in trace_ids(datacite, method="GET", path="/dois/10.5072/traced")
    (added,) = orcid.log(method="POST", path="/work")
    assert tracing.id_of(added["headers"]["traceparent"]) == TRACE
    assert added["headers"]["traceparent"] != SENT, "each call has an id of its own"


@pytest.mark.django_db(transaction=True)
def test_claims_without_a_callers_trace_have_one_each(orcid, datacite):
    permitted(orcid)
    claims = [waiting_claim(ALICE, f"10.5072/{number}") for number in range(2)]
    for claim in claims:
        registered(datacite, claim.doi)

    first, second = {tracing.id_of(claim.traceparent) for claim in claims}

    assert len(first) == len(second) == 32


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "nonsense",
        f"ff-{TRACE}-00f067aa0ba902b7-01",
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        SENT.upper(),
    ],
)
def test_a_trace_that_is_not_valid_begins_no_trace(header):
    assert tracing.read(header) == ""


def test_a_later_version_of_the_header_is_read_as_far_as_it_is_known():
    later = f"cc-{TRACE}-00f067aa0ba902b7-01-what-comes-later"

    assert tracing.id_of(tracing.read(later)) == TRACE
    assert len(tracing.read(later)) == 55


def in_a_process(code: str, **variables: str) -> str:
    command = [sys.executable, "-c", code]
    env = {**os.environ, **variables, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


START = """
import sys
from profiles.infra.monitoring import telemetry, tracing
telemetry.start(role="worker")
from profiles.ops.django_setup import start_django
start_django()
"""


def test_without_its_variables_nothing_of_opentelemetry_is_loaded():
    code = (
        START + "print(telemetry.is_on(), [name for name in sys.modules if name.startswith('opentelemetry')])"
    )

    assert in_a_process(code) == "False []\n"


CALL = """
import asyncio
from profiles.infra import wiring
async def call():
    async with wiring.http_client() as http:
        with tracing.continued("{SENT}"):
            await http.send("orcid", "record", "GET", "{url}/v3.0/{ALICE}/works")
asyncio.run(call())
"""


def test_with_opentelemetry_a_stored_trace_goes_on_in_its_spans(orcid):
    code = START + CALL.format(SENT=SENT, url=orcid.url, ALICE=ALICE)

    spans = in_a_process(code, OTEL_TRACES_EXPORTER="console")

    assert f'"trace_id": "0x{TRACE}"' in spans
    assert '"parent_id": "0x00f067aa0ba902b7"' in spans
    assert ALICE not in spans, "an address holds the iD"
    assert trace_ids(orcid, path="/works") == [TRACE]
