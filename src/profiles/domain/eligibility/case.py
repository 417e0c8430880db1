"""The input of a decision: the candidate, the facts about the person, the deployment's settings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from profiles.domain.eligibility.researcher_rules import DEFAULT, ResearcherRules, Versions
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.matching.doubts import Doubts
from profiles.domain.matching.named_ids import Naming
from profiles.domain.records import change_detection
from profiles.domain.records.sighting import Sighting

ORCID_QUOTA: Final = 10_000
"""Works on one record at most (ORCID, "API limits")."""


class Source(StrEnum):
    """The source of a change."""

    POLL = "poll"
    QUEUE = "queue"
    AGENT = "agent"
    FILE = "file"
    BACK_FILL = "back-fill"
    STAFF = "staff"


ANNOUNCED: Final = frozenset({Source.QUEUE, Source.AGENT, Source.STAFF})
"""Sources that report only changes of trigger fields: DataCite compares before it sends."""


class PermissionState(StrEnum):
    """Whether we may write to the record."""

    GIVEN = "given"
    MISSING = "missing"
    LOST = "lost"


class ClaimStatus(StrEnum):
    """The status of the work, according to our claim."""

    UNKNOWN = "unknown"
    OPEN = "open"
    """Requested and not (yet) on the record: waiting, working, failed, notified, ignored."""
    BEING_SENT = "being-sent"
    """A worker is sending it, or ORCID's answer was lost: it may be on the record."""
    ON_RECORD = "on-record"
    REMOVED_IN_ORCID = "removed-in-orcid"
    REMOVED_HERE = "removed-here"


# Structs, not dataclasses: dozens are made for each decision, and a frozen dataclass costs ten times as much.
class Candidate(msgspec.Struct, frozen=True, gc=False):
    """A DOI and an iD that it names, or named before. ``record`` is None when DataCite does not show it.

    ``doubts`` are those of the record, if they were computed already for all people of the DOI.
    """

    doi: Doi
    orcid_id: OrcidId
    record: Sighting | None
    namings: tuple[Naming, ...] = ()
    doubts: Doubts | None = None


FIRST_SEEN: Final = change_detection.Change(change_detection.ChangeKind.FIRST_SEEN)


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What rules need to know beside the metadata. The caller passes it in: rules read nothing themselves.

    ``agreed``: the person chose this work or said yes to it. ``under_way``: it was requested or asked about,
    and is neither on the record nor settled otherwise. ``credited_as`` are the names under which the
    DOI named the person before. ``second_look``: it was unclear whether the DOI is public and names the
    person, and this is the second look. ``removal_open`` and ``removal_refused``: the person was asked
    whether to remove the work from their record, and has not answered, or said no. ``hidden_since``: when
    it was noticed that DataCite no longer shows a DOI that it showed before. ``versions``: what the person
    chose for the versions of this work, where that differs from their rules.
    """

    source: Source = Source.POLL
    at: datetime | None = None
    change: change_detection.Change = FIRST_SEEN
    named_before: bool = False
    credited_as: tuple[str, ...] = ()
    second_look: bool = False
    hidden_since: datetime | None = None
    looked_back: bool = False
    repository_type: str = ""
    superseded_by: str = ""
    versions: Versions | None = None
    switched_on: datetime | None = None
    permission: PermissionState = PermissionState.MISSING
    names: tuple[str, ...] = ()
    rules: ResearcherRules = DEFAULT
    standing: ClaimStatus = ClaimStatus.UNKNOWN
    blocked: bool = False
    refused: bool = False
    agreed: bool = False
    under_way: bool = False
    removal_open: bool = False
    removal_refused: bool = False
    works: int = 0


@dataclass(frozen=True, slots=True)
class Settings:
    """The deployment's settings for the rules."""

    skip_relations: frozenset[str] = frozenset({"IsPartOf"})
    excluded_prefixes: frozenset[str] = frozenset()
    excluded_repositories: frozenset[str] = frozenset()
    content_updates: bool = True
    quota: int = ORCID_QUOTA
    sandbox_ids: bool = False


class Case(msgspec.Struct, frozen=True, gc=False):
    """Everything that a rule is asked about."""

    candidate: Candidate
    facts: Facts
    settings: Settings

    @property
    def on_record(self) -> bool:
        """Whether the work is on the ORCID record already, or may be."""
        return self.facts.standing in {ClaimStatus.ON_RECORD, ClaimStatus.BEING_SENT}


class Finding(msgspec.Struct, frozen=True, gc=False):
    """A rule's answer: yes or no, the code of the reason, and the field and value that decided."""

    passed: bool
    reason: str
    field: str = ""
    value: str = ""


def yes(reason: str, field: str = "", value: str = "") -> Finding:
    """Let the candidate pass."""
    return Finding(True, reason, field, value)


def no(reason: str, field: str = "", value: str = "") -> Finding:
    """Hold the candidate."""
    return Finding(False, reason, field, value)


class Effect(StrEnum):
    """The consequence when a rule says no."""

    SKIP = "skip"
    ASK = "ask"
    WAIT = "wait"
    """The claim is created and waits for what is missing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its name, the question it answers, and who may see the answer.

    ``for_updates`` tells whether it still counts when the work is on the record: works on the record are kept
    up to date even when another rule would not add them today.
    """

    name: str
    question: str
    check: Callable[[Case], Finding]
    private: bool = False
    for_updates: bool = False
    effect: Effect = Effect.SKIP
    reasons: tuple[str, ...] = field(default=())
