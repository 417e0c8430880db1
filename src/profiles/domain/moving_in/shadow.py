"""Where the previous service and ours differ about one work of one person, each difference by a named rule.

What the previous service did is read from its claims; what its agent should have done follows from the
agent's documented rules. What we would do is the answer of our own rules.
"""

import re
from enum import StrEnum
from typing import Final

import msgspec

from profiles.domain import problems
from profiles.domain.eligibility.rules import Result, Verdict
from profiles.domain.records.sighting import Sighting


class Rule(StrEnum):
    """A rule by which the two services differ."""

    NO_EMPTY_CLAIMS = "no-empty-claims"
    WE_SKIP = "we-skip"
    WE_ASK = "we-ask"
    WE_OFFER_REMOVAL = "we-offer-removal"
    LONG_PREFIX = "previous-long-prefix"
    EXACT_IDS = "previous-exact-ids"
    VERSIONS = "previous-versions"
    NO_UPDATE = "previous-no-update"
    FAILED = "previous-failed"
    STUCK = "previous-stuck"
    LOST = "previous-lost"
    UNEXPLAINED = "unexplained"


MEANING: Final[dict[Rule, str]] = {
    Rule.NO_EMPTY_CLAIMS: "it makes a claim that fails for each person who is named; we make none without "
    "Auto-Update",
    Rule.WE_SKIP: "it adds the work; a rule of ours says no",
    Rule.WE_ASK: "it adds the work; we ask the person first",
    Rule.WE_OFFER_REMOVAL: "it leaves the work; we offer its removal, because the DOI was withdrawn",
    Rule.LONG_PREFIX: "its agent does not read DOIs with six or more digits in the prefix",
    Rule.EXACT_IDS: "its agent reads the first identifier of a creator, in one form, with the scheme ORCID",
    Rule.VERSIONS: "its agent leaves out versions and identical copies",
    Rule.NO_UPDATE: "it does not update this work; we do",
    Rule.FAILED: "its push failed; we would try, and recover where ORCID's answer allows it",
    Rule.STUCK: "its claim did not get an end that day",
    Rule.LOST: "by its own rules there should be a claim, and there is none: a message or call was lost",
    Rule.UNEXPLAINED: "no rule explains it: look at the record and the claim",
}
_PREFIX: Final = re.compile(r"10\.\d{4,5}/", re.IGNORECASE)
_AGENTS_ID: Final = re.compile(
    r"(?:https?://(?:www\.)?orcid\.org/)?(\d{4})[ -](\d{4})[ -](\d{4})[ -](\d{3}[0-9X]+)"
)
_VERSIONS: Final = frozenset({"IsIdenticalTo", "IsPreviousVersionOf", "IsVersionOf"})
_PARTS: Final = "IsPartOf"
_PERMISSION: Final = frozenset(
    {problems.CONSENT_MISSING.code, problems.CONSENT_LOST.code, problems.CONSENT_EXPIRED.code}
)


class Done(StrEnum):
    """What the previous service did on the day."""

    NOTHING = "nothing"
    SENT = "sent"
    FAILED = "failed"
    UNDER_WAY = "under-way"


class PreviousAct(msgspec.Struct, frozen=True, gc=False):
    """What the previous service did for a pair on the day; ``problem`` is a code of our catalogue.

    ``was_there``: the work was on the record before the day.
    """

    done: Done = Done.NOTHING
    problem: str = ""
    was_there: bool = False


class Difference(msgspec.Struct, frozen=True, gc=False):
    """One difference; ``detail`` is the reason of our rules, or the problem of the previous service."""

    rule: Rule
    detail: str = ""


def compare(previous: PreviousAct, ours: Verdict, record: Sighting, orcid_id: str) -> Difference | None:
    """Say where the two differ about this pair; None where they do the same."""
    if ours.result in {Result.OFFER_REMOVAL, Result.REMOVE}:
        return Difference(Rule.WE_OFFER_REMOVAL, ours.reason)
    if ours.result in {Result.SKIP, Result.ASK}:
        return _only_the_previous(previous, ours)
    if previous.done is Done.NOTHING:
        return _only_ours(previous, record, orcid_id)
    return _both(previous, ours)


def _both(previous: PreviousAct, ours: Verdict) -> Difference | None:
    if previous.done is Done.UNDER_WAY:
        return Difference(Rule.STUCK)
    if previous.done is Done.SENT:
        # It had a permission that the copy of the tables does not show: they are of different moments.
        return Difference(Rule.UNEXPLAINED, "sent without a permission") if ours.waits else None
    if previous.problem in _PERMISSION:
        # Both wait for the permission, unless we have one.
        return None if ours.waits else Difference(Rule.UNEXPLAINED, "failed with a permission")
    return Difference(Rule.FAILED, previous.problem)


def _only_the_previous(previous: PreviousAct, ours: Verdict) -> Difference | None:
    if previous.done is Done.NOTHING:
        return None
    if previous.done is Done.FAILED and previous.problem in _PERMISSION:
        return Difference(Rule.NO_EMPTY_CLAIMS, ours.reason)
    if previous.done is Done.UNDER_WAY:
        return Difference(Rule.STUCK, ours.reason)
    rule = Rule.WE_ASK if ours.result is Result.ASK else Rule.WE_SKIP
    return Difference(rule, ours.reason)


def _only_ours(previous: PreviousAct, record: Sighting, orcid_id: str) -> Difference:
    if _PREFIX.match(record.doi) is None:
        return Difference(Rule.LONG_PREFIX)
    if orcid_id not in ids_of_agent(record):
        return Difference(Rule.EXACT_IDS)
    relations = {relation.kind for relation in record.relations}
    if relations & _VERSIONS:
        return Difference(Rule.VERSIONS, min(relations & _VERSIONS))
    if previous.was_there:
        return Difference(Rule.NO_UPDATE)
    return Difference(Rule.LOST)


def ids_of_agent(record: Sighting) -> frozenset[str]:
    """Return the iDs for which the agent of the previous service makes claims, by its own reading.

    It takes the first identifier with the scheme ORCID of each creator, in the forms that it knows.
    """
    if _PARTS in {relation.kind for relation in record.relations}:
        return frozenset()
    found = set()
    for person in record.creators:
        first = next((one for one in person.identifiers if one.scheme == "ORCID"), None)
        if first is not None and (match := _AGENTS_ID.fullmatch(first.text)):
            found.add("-".join(match.groups()))
    return frozenset(found)
