"""Gather what the rules must know about people, for a whole batch with a fixed number of queries."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import msgspec
from django.conf import settings
from msgspec.structs import replace

from profiles.accounts import selectors as accounts
from profiles.claims import selectors as claims
from profiles.claims.bulk_acts import single_entries
from profiles.claims.models import Claim, ClaimHistory
from profiles.consents import selectors as consents
from profiles.domain.claim import ClaimAction, ClaimEvent, ClaimState, Origin
from profiles.domain.eligibility.case import ClaimStatus, Facts, PermissionState, Settings
from profiles.domain.eligibility.metadata import concept_of
from profiles.domain.eligibility.researcher_rules import ResearcherRules, Versions, read_rules
from profiles.domain.records.sighting import Sighting
from profiles.intake import selectors as intake

Pair = tuple[str, str]

_UNDER_WAY: Final = frozenset(
    {ClaimState.WAITING, ClaimState.WORKING, ClaimState.FAILED, ClaimState.NOTIFIED}
)
WITHDRAWN_BY_RULE: Final = "rule:withdrawn"
"""The actor of removals that the person left to us: they do not prevent adding the work again."""


def deployment() -> Settings:
    """Return the settings of this deployment for the rules."""
    env = settings.ENVIRONMENT
    return Settings(
        skip_relations=frozenset(env.PROFILES_SKIP_RELATIONS),
        excluded_prefixes=frozenset(env.EXCLUDE_PREFIXES_FROM_ORCID_CLAIMING),
        excluded_repositories=frozenset(name.lower() for name in env.PROFILES_SKIP_REPOSITORIES),
        content_updates=env.PROFILES_CONTENT_UPDATES,
        sandbox_ids=env.is_local or "sandbox.orcid.org" in env.ORCID_URL,
    )


class Person(msgspec.Struct, frozen=True):
    """The parts of an account that rules need."""

    orcid_id: str
    names: tuple[str, ...]
    switched_on: datetime | None
    rules: ResearcherRules


@dataclass(slots=True)
class PeopleFacts:
    """Facts about people and about pairs of iD and DOI, read together."""

    people: dict[str, Person] = field(default_factory=dict)
    permissions: dict[str, PermissionState] = field(default_factory=dict)
    claims: dict[Pair, Claim] = field(default_factory=dict)
    by_rule: set[int] = field(default_factory=set)
    blocked: set[Pair] = field(default_factory=set)
    answers: dict[Pair, intake.PastAnswers] = field(default_factory=dict)
    looked_back: dict[str, datetime] = field(default_factory=dict)
    works: dict[str, int] = field(default_factory=dict)
    single_entries: dict[Pair, Versions] = field(default_factory=dict)

    def versions_wanted(self, orcid_id: str, record: Sighting | None) -> Versions | None:
        """Return what the person chose for the versions of this work, None where their rules say it."""
        if record is None or not self.single_entries:
            return None
        return self.single_entries.get((orcid_id, concept_of(record)))

    def wants_newest_only(self, orcid_id: str, record: Sighting) -> bool:
        """Tell whether the person wants only the newest version of this work."""
        person = self.people.get(orcid_id)
        rule = person.rules.versions if person else Versions.ALL_GROUPED
        return (self.versions_wanted(orcid_id, record) or rule) is Versions.NEWEST_ONLY

    def of(self, pair: Pair) -> Facts:
        """Return the facts of one pair, without those of the trigger and its moment."""
        person = self.people.get(pair[0])
        answered = self.answers.get(pair, intake.NOT_ASKED)
        return Facts(
            switched_on=person.switched_on if person else None,
            permission=self.permissions.get(pair[0], PermissionState.MISSING),
            names=person.names if person else (),
            rules=person.rules if person else ResearcherRules(),
            standing=self.standing(pair),
            blocked=pair in self.blocked,
            refused=answered.refused,
            agreed=answered.agreed,
            under_way=answered.open or self._is_asked_for(pair),
            removal_open=answered.removal_open,
            removal_refused=answered.removal_refused,
            works=self.works.get(pair[0], 0),
        )

    def had_looked_back(self, orcid_id: str, at: datetime) -> bool:
        """Tell whether past works had been looked up by ``at``, since Auto-Update was switched on."""
        person, when = self.people.get(orcid_id), self.looked_back.get(orcid_id)
        since = person.switched_on if person else None
        return when is not None and since is not None and since <= when <= at

    def _is_asked_for(self, pair: Pair) -> bool:
        claim = self.claims.get(pair)
        return (
            claim is not None
            and claim.origin == Origin.AUTO_UPDATE
            and claim.action == ClaimAction.CREATE
            and claim.state in _UNDER_WAY
        )

    def standing(self, pair: Pair) -> ClaimStatus:
        """Return the status of the work according to our claims."""
        claim = self.claims.get(pair)
        if claim is None:
            return ClaimStatus.UNKNOWN
        if claim.action == ClaimAction.DELETE and claim.pk not in self.by_rule:
            return ClaimStatus.REMOVED_HERE
        if claim.removed_by_owner_at is not None:
            return ClaimStatus.REMOVED_IN_ORCID
        if claim.action == ClaimAction.DELETE:
            return ClaimStatus.OPEN
        if claim.put_code is not None or claim.state == ClaimState.DONE:
            return ClaimStatus.ON_RECORD
        # A call is under way, or ended without an answer: the work may be on the record.
        return ClaimStatus.BEING_SENT if claim.in_doubt else ClaimStatus.OPEN


def enrolled_people(orcid_ids: Iterable[str]) -> dict[str, Person]:
    """Return the people who have switched Auto-Update on."""
    return _people(accounts.people_for_rules(orcid_ids, only_enrolled=True))


def any_people(orcid_ids: Iterable[str]) -> dict[str, Person]:
    """Return the people who have an account, with or without Auto-Update."""
    return _people(accounts.people_for_rules(orcid_ids, only_enrolled=False))


def _people(rows: Iterable[tuple[Any, ...]]) -> dict[str, Person]:
    return {
        orcid_id: Person(
            orcid_id,
            tuple(text for text in (name, given, family, *others) if text),
            since,
            _rules(rules),
        )
        for orcid_id, name, given, family, others, since, rules in rows
    }


@lru_cache(maxsize=1_000)
def _rules(stored: str) -> ResearcherRules:
    """Read rules as stored in the database; cached, because most people have the same."""
    return read_rules(msgspec.json.decode(stored))


def gather(people: dict[str, Person], pairs: Iterable[Pair]) -> PeopleFacts:
    """Read all facts about these people and pairs, with nine queries for any number."""
    wanted = [pair for pair in pairs if pair[0] in people]
    if not wanted:
        return PeopleFacts(people)
    claims_by_pair = claims.claims_among(wanted)
    return PeopleFacts(
        people=people,
        permissions=_permissions(people),
        claims=claims_by_pair,
        by_rule=_removals_by_rule(claims_by_pair.values()),
        blocked=claims.blocked_among(wanted),
        answers=intake.answers_among(wanted),
        looked_back=intake.looked_back_among(people),
        works=claims.active_works_among(people),
        single_entries=single_entries.choices_among(people),
    )


def with_own_rules(facts: Facts, rules: ResearcherRules) -> Facts:
    """Return the facts with other rules of the person: for previews."""
    return replace(facts, rules=rules)


def _permissions(people: Collection[str]) -> dict[str, PermissionState]:
    return {
        orcid_id: PermissionState.GIVEN if is_usable else PermissionState.LOST
        for orcid_id, is_usable in consents.auto_update_permissions(people).items()
    }


def _removals_by_rule(claims_of_people: Iterable[Claim]) -> set[int]:
    removals = [claim.pk for claim in claims_of_people if claim.action == ClaimAction.DELETE]
    if not removals:
        return set()
    requests = ClaimHistory.objects.filter(
        claim_id__in=removals, event=ClaimEvent.REQUEST, action=ClaimAction.DELETE
    )
    last = requests.order_by("claim_id", "-id").distinct("claim_id").values_list("claim_id", "actor")
    return {claim_id for claim_id, actor in last if actor == WITHDRAWN_BY_RULE}
