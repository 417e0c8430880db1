"""What changed in the API, and how changes are announced: for the page people read, and for the docs."""

from collections.abc import Iterator
from typing import Final, NamedTuple


class Change(NamedTuple):
    """One change: since when, what kind, what it is, and the operations it is about."""

    since: str
    kind: str
    text: str
    operations: tuple[str, ...] = ()


POLICY: Final = (
    (
        "What is here stays. A path, a parameter, a field, a code of a problem or a status never changes its"
        " meaning, and none goes without notice."
    ),
    (
        "New paths, parameters, fields, values of facets and codes of problems may come at any time. Programs"
        " should pass over what they do not know, and treat an unknown code like any other of its status."
    ),
    (
        "What is to go is announced on this page as deprecated at least twelve months before. Until then it"
        " works as before, the description marks it as deprecated, and its answers carry the headers"
        " Deprecation (RFC 9745) and Sunset (RFC 8594) with the two days. Owners of keys that still use it"
        " get a letter."
    ),
    "A mistake that endangers people or their records is repaired at once, and listed here.",
)
CHANGES: Final = (
    Change(
        "2026-11-26",
        "kept",
        "Claims and people as the service before answered them; what differs is listed in the notes on"
        " compatibility.",
        (
            "GET /claims",
            "POST /claims",
            "GET /claims/{uuid}",
            "DELETE /claims/{uuid}",
            "GET /users",
            "GET /users/{orcid}",
            "PUT /users/{orcid}",
            "PATCH /users/{orcid}",
            "POST /profiles/graphql",
        ),
    ),
    Change(
        "2026-11-26",
        "added",
        "Up to a thousand claims in one request, with an idempotency key and a result for each.",
        ("POST /claims/batches", "GET /claims/batches/{uuid}", "GET /claims/batches/{uuid}/results"),
    ),
    Change("2026-11-26", "added", "Word that DOIs changed.", ("POST /doi-events",)),
    Change(
        "2026-11-26",
        "added",
        "Webhooks: notifications of what happened to claims, with a log, replay and a test message.",
        (
            "GET /webhooks",
            "POST /webhooks",
            "GET /webhooks/{uuid}",
            "PATCH /webhooks/{uuid}",
            "DELETE /webhooks/{uuid}",
            "POST /webhooks/{uuid}/secret",
            "POST /webhooks/{uuid}/ping",
            "GET /webhooks/{uuid}/deliveries",
            "POST /webhooks/{uuid}/replay",
        ),
    ),
    Change(
        "2026-11-26",
        "added",
        "The view of a repository: people in its metadata, outcomes in counts, why works are not on records.",
        ("GET /repositories/{repository}",),
    ),
    Change("2026-11-26", "added", "Errors of a claim carry the code of their problem beside the title."),
    Change("2026-11-26", "added", "meta.capped of a list says that more was found than was counted."),
)
"""The newest last."""


def page() -> str:
    """Return ``docs/dev/api-changes.md``."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Changes of the API\n"
    yield "Made from the code by `make docs`; the service shows the same below `/api/docs`.\n"
    yield "## What may change, and how it is announced\n"
    for paragraph in POLICY:
        yield f"{paragraph}\n"
    yield "Codes of problems are listed in [problems](../errors.md), differences from the service before in"
    yield "[compatibility](compatibility.md).\n"
    yield "## Changes\n"
    yield "| since | | what | operations |\n|---|---|---|---|"
    for one in reversed(CHANGES):
        about = ", ".join(f"`{operation}`" for operation in one.operations)
        yield f"| {one.since} | {one.kind} | {one.text} | {about} |"
