"""List the changes of the API and how they are announced, for the API page and for the docs."""

from collections.abc import Iterator
from typing import Final, NamedTuple


class Change(NamedTuple):
    """A change: its date, kind, text, and the operations it affects."""

    since: str
    kind: str
    text: str
    operations: tuple[str, ...] = ()


POLICY: Final = (
    (
        "Paths, parameters, fields, problem codes and statuses never change their meaning, and none is"
        " removed without notice."
    ),
    (
        "New paths, parameters, fields, facet values and problem codes may be added at any time. Programs"
        " should ignore what they do not know, and treat an unknown code like any other of its status."
    ),
    (
        "Removals are announced on this page as deprecations at least twelve months ahead. Until then the"
        " feature works as before, the description marks it as deprecated, and its answers carry the headers"
        " Deprecation (RFC 9745) and Sunset (RFC 8594) with the two dates. Owners of keys that still use it"
        " get a message."
    ),
    "A defect that endangers people or their records is fixed at once, and listed here.",
)
CHANGES: Final = (
    Change(
        "2026-11-26",
        "kept",
        "Claims and people with the answers of the previous service; the notes on compatibility list the"
        " differences.",
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
    Change("2026-11-26", "added", "Announcements of changed DOIs.", ("POST /doi-events",)),
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
    Change(
        "2026-11-30",
        "added",
        "One claim has the attribute answer: the sentence that begins its pages.",
        ("GET /claims/{uuid}",),
    ),
    Change(
        "2026-11-30",
        "added",
        "Limits for each key, person and address: 429 with Retry-After, and the headers RateLimit and"
        " RateLimit-Policy in each answer.",
    ),
    Change(
        "2026-11-30",
        "added",
        "Which iDs of a work their owners confirmed: open to all, and the same for all.",
        ("GET /confirmations",),
    ),
    Change(
        "2026-11-30",
        "added",
        "Webhooks of keys that are bound to a repository or member, with the event author.answered.",
    ),
)
"""Oldest first."""


def page() -> str:
    """Return ``docs/dev/api-changes.md``."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Changes of the API\n"
    yield "Generated from the code by `make docs`; the service shows the same below `/api/docs`.\n"
    yield "## What may change, and how it is announced\n"
    for paragraph in POLICY:
        yield f"{paragraph}\n"
    yield "Codes of problems are listed in [problems](../errors.md), differences from the previous service in"
    yield "[compatibility](compatibility.md).\n"
    yield "## Changes\n"
    yield "| since | | what | operations |\n|---|---|---|---|"
    for change in reversed(CHANGES):
        about = ", ".join(f"`{operation}`" for operation in change.operations)
        yield f"| {change.since} | {change.kind} | {change.text} | {about} |"
