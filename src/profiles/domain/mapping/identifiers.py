"""Map identifiers: the DOI, other versions (so that ORCID groups them), containers and grants.

Only the DOI is ``self``. To ORCID two works of one source are the same when any of their ``self`` ids match
(contract 2.8), so a second one, shared by two versions of a deposit, would make one overwrite the other.
``version-of`` groups just as well (2.6.1).
"""

from collections.abc import Iterator
from typing import Final

from profiles.domain.ids import doi_for_orcid, doi_url
from profiles.domain.mapping.findings import Note, note
from profiles.domain.mapping.grants import grants
from profiles.domain.mapping.identifier_forms import comparison_key, identifier, type_of
from profiles.domain.mapping.orcid_work import ExternalId, Value
from profiles.domain.records.doi_record import DoiRecord

VERSION_OF: Final = "version-of"
PART_OF: Final = "part-of"
RELATIONS: Final = {
    "HasTranslation": VERSION_OF, "HasVersion": VERSION_OF, "IsIdenticalTo": VERSION_OF,
    "IsNewVersionOf": VERSION_OF, "IsOriginalFormOf": VERSION_OF, "IsPreviousVersionOf": VERSION_OF,
    "IsTranslationOf": VERSION_OF, "IsVariantFormOf": VERSION_OF, "IsVersionOf": VERSION_OF,
    "IsPartOf": PART_OF, "IsPublishedIn": PART_OF,
}  # fmt: skip
"""DataCite's relations that mean "the same work" or "part of". ORCID has no relationship for the others."""
SERIALS: Final = frozenset({"issn"})
"""Identifiers of a series, never of one work: always ``part-of``."""
BOOKS: Final = frozenset({"Book", "ConferenceProceeding", "Dissertation", "Report", "Collection", "Standard"})
"""Types that an ISBN among the alternate identifiers may name; for others it is the book around them."""
MAX_IDENTIFIERS: Final = 60
"""Some concepts have hundreds of versions; ORCID compares and shows every one."""
_COMMUNITIES: Final = "/communities/"


def external_ids(record: DoiRecord, dropped: list[Note]) -> tuple[ExternalId, ...]:
    """Return all identifiers, the work's own DOI first, none twice."""
    own = ExternalId("doi", doi_for_orcid(record.doi), "self", Value(doi_url(record.doi)))
    found = {comparison_key(own): own}
    for one in _others(record, dropped):
        first = found.setdefault(comparison_key(one), one)
        if first.external_id_relationship != one.external_id_relationship:
            reason = f"is there already as {first.external_id_relationship}"
            note(dropped, "relatedIdentifiers", one.external_id_value, reason)
    if len(found) > MAX_IDENTIFIERS:
        note(
            dropped,
            "relatedIdentifiers",
            f"{len(found) - MAX_IDENTIFIERS} of {len(found)}",
            f"more than {MAX_IDENTIFIERS} identifiers",
        )
    return tuple(found.values())[:MAX_IDENTIFIERS]


def _others(record: DoiRecord, dropped: list[Note]) -> Iterator[ExternalId]:
    """Yield versions, then containers, then grants, so that the limit drops the least important."""
    related = [*_related(record, dropped), *_alternates(record, dropped)]
    yield from (one for one in related if one.external_id_relationship == VERSION_OF)
    yield from (one for one in related if one.external_id_relationship == PART_OF)
    container = record.container
    if container and container.identifier and container.identifier.strip():
        kind, value = container.identifier_type, container.identifier
        if one := _checked(kind, value, PART_OF, "container", dropped):
            yield one
    for place, award in enumerate(record.funding_references or ()):
        yield from grants(award, f"fundingReferences[{place}]", dropped)


def _related(record: DoiRecord, dropped: list[Note]) -> Iterator[ExternalId]:
    without: dict[str, int] = {}
    for field, relation, name, value in _relations(record):
        relationship = RELATIONS.get(relation)
        if relationship is None:
            without[relation] = without.get(relation, 0) + 1
        elif value and value.strip():
            one = _checked(name, value, relationship, field, dropped)
            if one and (one.external_id_type, one.external_id_value) == ("doi", doi_for_orcid(record.doi)):
                note(dropped, field, value, f"{relation} the work itself")
            elif one:
                yield one
    for relation, count in without.items():
        shown = f"{relation or 'no relation'} ({count})"
        note(dropped, "relatedIdentifiers", shown, "ORCID has no such relationship")


def _relations(record: DoiRecord) -> Iterator[tuple[str, str, str | None, str | None]]:
    """Yield field, relation, type and value of what the work is related to."""
    for one in record.related_identifiers or ():
        yield (
            "relatedIdentifiers",
            one.relation_type or "",
            one.related_identifier_type,
            one.related_identifier,
        )
    for item in record.related_items or ():
        named = item.related_item_identifier
        kind = named.related_item_identifier_type if named else None
        value = named.related_item_identifier if named else None
        yield "relatedItems", item.relation_type or "", kind, value


def _checked(
    name: str | None, value: str, relationship: str, field: str, dropped: list[Note]
) -> ExternalId | None:
    kind = type_of(name)
    if kind is None:
        note(dropped, field, value, f"ORCID has no identifier type for {name or 'none'}")
        return None
    one = identifier(kind, value, PART_OF if kind in SERIALS else relationship)
    if one is None:
        note(dropped, field, value, f"not a valid {name}")
    elif _is_community(one):
        note(dropped, field, value, "a shelf of the repository, not a container")
        return None
    return one


def _is_community(one: ExternalId) -> bool:
    return one.external_id_type == "uri" and _COMMUNITIES in one.external_id_value


def _alternates(record: DoiRecord, dropped: list[Note]) -> Iterator[ExternalId]:
    """Yield other identifiers of the same work, which group it with its copies elsewhere.

    The API returns them twice, under an old name and a new one, together with the DOI itself.
    """
    pairs = [(one.identifier_type, one.identifier) for one in record.identifiers or ()]
    pairs += [
        (one.alternate_identifier_type, one.alternate_identifier)
        for one in record.alternate_identifiers or ()
    ]
    is_book = record.types is not None and record.types.resource_type_general in BOOKS
    for name, value in dict.fromkeys(pairs):
        kind = type_of(name)
        # The DOI is listed there too, sometimes as the address of a resolver of DataCite's test system.
        if not value or not value.strip() or (kind == "doi" and value.strip().lower().endswith(record.doi)):
            continue
        if kind is None or kind == "other-id":
            note(dropped, "alternateIdentifiers", value, f"ORCID has no identifier type for {name or 'none'}")
            continue
        relationship = PART_OF if kind in SERIALS or (kind == "isbn" and not is_book) else VERSION_OF
        one = identifier(kind, value, relationship)
        if one is None:
            note(dropped, "alternateIdentifiers", value, f"not a valid {name}")
        else:
            yield one
