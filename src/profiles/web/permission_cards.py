"""Describe a person's permissions for Settings: one card for each ORCID client."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from profiles.consents import orcid_clients
from profiles.consents import selectors as consents
from profiles.consents.wording import PURPOSES
from profiles.domain.consent import ConsentHealth, Purpose, missing_scopes
from profiles.web.wording import SCOPE_WORDS, health_sentence


@dataclass(frozen=True, slots=True)
class Card:
    """A permission. ``together``: it covers several purposes, because they share an ORCID client."""

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


def cards(by_purpose: Mapping[Purpose, Any]) -> list[Card]:
    """Describe current and revoked permissions; purposes with the same client share a card.

    ``by_purpose`` comes from ``consents_with_revocations``.
    """
    shown: list[Card] = []
    done: set[Purpose] = set()
    for purpose in Purpose:
        if purpose not in done:
            group = orcid_clients.purposes_sharing_client(purpose)
            done |= set(group)
            shown.append(_card(group, by_purpose))
    return shown


def _card(group: Sequence[Purpose], by_purpose: Mapping[Purpose, Any]) -> Card:
    consent = by_purpose.get(group[0])
    usable = consents.is_usable(consent)
    is_withdrawn = consent is not None and consent.health == ConsentHealth.WITHDRAWN.value
    return Card(
        # A person who gives permission on a card about Auto-Update wants it on.
        purpose=(Purpose.AUTO_UPDATE if Purpose.AUTO_UPDATE in group else group[0]).value,
        name=get_text_list([str(PURPOSES[member]["name"]) for member in group], _("and")),
        sentences=[f"{PURPOSES[member]['may']} {PURPOSES[member]['may_not']}" for member in group],
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
