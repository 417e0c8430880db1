"""A person's permissions as Settings shows them: one card for each ORCID client, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from profiles.consents import selectors as consents
from profiles.domain.consent import ConsentHealth, Purpose, missing_scopes
from profiles.pipeline.permissions import grant
from profiles.web.wording import PURPOSES, SCOPE_WORDS, health_sentence


@dataclass(frozen=True, slots=True)
class Card:
    """One permission. ``together``: it serves more than one purpose, because ORCID keeps one for them."""

    purpose: str
    name: str
    sentences: list[str]
    together: bool
    usable: bool
    is_given: bool
    health: str
    allowed: list[str]
    missing: list[str]
    unconfirmed_since: Any
    is_withdrawn: bool


def cards(held: Mapping[Purpose, Any]) -> list[Card]:
    """Describe what is held and what is being revoked; purposes with one client make one card.

    ``held`` comes from ``consents_with_revocations``.
    """
    shown: list[Card] = []
    done: set[Purpose] = set()
    for purpose in Purpose:
        if purpose not in done:
            group = grant.purposes_sharing_client(purpose)
            done |= set(group)
            shown.append(_card(group, held))
    return shown


def _card(group: Sequence[Purpose], held: Mapping[Purpose, Any]) -> Card:
    consent = held.get(group[0])
    usable = consents.is_usable(consent)
    is_withdrawn = consent is not None and consent.health == ConsentHealth.WITHDRAWN.value
    return Card(
        # Who reads a card that speaks of Auto-Update and gives the permission wants it on.
        purpose=(Purpose.AUTO_UPDATE if Purpose.AUTO_UPDATE in group else group[0]).value,
        name=get_text_list([str(PURPOSES[one]["name"]) for one in group], _("and")),
        sentences=[f"{PURPOSES[one]['may']} {PURPOSES[one]['may_not']}" for one in group],
        together=len(group) > 1,
        usable=usable,
        is_given=consent is not None and consent.access_token is not None,
        health=health_sentence(consent),
        allowed=[str(SCOPE_WORDS.get(scope, scope)) for scope in consent.scopes]
        if usable and consent
        else [],
        missing=[str(SCOPE_WORDS[scope]) for scope in missing_scopes(consent.scopes)]
        if usable and consent
        else [],
        unconfirmed_since=consent.unconfirmed_since if consent and is_withdrawn else None,
        is_withdrawn=is_withdrawn,
    )
