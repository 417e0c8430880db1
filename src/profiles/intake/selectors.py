"""Read DOI events, snapshots, decisions and the state of intake."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import msgspec
from django.db import connection
from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet

from profiles.domain.eligibility.case import Source
from profiles.domain.eligibility.metadata import UNDATED, Version, concept_of, version_of
from profiles.domain.eligibility.rules import QUESTIONS
from profiles.domain.records.change_detection import FINDABLE, Digests
from profiles.domain.records.sighting import Sighting
from profiles.infra import clock
from profiles.infra.postgres.sql_params import json_rows, pairs, words
from profiles.intake.models import (
    NO_LONGER_SHOWN,
    Decision,
    DoiEvent,
    DoiSnapshot,
    HarvestState,
    LookBack,
    Quarantine,
    Reconciliation,
    Repository,
)
from profiles.intake.payload import unpack

_CHUNK: Final = 50_000
NO_NEWS: Final = ("overtaken", "unchanged")
"""Reasons of decisions about events without news: the previous decision stays valid."""
_REPOSITORY_AGE: Final = timedelta(days=1)
HELD_UNTIL: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""The due date of events that staff must release first: never."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is stored of a DOI. ``hidden_since``: when we noticed that DataCite no longer shows it."""

    doi: str
    digests: Digests | None
    names: frozenset[str]
    updated: datetime | None
    repository: str
    credited: Mapping[str, Sequence[str]] = field(default_factory=dict)
    hidden_since: datetime | None = None


_SELECT_SNAPSHOTS: Final = """
SELECT doi, trigger_digest, content_digest, digest_scheme, state, names, updated, repository,
    seen_at, credited
FROM intake_doisnapshot WHERE doi = ANY(string_to_array(%s, chr(31))) ORDER BY doi
"""
_SEPARATOR: Final = "\x1f"
"""Separates DOIs from each other: some contain blanks."""


def stored_snapshots(dois: Iterable[str], *, lock: bool = False) -> dict[str, Snapshot]:
    """Return what is stored of these DOIs; ``lock`` keeps other transactions from deciding about them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_SELECT_SNAPSHOTS} FOR UPDATE" if lock else _SELECT_SNAPSHOTS, [_SEPARATOR.join(dois)]
        )
        return {
            doi: Snapshot(
                doi,
                Digests(bytes(trigger), bytes(content), state, scheme) if seen else None,
                frozenset(names),
                updated,
                repository,
                credited if isinstance(credited, dict) else msgspec.json.decode(credited),
                seen if state == NO_LONGER_SHOWN else None,
            )
            for doi, trigger, content, scheme, state, names, updated, repository, seen, credited in cursor
        }


def snapshots(dois: Sequence[str]) -> dict[str, bytes]:
    """Return the stored records of these DOIs, as JSON."""
    found = DoiSnapshot.objects.filter(doi__in=dois).values_list("doi", "payload")
    return {doi: unpack(bytes(payload)) for doi, payload in found}


def snapshot_of(doi: str) -> DoiSnapshot | None:
    """Return the snapshot of one DOI."""
    return DoiSnapshot.objects.filter(doi=doi).first()


def unpacked(snapshot: DoiSnapshot) -> bytes:
    """Return the record of a snapshot, as JSON."""
    return unpack(bytes(snapshot.payload))


# Parts of SQL for statements of other packages that need DOI metadata beside rows of their own.
SNAPSHOTS: Final = "intake_doisnapshot s"
REPOSITORIES: Final = "intake_repository r ON r.client_id = s.repository"
REPOSITORY_NAME: Final = "coalesce(nullif(r.name, ''), nullif(s.publisher, ''), s.repository)"
"""The name of a repository; where DataCite was not asked for it yet, the publisher of the work."""
NAMES_PERSON: Final = "%(orcid_id)s = ANY(s.names)"
"""Whether the metadata ``s`` name the person."""
OF_REPOSITORY: Final = "s.repository = %s AND s.repository <> ''"


class Title(NamedTuple):
    """A title, and its language where the metadata name it."""

    text: str = ""
    language: str = ""


def titles(dois: Iterable[str]) -> dict[str, Title]:
    """Return the titles of these DOIs, for lists."""
    found = DoiSnapshot.objects.filter(doi__in=list(dois)).values_list("doi", "title", "language")
    return {doi: Title(text, language) for doi, text, language in found}


def named(titles: Mapping[str, Title], doi: str) -> dict[str, str]:
    """Return what a list calls a work: its title, or the DOI while that is not known, and its language."""
    title = titles.get(doi, Title())
    return {"title": title.text or doi, "language": title.language}


_NEWEST: Final = """
SELECT DISTINCT ON (w.orcid_id, w.concept) w.orcid_id, w.concept, s.registered, s.doi
FROM json_to_recordset(%s::json) AS w(orcid_id text, concept text)
JOIN intake_doisnapshot s ON s.concept = w.concept AND w.orcid_id = ANY(s.names)
WHERE s.state = 'findable' AND s.doi <> ALL(%s)
ORDER BY w.orcid_id, w.concept, s.registered DESC NULLS LAST, s.doi DESC
"""


def newer_versions(named: Iterable[tuple[str, Sighting]]) -> dict[tuple[str, str], str]:
    """Return, by (iD, DOI), the newest version of the same work that names the iD, if there is a newer one.

    ``named`` are the current records, each with an iD that it names. They count as they are now, not as they
    were last stored: they are stored after the decision that calls this.
    """
    versions = [(orcid_id, concept, r) for orcid_id, r in named if (concept := concept_of(r))]
    if not versions:
        return {}
    groups = sorted({(orcid_id, concept) for orcid_id, concept, _ in versions})
    wanted = [{"orcid_id": orcid_id, "concept": concept} for orcid_id, concept in groups]
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [json_rows(wanted), [record.doi for _, _, record in versions]])
        newest = {(o, c): Version(registered or UNDATED, doi) for o, c, registered, doi in cursor.fetchall()}
    for orcid_id, concept, record in versions:
        own = version_of(record)
        if record.state == FINDABLE and own > newest.get((orcid_id, concept), _NONE):
            newest[orcid_id, concept] = own
    return {
        (orcid_id, record.doi): newer.doi
        for orcid_id, concept, record in versions
        if (newer := newest.get((orcid_id, concept), _NONE)) > version_of(record)
    }


_NONE: Final = Version(UNDATED, "")


class PastAnswers(NamedTuple):
    """What a person has answered about a work: refused it, agreed to it or chose it, or has an open question.

    ``removal_open`` and ``removal_refused`` are about the question whether to remove it from the record.
    """

    refused: bool
    agreed: bool
    open: bool
    removal_open: bool
    removal_refused: bool


NOT_ASKED: Final = PastAnswers(
    refused=False, agreed=False, open=False, removal_open=False, removal_refused=False
)


def answers_among(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], PastAnswers]:
    """Return the answers for those of the (iD, DOI) pairs that were asked about or answered."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.orcid_id, d.doi, bool_or(d.result = 'ask' AND d.answer = 'no'),"
            " bool_or(d.result = 'claim' AND d.source = 'back-fill'),"
            " bool_or(d.result = 'ask' AND d.answer = ''),"
            " bool_or(d.result = 'offer-removal' AND d.answer = ''),"
            " bool_or(d.result = 'offer-removal' AND d.answer = 'no') FROM intake_decision d"
            " JOIN json_to_recordset(%(pairs)s::json) AS w(orcid_id text, doi text) USING (orcid_id, doi)"
            " WHERE d.result IN ('ask', 'offer-removal') OR d.result = 'claim' AND d.source = 'back-fill'"
            " GROUP BY d.orcid_id, d.doi",
            {"pairs": pairs(wanted)},
        )
        return {(orcid_id, doi): PastAnswers(*answers) for orcid_id, doi, *answers in cursor.fetchall()}


def looked_back_among(orcid_ids: Iterable[str]) -> dict[str, datetime]:
    """Return when the past works of these people were last looked up, for those whose works were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT orcid_id, at FROM intake_lookback WHERE orcid_id = ANY(string_to_array(%s, ' '))",
            [words(orcid_ids)],
        )
        return dict(cursor.fetchall())


def repository_kinds(client_ids: Iterable[str]) -> dict[str, str]:
    """Return the kinds of repositories as last reported, however old."""
    return {client_id: kind for client_id, (kind, _name) in repositories_among(client_ids).items()}


def repositories_among(client_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return the kinds and names of repositories as last reported, however old."""
    found = Repository.objects.filter(client_id__in=list(client_ids))
    return {row[0]: (row[1], row[2]) for row in found.values_list("client_id", "kind", "name")}


def repositories_to_ask(client_ids: Iterable[str]) -> list[str]:
    """Return those of the repositories whose kind was not requested within a day."""
    wanted = set(client_ids) - {""}
    fresh = Repository.objects.filter(client_id__in=wanted, fetched_at__gt=clock.now() - _REPOSITORY_AGE)
    return sorted(wanted.difference(fresh.values_list("client_id", flat=True)))


def decision_of(orcid_id: str, doi: str) -> Decision | None:
    """Return the valid decision: the newest that is not about an event without news."""
    decided = Decision.objects.filter(orcid_id=orcid_id, doi=doi).exclude(reason__in=NO_NEWS)
    return decided.order_by("-id").first()


def decisions_of(orcid_id: str, *, doi: str = "", limit: int = 50) -> list[Decision]:
    """List decisions about a person's works, newest first."""
    found = Decision.objects.filter(orcid_id=orcid_id)
    return list((found.filter(doi=doi) if doi else found).order_by("-id")[:limit])


CHOSEN_TRIGGER: Final = "chosen:"
"""Begins the trigger of a decision about a work that its person said yes to."""


def open_questions(orcid_id: str) -> QuerySet[Decision]:
    """List what a person was asked and has not answered, newest first."""
    results = [result.value for result in QUESTIONS]
    return Decision.objects.filter(orcid_id=orcid_id, answer="", result__in=results).order_by("-id")


def reconciliation_of(orcid_id: str) -> Reconciliation | None:
    """Return the last comparison of a person's record."""
    return Reconciliation.objects.filter(orcid_id=orcid_id).first()


def harvest_state() -> HarvestState | None:
    """Return the progress of the regular polling."""
    return HarvestState.objects.filter(name="updated").first()


def due_events(limit: int = 500) -> list[DoiEvent]:
    """List due events, whose records must still be fetched."""
    return list(DoiEvent.objects.filter(due_at__lte=clock.now()).order_by("due_at", "id")[:limit])


def next_event_due() -> datetime | None:
    """Return when the next waiting event is due."""
    waiting = DoiEvent.objects.filter(due_at__isnull=False).order_by("due_at")
    return waiting.values_list("due_at", flat=True).first()


def current_skips(*, reason: str = "", orcid_id: str = "") -> Iterator[Decision]:
    """Yield valid decisions that are skips, to run the rules again."""
    newer = Decision.objects.filter(orcid_id=OuterRef("orcid_id"), doi=OuterRef("doi"), id__gt=OuterRef("id"))
    found = Decision.objects.filter(~Exists(newer.exclude(reason__in=NO_NEWS)), result="skip")
    found = found.exclude(reason__in=NO_NEWS)
    if reason:
        found = found.filter(reason=reason)
    if orcid_id:
        found = found.filter(orcid_id=orcid_id)
    yield from found.order_by("id").iterator(chunk_size=2_000)


def skips_by_reason() -> dict[str, int]:
    """Count skips by reason, for staff."""
    counted = Decision.objects.filter(result="skip").values_list("reason").annotate(count=Count("id"))
    return dict(counted.order_by("-count"))


def lag_by_source() -> dict[Source, float]:
    """Return how many seconds the oldest waiting event of each source has waited, for the alarms.

    Second looks that are not due yet and events that staff must release do not count.
    """
    now = clock.now()
    waiting = DoiEvent.objects.filter(due_at__lt=HELD_UNTIL, received_at__lte=now)
    oldest = waiting.order_by("source", "received_at").distinct("source")
    return {Source(event.source): (now - event.received_at).total_seconds() for event in oldest}


def quarantined(limit: int) -> tuple[int, list[Quarantine]]:
    """Return the number of quarantined records, and the latest of them."""
    return Quarantine.objects.count(), list(Quarantine.objects.order_by("-id")[:limit])


def drifting(limit: int) -> tuple[dict[str, int], list[Reconciliation]]:
    """Return the number of records with each kind of difference, and the latest records with any."""
    found = Reconciliation.objects.filter(drift__gt=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, count(*) FROM intake_reconciliation, jsonb_object_keys(report) AS name"
            " WHERE drift > 0 GROUP BY name ORDER BY name"
        )
        counted = dict(cursor.fetchall())
    return counted, list(found.order_by("-at")[:limit])


_DECISION_FIELDS: Final = (
    "doi",
    "at",
    "source",
    "result",
    "rule",
    "reason",
    "field",
    "value",
    "waits",
    "change",
    "changed_fields",
    "rule_version",
    "answer",
    "answered_at",
)


def everything_of(orcid_id: str) -> dict[str, Any]:
    """Return everything that is stored of decisions about a person, for the data export."""
    look_back = LookBack.objects.filter(orcid_id=orcid_id).values("at", "found").first()
    compared = Reconciliation.objects.filter(orcid_id=orcid_id).values("at", "problem", "report").first()
    return {
        "decisions": list(
            Decision.objects.filter(orcid_id=orcid_id).order_by("id").values(*_DECISION_FIELDS)
        ),
        "looked_back": look_back,
        "record_compared": compared,
    }


def oldest_due() -> datetime | None:
    """Return since when the oldest due event has been due."""
    found: datetime | None = DoiEvent.objects.filter(due_at__lte=clock.now()).aggregate(first=Min("due_at"))[
        "first"
    ]
    return found


def due_count() -> int:
    """Count the events that wait to be decided now."""
    return DoiEvent.objects.filter(due_at__lte=clock.now()).count()


def last_event_at() -> datetime | None:
    """Return when the newest event was taken in."""
    found: datetime | None = DoiEvent.objects.aggregate(last=Max("received_at"))["last"]
    return found


def poll_state(name: str) -> HarvestState | None:
    """Return the progress of one of the polls, by name; None before the first poll."""
    return HarvestState.objects.filter(name=name).first()
