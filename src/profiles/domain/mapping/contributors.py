"""Map who made the work: creators in order, then contributors whose role ORCID knows.

E-mail addresses are never sent.
"""

import re
from typing import Final

from profiles.domain.ids import is_example_orcid_id, orcid_uri, parse_orcid_id
from profiles.domain.mapping.findings import DroppedValue, note
from profiles.domain.mapping.orcid_work import (
    Contributor,
    ContributorAttributes,
    ContributorOrcid,
    Contributors,
    Value,
)
from profiles.domain.matching.name_identifiers import read_id, says_orcid
from profiles.domain.records.doi_record import DoiRecord, Person
from profiles.domain.records.texts import clean, cut, is_filler, without_email

NAME_LENGTH: Final = 150
MAX_CONTRIBUTORS: Final = 100
"""ORCID takes any number (contract 2.5.2), but shows fifty, and looks for changes in the first fifty only
(2.9.3). Collaborations of three thousand would make 300 kB of each work. So the first hundred are sent,
and up to as many more who have an iD: those are the people on whose records the work appears."""

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
distributor, sponsor, rights holder and so on) have no counterpart and make no one an author."""

_LIFE: Final = re.compile(r",?\s*\(?\d{3,4}\??\s?[-–]\s?(?:\d{3,4}\??)?\)?$")
_NOT_A_PERSON: Final = re.compile(
    r"\d|&|\b(?:and|of|for|the|für|und|academ\w*|agency|cent(?:er|re)|college|consortium|department|dept|group"
    r"|inc|institut\w*|laborator\w*|ltd|ministr\w*|museum|societ\w*|team|universit\w*)\b",
    re.IGNORECASE,
)
_MAX_NAME_WORDS: Final = 3
_MAX_READ_LENGTH: Final = 500


def contributors(record: DoiRecord, dropped: list[DroppedValue]) -> Contributors | None:
    """Return all contributors, or None when there are none."""
    people = _ContributorList(dropped)
    for place, person in enumerate(record.creators or ()):
        people.add(person, "author", "creators", place)
    for place, person in enumerate(record.contributors or ()):
        role = ROLES.get(person.contributor_type or "")
        if role is not None:
            people.add(person, role, "contributors", place)
        else:
            kind = person.contributor_type or "no type"
            note(dropped, f"contributors[{place}]", person.name or "", f"ORCID has no role for {kind}")
    return people.contributors()


class _ContributorList:
    """Collects the people of one work in order, each once per role."""

    __slots__ = ("_dropped", "_kept", "_left_out", "_names")

    def __init__(self, dropped: list[DroppedValue]) -> None:
        self._kept: dict[tuple[str, str | None, str], Contributor] = {}
        self._names: dict[str, str] = {}
        self._left_out = 0
        self._dropped = dropped

    def add(self, person: Person, role: str, field: str, place: int) -> None:
        """Add a person, unless the name is missing or the list is full."""
        space = MAX_CONTRIBUTORS - len(self._kept)
        if space <= 0 and (not person.name_identifiers or space <= -MAX_CONTRIBUTORS):
            self._left_out += 1
            return
        name = credit_name(person)
        if name is None:
            note(self._dropped, f"{field}[{place}]", person.name or "", "no name")
            return
        orcid = self._orcid(person, name, f"{field}[{place}]") if person.name_identifiers else None
        if space <= 0 and orcid is None:
            self._left_out += 1
            return
        sequence = "additional" if self._kept else "first"
        key = (name, orcid.path if orcid else None, role)
        self._kept.setdefault(key, Contributor(Value(name), orcid, ContributorAttributes(sequence, role)))

    def contributors(self) -> Contributors | None:
        """Return the people who fit, and report how many do not."""
        if self._left_out:
            reason = (
                f"the first {MAX_CONTRIBUTORS} are sent, and up to {MAX_CONTRIBUTORS} more who carry an iD"
            )
            note(self._dropped, "creators", f"{self._left_out} more names", reason)
        return Contributors(tuple(self._kept.values())) if self._kept else None

    def _orcid(self, person: Person, name: str, field: str) -> ContributorOrcid | None:
        """Return the person's iD: the first that is valid and not used by another person on this record."""
        for identifier in person.name_identifiers or ():
            value = identifier.name_identifier or ""
            scheme, uri = identifier.name_identifier_scheme or "", identifier.scheme_uri
            orcid_id = read_id(value, scheme, uri)
            reason = ""
            if orcid_id is None:
                if not says_orcid(scheme, uri or "", value):
                    continue
                is_example = is_example_orcid_id(parse_orcid_id(value) or "")
                reason = "an example from documentation" if is_example else "not a valid ORCID iD"
            elif _is_organisation(person) and not (person.given_name and person.family_name):
                reason = "organisations have no ORCID iD"
            elif self._names.setdefault(orcid_id, name) != name:
                reason = "the same iD is used with another name"
            else:
                return ContributorOrcid(orcid_uri(orcid_id), orcid_id, "orcid.org")
            if value.strip():
                note(self._dropped, f"{field}.nameIdentifiers", value, reason)
        return None


def credit_name(person: Person) -> str | None:
    """Return a name as it is read aloud: given name first; an organisation's name unchanged."""
    if person.given_name and person.family_name and not _is_organisation(person):
        name = f"{_part(person.given_name)} {_part(person.family_name)}"
    else:
        name = _part(person.name) or _part(person.family_name) or _part(person.given_name)
        if "," in name and not _is_organisation(person):
            name = _given_name_first(name, sure=person.name_type == "Personal")
    name = cut(without_email(name).strip(" ,;"), NAME_LENGTH)
    return None if is_filler(name) or not (name[0].isalnum() or any(map(str.isalnum, name))) else name


def _part(text: str | None) -> str:
    """Clean a name or a part of one; of an overlong text only the beginning is read."""
    return clean(text and text[:_MAX_READ_LENGTH])


def _is_organisation(person: Person) -> bool:
    return (person.name_type or "").lower() == "organizational"


def _given_name_first(name: str, *, sure: bool) -> str:
    """Return ``Family, Given`` as ``Given Family``.

    Unless the metadata say that it is a person (``sure``), only a name that looks like a person's is changed.
    """
    stripped = name.strip(" ,")
    bare = _LIFE.sub("", stripped)
    if bare.count(",") != 1 or ";" in bare:
        return stripped
    family, given = (part.strip() for part in bare.split(","))
    few = max(len(family.split()), len(given.split())) <= _MAX_NAME_WORDS
    looks_like_one = few and not _NOT_A_PERSON.search(bare)
    return f"{given} {family}" if sure or looks_like_one else stripped
