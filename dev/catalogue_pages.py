"""Generate ``docs/states.md`` and ``docs/errors.md`` from the tables of states and problems."""

from collections.abc import Iterator

from profiles.domain import problems
from profiles.domain.claim import TRANSITIONS, ClaimEvent, ClaimState
from profiles.domain.push.outcome import MAXIMUM_AGE, WAITS
from profiles.domain.request_errors import REQUEST_ERRORS

_GENERATED: str = "*Generated from the code by `make docs`; do not edit.*"

STATES = {
    ClaimState.WAITING: "in the queue: it continues automatically, now or at the time shown",
    ClaimState.WORKING: "a worker is sending it (the API shows `waiting`)",
    ClaimState.FAILED: "the last attempt failed, or permission is missing; it starts again on request",
    ClaimState.DONE: "the work is on the ORCID record, as requested",
    ClaimState.IGNORED: "a rule or the person refused it",
    ClaimState.DELETED: "the work is not on the ORCID record, as requested",
    ClaimState.NOTIFIED: "the person was asked for permission in the ORCID inbox",
}
EVENTS = {
    ClaimEvent.REQUEST: "it is requested (again)",
    ClaimEvent.START: "a worker starts it",
    ClaimEvent.SUCCEED: "the work is on the record",
    ClaimEvent.REMOVE: "the work is off the record",
    ClaimEvent.WAIT: "it continues later automatically",
    ClaimEvent.FAIL: "nothing happens until a person acts",
    ClaimEvent.SKIP: "a rule or the person refused it",
    ClaimEvent.NOTIFY: "the person was asked for permission",
    ClaimEvent.VANISH: "the person removed the work in ORCID; only they bring it back",
}


def states_page() -> str:
    """Return ``docs/states.md``."""
    return "\n".join(_states()) + "\n"


def _states() -> Iterator[str]:
    yield "# States of a claim\n"
    yield _GENERATED + "\n"
    yield "A claim is one DOI on one ORCID record. A transition that the table leaves empty is a bug."
    yield "The problem gives the reason for a state: see [errors.md](errors.md).\n"
    yield "| state | means |\n|---|---|"
    yield from (f"| {state.value} | {STATES[state]} |" for state in ClaimState)
    yield "\n| event | means |\n|---|---|"
    yield from (f"| {event.value} | {EVENTS[event]} |" for event in ClaimEvent)
    yield "\n| from \\ event | " + " | ".join(event.value for event in ClaimEvent) + " |"
    yield "|---|" + "---|" * len(ClaimEvent)
    for state in ClaimState:
        ends = (TRANSITIONS.get((state, event)) for event in ClaimEvent)
        yield f"| **{state.value}** | " + " | ".join(end.value if end else "" for end in ends) + " |"


def errors_page() -> str:
    """Return ``docs/errors.md``."""
    return "\n".join(_errors()) + "\n"


def _errors() -> Iterator[str]:
    yield "# Problems\n"
    yield _GENERATED + "\n"
    yield "One catalogue drives retries, API errors, pages and the support view. Codes are stable. Titles are"
    yield "what people read; other services read some of them too (see `dev/compatibility.md`).\n"
    yield "| code | title | what we do | what you can do | tried again |\n|---|---|---|---|---|"
    for problem in problems.CATALOGUE.values():
        yield f"| `{problem.code}` | {problem.title} | {problem.we} | {problem.you} | {problem.retry.value} |"
    yield "\n## Claims that are refused at once\n"
    yield "Each refused item of a batch carries one of these codes; a single request is answered with"
    yield "the same title. `key-used` (409) is for a whole batch: another one used its Idempotency-Key.\n"
    yield "| code | status | field | title | what to do |\n|---|---|---|---|---|"
    for error in REQUEST_ERRORS.values():
        field = f"`{error.source}`" if error.source else ""
        yield f"| `{error.code}` | {error.status} | {field} | {error.title} | {error.detail} |"
    yield "\n## When we try again\n"
    yield "| class | waits after the first, second, ... attempt | gives up after |\n|---|---|---|"
    for retry, waits in WAITS.items():
        yield f"| {retry.value} | {', '.join(map(_span, waits))} | {_span(MAXIMUM_AGE[retry])} |"
    yield "\nA claim that is given up fails with its problem; it is tried again on request."
    yield "Waits are spread by up to a quarter, and are never shorter than what the service asked for."


def _span(seconds: float) -> str:
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds % size == 0:
            return f"{seconds / size:g} {name}"
    return f"{seconds:g} s"
