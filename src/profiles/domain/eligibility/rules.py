"""The rule engine of Auto-Update: pure, versioned, and the only one.

The live path, the preview of a person's own rules, the "why" page, the replay of old decisions and the
published test set all ask ``decide``. Every rule answers every time, so that a person sees the whole list
and not only the first stone they stumbled over; the first "no" in the order of the list decides.
"""

from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace

from profiles.domain.eligibility import metadata, person
from profiles.domain.eligibility.case import Candidate, Case, Effect, Facts, Finding, Rule, Settings
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.eligibility.researcher_rules import WhenWithdrawn

RULE_VERSION: Final = 3
"""Goes up when a rule is added, dropped, or answers differently; kept with every decision."""


def _(message: str) -> str:
    return message


RULES: Final = (
    Rule(
        "findable",
        _("Is the DOI public?"),
        metadata.findable,
        for_updates=True,
        reasons=("findable", "not-findable", "state-unreadable", "not-found"),
    ),
    Rule(
        "agency",
        _("Is it registered with DataCite?"),
        metadata.registered_with_datacite,
        reasons=("datacite", "other-agency"),
    ),
    Rule(
        "named",
        _("Do the metadata name the ORCID iD?"),
        metadata.named,
        for_updates=True,
        reasons=(
            "named",
            "not-named",
            "people-unreadable",
            "unreadable-id",
            "named-without-id",
            "example-id",
        ),
    ),
    Rule(
        "role",
        _("Is the person a creator, or a contributor in a wanted role?"),
        metadata.role,
        reasons=("creator", "contributor-wanted", "contributor-only", "not-named"),
    ),
    Rule("project", _("Is it a work, not a project?"), metadata.not_a_project, reasons=("not-raid", "raid")),
    Rule(
        "excluded",
        _("Does DataCite include this prefix and repository?"),
        metadata.not_excluded,
        reasons=("prefix-included", "prefix-excluded", "repository-excluded"),
    ),
    Rule(
        "relations",
        _("Is it a work of its own, not a part of one?"),
        metadata.not_a_part,
        reasons=("not-a-part", "parts-wanted", "related-work"),
    ),
    Rule(
        "versions",
        _("Is this version wanted?"),
        metadata.version_wanted,
        private=True,
        reasons=("version-wanted", "not-the-concept", "not-the-newest"),
    ),
    Rule(
        "types",
        _("Is this type of work wanted?"),
        metadata.type_wanted,
        private=True,
        reasons=("type-wanted", "type-unwanted"),
    ),
    Rule(
        "repositories",
        _("Are works from this repository wanted?"),
        metadata.repository_wanted,
        private=True,
        reasons=("repository-wanted", "repository-unwanted"),
    ),
    Rule(
        "switched-on",
        _("Is Auto-Update on?"),
        person.switched_on,
        private=True,
        for_updates=True,
        reasons=("switched-on", "switched-off", "asked-for"),
    ),
    Rule(
        "not-mine",
        _("Is it free of the mark “not mine”?"),
        person.not_blocked,
        private=True,
        for_updates=True,
        reasons=("not-blocked", "blocked"),
    ),
    Rule(
        "removed",
        _("Was it never removed by the person?"),
        person.not_removed,
        private=True,
        for_updates=True,
        reasons=("not-removed", "removed-in-orcid", "removed-here", "asked-for"),
    ),
    Rule(
        "refused",
        _("Was it never refused by the person?"),
        person.not_refused,
        private=True,
        reasons=("not-refused", "refused", "asked-for"),
    ),
    Rule(
        "since",
        _("Was it registered or updated after Auto-Update was switched on?"),
        person.after_switch_on,
        private=True,
        reasons=("after-switch-on", "before-switch-on", "switched-off", "asked-for", "on-record"),
    ),
    Rule(
        "trigger",
        _("Is it new, or did something change that matters?"),
        person.triggered,
        private=True,
        for_updates=True,
        reasons=(
            *("new", "became-findable", "trigger-field", "content-changed", "first-named", "asked-for"),
            *("under-way", "no-longer-findable", "switched-off"),
            *("content-only", "unchanged", "overtaken", "seen-in-file", "not-looked-back"),
        ),
    ),
    Rule(
        "quota",
        _("Is there room on the record?"),
        person.below_quota,
        private=True,
        reasons=("below-quota", "quota"),
    ),
    Rule(
        "name",
        _("Does a name in the metadata resemble the person's?"),
        person.name_resembles,
        private=True,
        effect=Effect.ASK,
        reasons=("name-resembles", "name-differs", "asked-for", "on-record"),
    ),
    Rule(
        "ask-first",
        _("May it be added without asking?"),
        person.no_question,
        private=True,
        effect=Effect.ASK,
        reasons=("not-asked", "ask-first", "asked-for"),
    ),
    Rule(
        "permission",
        _("May DataCite write to the ORCID record?"),
        person.permitted,
        private=True,
        for_updates=True,
        effect=Effect.WAIT,
        reasons=("permitted", "permission-missing", "permission-lost"),
    ),
)


ABOUT_THE_WORK: Final = frozenset(
    {"findable", "agency", "named", "role", "project", "excluded", "relations", "versions", "types"}
    | {"repositories", "name"}
)
"""Rules whose "no" to a changed DOI also stops a claim that was made before the change and not yet sent."""


class Result(StrEnum):
    """What a decision comes to."""

    CLAIM = "claim"
    UPDATE = "update"
    SKIP = "skip"
    ASK = "ask"
    OFFER_REMOVAL = "offer-removal"
    REMOVE = "remove"


REQUESTS: Final = frozenset({Result.CLAIM, Result.UPDATE, Result.REMOVE})
"""Results that ask for a push."""

QUESTIONS: Final = frozenset({Result.ASK, Result.OFFER_REMOVAL})
"""Results that wait for the person's answer."""


_SHOWN: Final = 500
_IN_ORDER: Final = (Effect.SKIP, Effect.ASK, Effect.WAIT)


class RuleAnswer(msgspec.Struct, frozen=True, gc=False):
    """What one rule said, in a form for machines and for people.

    ``counts`` is false where the rule says nothing about a work that is on the record already.
    """

    asked: Rule
    found: Finding
    counts: bool

    @property
    def rule(self) -> str:
        """The rule's name."""
        return self.asked.name

    @property
    def question(self) -> str:
        """What the rule asks, for people."""
        return self.asked.question

    @property
    def private(self) -> bool:
        """Whether only the person and staff may see the answer."""
        return self.asked.private

    @property
    def effect(self) -> Effect:
        """What follows from a no."""
        return self.asked.effect

    @property
    def passed(self) -> bool:
        """Yes or no."""
        return self.found.passed

    @property
    def reason(self) -> str:
        """The code of the reason."""
        return self.found.reason

    @property
    def sentence(self) -> str:
        """The reason, for people."""
        return REASONS[self.found.reason].sentence

    @property
    def remedy(self) -> str:
        """What can be done about it, for people."""
        return REASONS[self.found.reason].remedy

    @property
    def field(self) -> str:
        """The field that decided."""
        return self.found.field

    @property
    def value(self) -> str:
        """The value that decided."""
        return self.found.value[:_SHOWN]


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """The decision with everything it rests on.

    ``looks_again``: it is unclear whether the metadata still support the work on the record, so nothing
    is done before a second look.
    """

    result: Result
    rule: str
    reason: str
    field: str
    value: str
    answers: tuple[RuleAnswer, ...]
    waits: bool = False
    looks_again: bool = False
    rule_version: int = RULE_VERSION

    def public(self) -> "Verdict":
        """Return what anybody may see: the metadata's side, and the result as far as they go."""
        shown = tuple(answer for answer in self.answers if not answer.private)
        return _verdict(shown, on_record=False, losing=_Loss())


def decide(candidate: Candidate, facts: Facts, settings: Settings) -> Verdict:
    """Ask every rule and say what follows."""
    case = Case(candidate, facts, settings)
    on_record = case.on_record
    answers = tuple([RuleAnswer(r, r.check(case), r.for_updates or not on_record) for r in RULES])
    return _verdict(answers, on_record=on_record, losing=_loss_of(case))


WITHDRAWN: Final = frozenset({"not-findable", "not-named"})
"""Reasons that say: the metadata no longer speak for the work on the record."""

CANNOT_BE_TOLD: Final = frozenset(
    {"not-found", "state-unreadable", "people-unreadable", "unreadable-id", "named-without-id"}
)
"""Reasons that say nothing either way: for none of them a work is removed or a claim stopped."""


class _Loss(msgspec.Struct, frozen=True, gc=False):
    """What follows for a work on the record when the metadata were withdrawn, or when that is unclear."""

    withdrawn: Result = Result.SKIP
    in_doubt: Result = Result.SKIP
    looks_again: bool = False


def _loss_of(case: Case) -> _Loss:
    """Say what a loss would come to.

    Works that the person added and that never named them stay: nothing was withdrawn. What is unclear is
    looked at a second time, and then the person is asked, once.
    """
    facts = case.facts
    if not (case.on_record and (facts.named_before or case.candidate.namings)):
        return _Loss()
    remove = facts.rules.when_withdrawn is WhenWithdrawn.REMOVE
    withdrawn = Result.REMOVE if remove else Result.OFFER_REMOVAL
    if facts.removal_refused:
        return _Loss(withdrawn)
    asks = facts.second_look or facts.removal_open
    return _Loss(withdrawn, Result.OFFER_REMOVAL if asks else Result.SKIP, looks_again=not asks)


def _verdict(answers: tuple[RuleAnswer, ...], *, on_record: bool, losing: _Loss) -> Verdict:
    refusing = [answer for answer in answers if answer.counts and not answer.passed]
    overtaken = next((answer for answer in refusing if answer.reason == "overtaken"), None)
    if overtaken is not None:
        # A state that is no longer so says nothing about the DOI.
        return _because(overtaken, Result.SKIP, answers)
    skip, ask, wait = (next((a for a in refusing if a.effect is e), None) for e in _IN_ORDER)
    if skip is not None:
        if skip.reason in WITHDRAWN and _may_act(refusing):
            return _because(skip, losing.withdrawn, answers)
        if skip.reason in CANNOT_BE_TOLD and _may_act(refusing):
            verdict = _because(skip, losing.in_doubt, answers)
            return replace(verdict, looks_again=losing.looks_again)
        return _because(skip, Result.SKIP, answers)
    if ask is not None:
        return _because(ask, Result.ASK, answers)
    decided = next((a for a in answers if a.rule == "trigger"), answers[-1])
    result = Result.UPDATE if on_record else Result.CLAIM
    return _because(decided, result, answers, waits=wait is not None)


def _may_act(refusing: list[RuleAnswer]) -> bool:
    """Whether the person allows changes to their record: permission, switch and block."""
    return not any(answer.rule in {"switched-on", "not-mine", "removed"} for answer in refusing)


def _because(
    answer: RuleAnswer, result: Result, answers: tuple[RuleAnswer, ...], *, waits: bool = False
) -> Verdict:
    return Verdict(result, answer.rule, answer.reason, answer.field, answer.value, answers, waits)
