"""The DOI metadata that pages, rules and digests use, as typed structs, read in one pass.

The parts are those that the mapping reads (``doi_record``), with what only the rules and the change detection
need beside them.
"""

import re

import msgspec

from profiles.domain.records.doi_record import (
    Affiliation,
    AlternateIdentifier,
    Container,
    DateText,
    Description,
    FundingReference,
    Identifier,
    Person,
    Publisher,
    RelatedIdentifier,
    RelatedItem,
    TitleText,
    Types,
)
from profiles.domain.records.doi_record import NameIdentifier as DepositedIdentifier

__all__ = ["Affiliation", "DepositedIdentifier", "DisplayRecord", "Funding", "Person", "RelatedIdentifier"]


def type_words(resource_type: str) -> str:
    """Return a general resource type as words: "Journal Article" for JournalArticle."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", resource_type)


class Funding(FundingReference, frozen=True):
    """A funder or grant of the resource."""

    funder_identifier: str | None = None
    award_title: str | None = None


class DisplayRecord(msgspec.Struct, rename="camel", frozen=True, gc=False):
    """The attributes of a record, as received."""

    doi: str | None = None
    state: str | None = None
    registered: str | None = None
    created: str | None = None
    updated: str | None = None
    agency: str | None = None
    creators: list[Person] | None = None
    related_identifiers: list[RelatedIdentifier] | None = None
    funding_references: list[Funding] | None = None
    titles: list[TitleText] | None = None
    dates: list[DateText] | None = None
    descriptions: list[Description] | None = None
    contributors: list[Person] | None = None
    identifiers: list[Identifier] | None = None
    alternate_identifiers: list[AlternateIdentifier] | None = None
    related_items: list[RelatedItem] | None = None
    publication_year: int | str | None = None
    publisher: str | Publisher | None = None
    language: str | None = None
    url: str | None = None
    version: str | None = None
    types: Types | None = None
    container: Container | None = None

    @property
    def publisher_name(self) -> str | None:
        """Return the publisher's name from either form of the field."""
        return self.publisher.name if isinstance(self.publisher, Publisher) else self.publisher
