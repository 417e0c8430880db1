"""Pages of the documentation that are made from the code, so that they cannot grow stale."""

from collections.abc import Iterator

from profiles.domain import problems
from profiles.domain.claim import TRANSITIONS, ClaimEvent, ClaimState
from profiles.domain.push.outcome import MAXIMUM_AGE, WAITS
from profiles.domain.request_errors import REQUEST_ERRORS

_MADE: str = "*Made from the code by `make docs`; do not edit.*"

STATES = {
    ClaimState.WAITING: "in the queue: it continues automatically, now or at the time shown",
    ClaimState.WORKING: "a worker has it (the outer contract shows `waiting`)",
    ClaimState.FAILED: "the last try ended badly, or permission is missing; it starts again on request",
    ClaimState.DONE: "the ORCID record is as wanted, and the work is on it",
    ClaimState.IGNORED: "a rule or the person said no",
    ClaimState.DELETED: "the ORCID record is as wanted, and the work is not on it",
    ClaimState.NOTIFIED: "the person was asked for permission in the ORCID inbox",
}
EVENTS = {
    ClaimEvent.REQUEST: "it is requested (again)",
    ClaimEvent.START: "a worker takes it",
    ClaimEvent.SUCCEED: "the work is on the record",
    ClaimEvent.REMOVE: "the work is off the record",
    ClaimEvent.WAIT: "it continues later automatically",
    ClaimEvent.FAIL: "nothing happens until a person acts",
    ClaimEvent.SKIP: "a rule or the person said no",
    ClaimEvent.NOTIFY: "the person was asked for permission",
    ClaimEvent.VANISH: "the person removed the work in ORCID; only they bring it back",
}


def states_page() -> str:
    """Return ``docs/states.md``."""
    return "\n".join(_states()) + "\n"


def _states() -> Iterator[str]:
    yield "# States of a claim\n"
    yield _MADE + "\n"
    yield "A claim is one DOI on one ORCID record. A pair that the table leaves empty is an error of ours."
    yield "The finer reason of a state is its problem: see [errors.md](errors.md).\n"
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
    yield _MADE + "\n"
    yield "One catalogue drives retries, API errors, pages and the support view. Codes are stable; titles are"
    yield "what people read, and some of them are read by machines of others (see `dev/compatibility.md`).\n"
    yield "| code | title | what we do | what you can do | tried again |\n|---|---|---|---|---|"
    for problem in problems.CATALOGUE.values():
        yield f"| `{problem.code}` | {problem.title} | {problem.we} | {problem.you} | {problem.retry.value} |"
    yield "\n## Claims that are refused at once\n"
    yield "Each item of a batch that is refused carries one of these codes; a single request is answered with"
    yield "the same title. `key-used` (409) is for a whole batch: its Idempotency-Key made another one.\n"
    yield "| code | status | field | title | what to do |\n|---|---|---|---|---|"
    for one in REQUEST_ERRORS.values():
        field = f"`{one.source}`" if one.source else ""
        yield f"| `{one.code}` | {one.status} | {field} | {one.title} | {one.detail} |"
    yield "\n## When we try again\n"
    yield "| class | waits after the first, second, ... try | gives up after |\n|---|---|---|"
    for retry, waits in WAITS.items():
        yield f"| {retry.value} | {', '.join(map(_span, waits))} | {_span(MAXIMUM_AGE[retry])} |"
    yield "\nA claim that was given up has failed with its problem; it is tried again on request."
    yield "Waits are spread by up to a quarter, and never shorter than what the service asked for."


def _span(seconds: float) -> str:
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds % size == 0:
            return f"{seconds / size:g} {name}"
    return f"{seconds:g} s"
