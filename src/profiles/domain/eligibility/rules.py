"""The rule engine of Auto-Update: pure, versioned, and the only one.

The live path, the preview of a person's own rules, the "why" page, the replay of old decisions and the
published test set all call ``decide``. Every rule answers every time, so that a person sees all reasons and
not only the first; the first "no" in the order of the list decides.
"""

from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace

from profiles.domain.eligibility import metadata, person
from profiles.domain.eligibility.case import Candidate, Case, Effect, Facts, Finding, Rule, Settings
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.eligibility.researcher_rules import WhenWithdrawn

RULE_VERSION: Final = 4
"""Increased when a rule is added, dropped, or answers differently; stored with every decision."""


def _(message: str) -> str:
    return message


RULES: Final = (
    Rule(
        "findable",
        _("Is the DOI public?"),
        metadata.findable,
        for_updates=True,
        reasons=("findable", "not-findable", "state-unreadable", "not-found", "no-longer-shown"),
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
    """The result of a decision."""

    CLAIM = "claim"
    UPDATE = "update"
    SKIP = "skip"
    ASK = "ask"
    OFFER_REMOVAL = "offer-removal"
    REMOVE = "remove"


REQUESTS: Final = frozenset({Result.CLAIM, Result.UPDATE, Result.REMOVE})
"""Results that request a push."""

QUESTIONS: Final = frozenset({Result.ASK, Result.OFFER_REMOVAL})
"""Results that wait for the person's answer."""


_SHOWN: Final = 500
_EFFECT_ORDER: Final = (Effect.SKIP, Effect.ASK, Effect.WAIT)


class RuleAnswer(msgspec.Struct, frozen=True, gc=False):
    """The answer of one rule, for machines and for people.

    ``counts`` is false when the rule does not apply because the work is on the record already.
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
        """The question of the rule, for people."""
        return self.asked.question

    @property
    def private(self) -> bool:
        """Whether only the person and staff may see the answer."""
        return self.asked.private

    @property
    def effect(self) -> Effect:
        """The consequence of a no."""
        return self.asked.effect

    @property
    def passed(self) -> bool:
        """Whether the answer is yes."""
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
    """The decision with the answers of all rules.

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
        """Return what everyone may see: the answers about the metadata, and the result by these alone."""
        shown = tuple(answer for answer in self.answers if not answer.private)
        return _verdict(shown, on_record=False, loss=_Loss())


def decide(candidate: Candidate, facts: Facts, settings: Settings) -> Verdict:
    """Ask every rule and return the decision."""
    case = Case(candidate, facts, settings)
    on_record = case.on_record
    answers = tuple([RuleAnswer(r, r.check(case), r.for_updates or not on_record) for r in RULES])
    return _verdict(answers, on_record=on_record, loss=_loss_of(case))


WITHDRAWN: Final = frozenset({"not-findable", "not-named"})
"""Reasons that mean that the metadata no longer support the work on the record."""

INCONCLUSIVE: Final = frozenset(
    {
        "not-found",
        "no-longer-shown",
        "state-unreadable",
        "people-unreadable",
        "unreadable-id",
        "named-without-id",
    }
)
"""Reasons that leave it open: none of them removes a work or stops a claim."""


class _Loss(msgspec.Struct, frozen=True, gc=False):
    """The result for a work on the record when the metadata were withdrawn, or when that is unclear."""

    withdrawn: Result = Result.SKIP
    in_doubt: Result = Result.SKIP
    looks_again: bool = False


def _loss_of(case: Case) -> _Loss:
    """Return the results that a loss of the metadata's support would have.

    Works that the person added and that never named them stay: nothing was withdrawn. An unclear case gets a
    second look, and then the person is asked, once.
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


def _verdict(answers: tuple[RuleAnswer, ...], *, on_record: bool, loss: _Loss) -> Verdict:
    refusing = [answer for answer in answers if answer.counts and not answer.passed]
    overtaken = next((answer for answer in refusing if answer.reason == "overtaken"), None)
    if overtaken is not None:
        # An outdated state proves nothing about the DOI.
        return _verdict_by(overtaken, Result.SKIP, answers)
    skip, ask, wait = (next((a for a in refusing if a.effect is e), None) for e in _EFFECT_ORDER)
    if skip is not None:
        if skip.reason in WITHDRAWN and _allows_changes(refusing):
            return _verdict_by(skip, loss.withdrawn, answers)
        if skip.reason in INCONCLUSIVE and _allows_changes(refusing):
            verdict = _verdict_by(skip, loss.in_doubt, answers)
            return replace(verdict, looks_again=loss.looks_again)
        return _verdict_by(skip, Result.SKIP, answers)
    if ask is not None:
        return _verdict_by(ask, Result.ASK, answers)
    decided = next((a for a in answers if a.rule == "trigger"), answers[-1])
    result = Result.UPDATE if on_record else Result.CLAIM
    return _verdict_by(decided, result, answers, waits=wait is not None)


def _allows_changes(refusing: list[RuleAnswer]) -> bool:
    """Tell whether the person allows changes to their record: switch, block and removals."""
    return not any(answer.rule in {"switched-on", "not-mine", "removed"} for answer in refusing)


def _verdict_by(
    answer: RuleAnswer, result: Result, answers: tuple[RuleAnswer, ...], *, waits: bool = False
) -> Verdict:
    return Verdict(result, answer.rule, answer.reason, answer.field, answer.value, answers, waits)
