"""Rules about the metadata: everyone may see their answers."""

from datetime import UTC, datetime
from typing import Final, NamedTuple

from profiles.domain.eligibility.case import Case, ClaimStatus, Finding, no, yes
from profiles.domain.eligibility.researcher_rules import OTHER_OR_NO_TYPE, RESOURCE_TYPES, Versions
from profiles.domain.ids import is_example_orcid_id, parse_doi
from profiles.domain.matching.doubts import Doubts
from profiles.domain.matching.named_ids import unreadable
from profiles.domain.records.change_detection import FINDABLE, HIDDEN
from profiles.domain.records.sighting import Relation, Sighting

RAID_REGISTRY = "raidregistry"
_PARTS = frozenset({"IsPartOf"})
_DOI_TYPES = frozenset({"doi", ""})
_VERSION_OF = frozenset({"IsVersionOf"})
_OLDER_THAN = frozenset({"IsPreviousVersionOf", "IsObsoletedBy"})
_HAS_VERSIONS = frozenset({"HasVersion"})

UNDATED: Final = datetime.min.replace(tzinfo=UTC)
"""A record without a registration date counts as older than one that has it."""


def findable(case: Case) -> Finding:
    """Only public DOIs go on records: a draft may never be published, and its link leads nowhere."""
    record = case.candidate.record
    if record is None:
        facts = case.facts
        # That the DOI is known here may be due to another person, of whom this one must not learn.
        concerns_person = facts.named_before or facts.standing is not ClaimStatus.UNKNOWN
        if facts.hidden_since is None or not concerns_person:
            return no("not-found")
        return no("no-longer-shown", "hidden since", facts.hidden_since.date().isoformat())
    if record.state == FINDABLE:
        return yes("findable", "state", record.state)
    return no("not-findable" if record.state in HIDDEN else "state-unreadable", "state", record.state)


def registered_with_datacite(case: Case) -> Finding:
    """DataCite mirrors metadata of other agencies; those have an Auto-Update of their own."""
    record = case.candidate.record
    if record is None or record.agency == "datacite":
        return yes("datacite")
    if record.agency:
        return no("other-agency", "agency", record.agency)
    if record.repository.startswith("crossref.") or (record.has_repository_block and not record.repository):
        return no("other-agency", "relationships.client", record.repository)
    return yes("datacite", "relationships.client", record.repository)


def named(case: Case) -> Finding:
    """The metadata must name the iD, with a right check digit, in whatever form (datacite/datacite#1355).

    Where they named it before, only metadata that can be read say that they no longer do.
    """
    candidate = case.candidate
    if is_example_orcid_id(candidate.orcid_id):
        return no("example-id", value=candidate.orcid_id)
    if candidate.namings:
        first = candidate.namings[0]
        return yes("named", first.field, first.deposited)
    record, sandbox = candidate.record, case.settings.sandbox_ids
    if record is None:
        return no("not-named", "creators")
    if case.facts.named_before or case.on_record:
        doubts = candidate.doubts or Doubts(record, sandbox=sandbox)
        doubt = doubts.about((*case.facts.names, *case.facts.credited_as))
        return no(doubt.reason, doubt.field, doubt.value) if doubt else no("not-named", "creators")
    broken = unreadable(record, sandbox=sandbox)
    if broken:
        return no("unreadable-id", broken[0].field, broken[0].deposited)
    return no("not-named", "creators")


def role(case: Case) -> Finding:
    """Creators by default; contributors in the roles that the researcher chose.

    Contributors were left out because an ORCID work reads as authorship; with the person's own choice
    and the role sent along, it does not (datacite/datacite#1507).
    """
    namings = case.candidate.namings
    creator = next((n for n in namings if n.is_creator), None)
    if creator is not None:
        return yes("creator", creator.person.field, creator.person.name)
    wanted = next((n for n in namings if n.role in case.facts.rules.roles), None)
    if wanted is not None:
        return yes("contributor-wanted", f"{wanted.person.field}.contributorType", wanted.role)
    if namings:
        return no("contributor-only", f"{namings[0].person.field}.contributorType", namings[0].role)
    return no("not-named", "creators")


def not_a_project(case: Case) -> Finding:
    """Project identifiers (RAiD) are DOIs too, but not works."""
    if case.facts.repository_type.lower() == RAID_REGISTRY:
        return no("raid", "relationships.client", _repository(case))
    return yes("not-raid", "relationships.client", _repository(case))


def not_excluded(case: Case) -> Finding:
    """The deployment may exclude prefixes and repositories (``EXCLUDE_PREFIXES_FROM_ORCID_CLAIMING``)."""
    prefix = case.candidate.doi.partition("/")[0]
    if prefix in case.settings.excluded_prefixes:
        return no("prefix-excluded", "doi", prefix)
    repository = _repository(case)
    if repository and repository in case.settings.excluded_repositories:
        return no("repository-excluded", "relationships.client", repository)
    return yes("prefix-included", "doi", prefix)


def not_a_part(case: Case) -> Finding:
    """Parts of another work are not added automatically; which relations count is configurable.

    A relation counts only when its target is a work, that is another DOI: a link to a community page or
    to a journal's ISSN says where the work was shown, and a link to itself says nothing
    (datacite/datacite-suggestions#261, datacite/datacite#2533).
    """
    wanted = _PARTS if case.facts.rules.parts else frozenset[str]()
    found = _to_other_work(case, case.settings.skip_relations - wanted)
    if found is not None:
        return no("related-work", found.field, f"{found.kind} {found.target}")
    part = _to_other_work(case, case.settings.skip_relations & wanted)
    if part is not None:
        return yes("parts-wanted", part.field, f"{part.kind} {part.target}")
    return yes("not-a-part", "relatedIdentifiers")


def version_wanted(case: Case) -> Finding:
    """Versions are all added and grouped, unless the researcher wants one entry for each work."""
    choice = case.facts.versions or case.facts.rules.versions
    if choice is Versions.CONCEPT_ONLY and (found := _to_other_work(case, _VERSION_OF)):
        return no("not-the-concept", found.field, f"{found.kind} {found.target}")
    if choice is Versions.NEWEST_ONLY:
        if case.facts.superseded_by:
            return no("not-the-newest", "relatedIdentifiers", case.facts.superseded_by)
        if found := _to_other_work(case, _OLDER_THAN):
            return no("not-the-newest", found.field, f"{found.kind} {found.target}")
        concept = not _to_other_work(case, _VERSION_OF) and _to_other_work(case, _HAS_VERSIONS)
        if concept:
            return no("not-the-newest", concept.field, f"{concept.kind} {concept.target}")
    return yes("version-wanted", "versions", choice.value)


def type_wanted(case: Case) -> Finding:
    """The researcher may leave out types of works."""
    kind = case.candidate.record.resource_type if case.candidate.record else ""
    name = kind if kind in RESOURCE_TYPES else OTHER_OR_NO_TYPE
    if name in case.facts.rules.skip_types:
        return no("type-unwanted", "types.resourceTypeGeneral", kind)
    return yes("type-wanted", "types.resourceTypeGeneral", kind)


def repository_wanted(case: Case) -> Finding:
    """The researcher may leave out repositories that report their works elsewhere."""
    repository = _repository(case)
    if repository in case.facts.rules.skip_repositories:
        return no("repository-unwanted", "relationships.client", repository)
    return yes("repository-wanted", "relationships.client", repository)


def concept_of(record: Sighting) -> str:
    """Return the DOI of the work that this DOI is a version of, or an empty text."""
    found = other_work(record, _VERSION_OF)
    return (parse_doi(found.target) or "") if found else ""


class Version(NamedTuple):
    """A version of a work; versions compare by age."""

    registered: datetime
    doi: str


def version_of(record: Sighting) -> Version:
    """Return the version that a record is, for comparison."""
    return Version(record.registered or UNDATED, record.doi)


def other_work(record: Sighting, kinds: frozenset[str]) -> Relation | None:
    """Find the first relation of these kinds to another DOI."""
    for relation in record.relations:
        if relation.kind in kinds and relation.target_type.lower() in _DOI_TYPES:
            target = parse_doi(relation.target)
            if target is not None and target != record.doi:
                return relation
    return None


def _to_other_work(case: Case, kinds: frozenset[str]) -> Relation | None:
    return other_work(case.candidate.record, kinds) if case.candidate.record and kinds else None


def _repository(case: Case) -> str:
    return case.candidate.record.repository if case.candidate.record else ""
