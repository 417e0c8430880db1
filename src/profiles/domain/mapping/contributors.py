"""Map who made the work: creators in order, then contributors whose role ORCID knows.

E-mail addresses are never sent.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from profiles.domain.ids import (
    OrcidId,
    is_borrowed_orcid_id,
    is_example_orcid_id,
    orcid_uri,
    parse_orcid_id,
)
from profiles.domain.mapping.findings import Note, note
from profiles.domain.mapping.names import credit_name, is_called_organisation, is_same_person, is_shortened
from profiles.domain.mapping.orcid_work import (
    Contributor,
    ContributorAttributes,
    ContributorOrcid,
    Contributors,
    Value,
)
from profiles.domain.matching.name_identifiers import read_id, says_orcid
from profiles.domain.records.doi_record import Affiliation, DoiRecord, Person

SHOWN_AT_ORCID: Final = 50
"""ORCID takes any number (contract 2.5.2), but shows fifty, and looks for changes in the first fifty only
(2.9.3). The owner of the record is among these, in the last place if need be."""
MAX_CONTRIBUTORS: Final = 100
"""Collaborations of three thousand would make 300 kB of each work. So the first hundred are sent, and up to
as many more who have an iD: those are the people on whose records the work appears."""

_USUAL_DIFFERENCE: Final = 1
"""A name that is turned round loses its comma."""
_CREDIT: Final = "http://credit.niso.org/contributor-roles/{}/"
ROLES: Final = {
    "DataCollector": _CREDIT.format("investigation"),
    "DataCurator": _CREDIT.format("data-curation"),
    "DataManager": _CREDIT.format("data-curation"),
    "Editor": "editor",
    "ProjectLeader": "principal-investigator",
    "ProjectManager": _CREDIT.format("project-administration"),
    "ProjectMember": _CREDIT.format("investigation"),
    "ResearchGroup": _CREDIT.format("investigation"),
    "Researcher": _CREDIT.format("investigation"),
    "Supervisor": _CREDIT.format("supervision"),
    "Translator": "chair-or-translator",
    "WorkPackageLeader": _CREDIT.format("supervision"),
}
"""DataCite's contributor types and ORCID's roles or CRediT's (contract 3.4). The others (contact, host,
distributor, sponsor and so on) have no counterpart: a person with an iD is sent without a role, as the work
may be on their record, and would read as their own authorship if it did not name them."""

_STANDARD_HOST: Final = "orcid.org"


class Audience(NamedTuple):
    """For whom a work is mapped: the owner of the record, and whether iDs are those of ORCID's sandbox."""

    owner: str | None = None
    sandbox: bool = False


def depends_on_owner(record: DoiRecord) -> bool:
    """Tell whether the work differs between the records of its contributors: only if not all are shown."""
    return len(record.creators or ()) + len(record.contributors or ()) >= SHOWN_AT_ORCID


def contributors(record: DoiRecord, dropped: list[Note], audience: Audience) -> Contributors | None:
    """Return all contributors, the owner of the record among the first fifty; None when there are none."""
    people = _ContributorList(dropped, audience)
    people.add_creators(record.creators or ())
    people.add_contributors(record.contributors or ())
    return people.contributors()


class _ContributorList:
    """Collects the people of one work in order, each once per role."""

    __slots__ = (
        "_audience",
        "_dropped",
        "_ids",
        "_kept",
        "_last",
        "_left_out",
        "_names",
        "_namesakes",
        "_owner",
    )

    def __init__(self, dropped: list[Note], audience: Audience) -> None:
        self._kept: dict[tuple[str, str | None, int], Contributor] = {}
        self._ids: set[str] = set()
        self._names: dict[str, str] = {}
        self._namesakes: dict[tuple[str, str | None], list[frozenset[str]]] = {}
        self._left_out = 0
        self._dropped = dropped
        self._audience = audience
        self._last: Contributor | None = None

    def add_creators(self, people: Sequence[Person]) -> None:
        """Add the authors in order."""
        last, kept = len(people) - 1, self._kept
        for place, person in enumerate(people):
            if len(kept) >= MAX_CONTRIBUTORS and not person.name_identifiers and place != last:
                self._left_out += 1
            else:
                self._add(person, "author", "creators", place, is_last=place == last)

    def add_contributors(self, people: Sequence[Person]) -> None:
        """Add those who contributed in another role."""
        for place, person in enumerate(people):
            self._add(person, ROLES.get(person.contributor_type or ""), "contributors", place, is_last=False)

    def _add(self, person: Person, role: str | None, field: str, place: int, *, is_last: bool) -> None:
        """Add a person, unless the name is missing or the list is full."""
        has_ids = bool(person.name_identifiers)
        space = MAX_CONTRIBUTORS - len(self._kept)
        if space <= 0 and not is_last and not self._may_still_count(person, space):
            self._left_out += 1
            return
        if role is None and not has_ids:
            note(self._dropped, f"{field}[{place}]", person.name or "", _no_role(person))
            return
        name = credit_name(person)
        if name is None:
            note(self._dropped, f"{field}[{place}]", person.name or _ids_of(person), "no name")
            return
        orcid = self._orcid(person, name, f"{field}[{place}]") if has_ids else None
        if space <= 0 and orcid is None and not is_last:
            self._left_out += 1
            return
        if role is None and not self._is_named_without_role(person, orcid, f"{field}[{place}]"):
            return
        contributor = Contributor(
            Value(name), orcid, ContributorAttributes("additional" if self._kept else "first", role)
        )
        if is_last:
            self._last = contributor
        if orcid is not None:
            self._ids.add(orcid.path)
        key = self._key(person, name, orcid, role)
        if key in self._kept:
            note(self._dropped, f"{field}[{place}]", person.name or name, "is there already in this role")
            return
        self._kept[key] = contributor
        deposited = person.name or ""
        is_turned = "," in deposited and len(deposited) == len(name) + _USUAL_DIFFERENCE
        if deposited and deposited != name and not is_turned and is_shortened(deposited, name):
            note(self._dropped, f"{field}[{place}].name", deposited, "only the name of the person is sent")

    def _may_still_count(self, person: Person, space: int) -> bool:
        """Tell whether a person is read though the list is full: for an iD, or as the owner."""
        if not person.name_identifiers:
            return False
        owner = self._audience.owner
        return space > -MAX_CONTRIBUTORS or (
            owner is not None and owner not in self._ids and self._names_owner(person, owner)
        )

    def _key(
        self, person: Person, name: str, orcid: ContributorOrcid | None, role: str | None
    ) -> tuple[str, str | None, int]:
        """Return what is equal for one person in one role: the iD, or the name and the affiliation."""
        if orcid is not None:
            return orcid.path, role, 0
        if not person.affiliation:
            return name, role, 0
        places = frozenset(
            place
            for one in person.affiliation
            if one and (place := one.name if isinstance(one, Affiliation) else one)
        )
        known = self._namesakes.setdefault((name, role), [])
        for number, other in enumerate(known):
            if not places or not other or places & other:
                return name, role, number
        known.append(places)
        return name, role, len(known) - 1

    def _is_named_without_role(self, person: Person, orcid: ContributorOrcid | None, field: str) -> bool:
        """Tell whether a person whose role ORCID lacks is sent: one with an iD who is not there already."""
        if orcid is None or orcid.path in self._ids:
            note(self._dropped, field, person.name or "", _no_role(person))
            return False
        kind = person.contributor_type or "no type"
        note(self._dropped, field, kind, "ORCID has no such role; the person is sent without one")
        return True

    def contributors(self) -> Contributors | None:
        """Return the people who fit, the owner among those whom ORCID shows; report how many do not fit."""
        if self._left_out:
            reason = (
                f"the first {MAX_CONTRIBUTORS} are sent, and up to {MAX_CONTRIBUTORS} more who carry an iD"
            )
            note(self._dropped, "creators", f"{self._left_out} more names", reason)
        people = list(self._kept.values())
        owner = next((n for n, one in enumerate(people) if self._is_owner(one)), None)
        if owner is not None and owner >= SHOWN_AT_ORCID - 1:
            people = self._with_owner_in_sight(people, people[owner])
        return Contributors(tuple(people)) if people else None

    def _is_owner(self, one: Contributor) -> bool:
        return one.contributor_orcid is not None and one.contributor_orcid.path == self._audience.owner

    def _with_owner_in_sight(self, people: list[Contributor], owner: Contributor) -> list[Contributor]:
        """Move the owner to the fiftieth place and the last author to the one before; keep the order else."""
        moved = [owner]
        if self._last is not None and self._last is not owner and self._last in people[SHOWN_AT_ORCID - 2 :]:
            moved.insert(0, self._last)
        rest = [one for one in people if not any(one is other for other in moved)]
        begin = SHOWN_AT_ORCID - len(moved)
        return [*rest[:begin], *moved, *rest[begin:]]

    def _names_owner(self, person: Person, owner: str) -> bool:
        """Tell whether an iD of this person is the owner's."""
        sandbox = self._audience.sandbox
        return any(
            read_id(
                one.name_identifier or "", one.name_identifier_scheme or "", one.scheme_uri, sandbox=sandbox
            )
            == owner
            for one in person.name_identifiers or ()
        )

    def _orcid(self, person: Person, name: str, field: str) -> ContributorOrcid | None:
        """Return the person's iD: the first that is valid and not used by another person on this record."""
        audience = self._audience
        sent: OrcidId | None = None
        for identifier in person.name_identifiers or ():
            value = identifier.name_identifier or ""
            scheme, uri = identifier.name_identifier_scheme or "", identifier.scheme_uri
            orcid_id = read_id(value, scheme, uri, sandbox=audience.sandbox)
            reason = ""
            if orcid_id is None:
                if not says_orcid(scheme, uri or "", value):
                    continue
                is_example = is_example_orcid_id(parse_orcid_id(value) or "")
                reason = "an example from documentation" if is_example else "not a valid ORCID iD"
            elif orcid_id != audience.owner and not _may_have_id(person):
                reason = "organisations have no ORCID iD"
            elif orcid_id != audience.owner and is_borrowed_orcid_id(orcid_id, name):
                reason = "an example from documentation"
            elif not is_same_person(self._names.setdefault(orcid_id, name), name):
                reason = "the same iD is used with another name"
            elif sent is None:
                sent = orcid_id
                continue
            elif orcid_id == sent:
                continue
            else:
                reason = "another iD of this person is sent"
            if value.strip():
                note(self._dropped, f"{field}.nameIdentifiers", value, reason)
        return _as_sent(sent, sandbox=audience.sandbox) if sent else None


def _ids_of(person: Person) -> str:
    return " ".join(one.name_identifier or "" for one in person.name_identifiers or ())


def _no_role(person: Person) -> str:
    return f"ORCID has no role for {person.contributor_type or 'no type'}"


def _may_have_id(person: Person) -> bool:
    return not is_called_organisation(person) or bool(person.given_name and person.family_name)


def _as_sent(orcid_id: OrcidId, *, sandbox: bool) -> ContributorOrcid:
    host = f"sandbox.{_STANDARD_HOST}" if sandbox else _STANDARD_HOST
    return ContributorOrcid(orcid_uri(orcid_id, f"https://{host}"), orcid_id, host)
