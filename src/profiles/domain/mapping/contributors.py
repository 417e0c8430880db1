"""Who made the work: creators in order, then contributors whose role ORCID knows. Never an e-mail address."""

from collections.abc import Iterator
from typing import Final

from profiles.domain.doi_record import DoiRecord, Person
from profiles.domain.ids import parse_orcid_id
from profiles.domain.mapping.cleaning import clean, cut, is_placeholder, without_email
from profiles.domain.mapping.identifiers import Dropped
from profiles.domain.orcid_work import (
    Contributor,
    ContributorAttributes,
    ContributorOrcid,
    Contributors,
    Value,
)

NAME_LENGTH: Final = 150
MOST: Final = 100
"""ORCID stores any number but shows fifty; collaborations name thousands. Whoever carries an iD stays."""
_CREDIT: Final = "http://credit.niso.org/contributor-roles/{}/"
ROLES: Final = {
    "Editor": "editor",
    "Translator": "chair-or-translator",
    "ProjectLeader": "principal-investigator",
    "WorkPackageLeader": "co-investigator",
    "ProjectManager": _CREDIT.format("project-administration"),
    "Supervisor": _CREDIT.format("supervision"),
    "DataCurator": _CREDIT.format("data-curation"),
    "DataManager": _CREDIT.format("data-curation"),
    "DataCollector": _CREDIT.format("investigation"),
    "Researcher": _CREDIT.format("investigation"),
    "ProjectMember": _CREDIT.format("investigation"),
    "RelatedPerson": "",
    "Producer": "",
}
"""DataCite's contributor types and ORCID's roles or CRediT's; those with none are not named on the work."""


def contributors(record: DoiRecord, dropped: list[Dropped]) -> Contributors | None:
    """Return everybody who is named, or None when nobody is."""
    everybody = [*_creators(record.creators, dropped), *_others(record.contributors, dropped)]
    kept = everybody[:MOST] + [one for one in everybody[MOST:] if one.contributor_orcid][:MOST]
    if len(kept) < len(everybody):
        dropped.append(
            Dropped(
                "creators",
                str(len(everybody) - len(kept)),
                f"only the first {MOST}, and more who carry an iD",
            )
        )
    return Contributors(tuple(kept)) if kept else None


def _creators(people: tuple[Person, ...], dropped: list[Dropped]) -> Iterator[Contributor]:
    sequence = "first"
    for place, person in enumerate(people):
        name = credit_name(person)
        if name is None:
            dropped.append(Dropped(f"creators[{place}]", person.name[:100], "no name"))
            continue
        yield Contributor(Value(name), _orcid(person), ContributorAttributes(sequence, "author"))
        sequence = "additional"


def _others(people: tuple[Person, ...], dropped: list[Dropped]) -> Iterator[Contributor]:
    for place, person in enumerate(people):
        role, name = ROLES.get(person.role), credit_name(person)
        if not role or name is None:
            reason = f"ORCID has no role for {person.role or 'no role'}" if name else "no name"
            dropped.append(Dropped(f"contributors[{place}]", person.name[:100], reason))
        else:
            yield Contributor(Value(name), _orcid(person), ContributorAttributes("additional", role))


def credit_name(person: Person) -> str | None:
    """Return the name as one says it: given name first, organisations as they call themselves."""
    if not person.is_organisation and person.given_name and person.family_name:
        name = f"{person.given_name} {person.family_name}"
    elif not person.is_organisation and person.name.count(",") == 1:
        family, _, given = person.name.partition(",")
        name = f"{given.strip()} {family.strip()}"
    else:
        name = person.name or person.family_name or person.given_name
    name = cut(without_email(clean(name)), NAME_LENGTH)
    return None if not name or is_placeholder(name) else name


def _orcid(person: Person) -> ContributorOrcid | None:
    if person.is_organisation:
        return None
    for scheme, value in person.identifiers:
        if "orcid" in scheme.lower() or "orcid.org" in value.lower():
            orcid_id = parse_orcid_id(value)
            if orcid_id:
                return ContributorOrcid(f"https://orcid.org/{orcid_id}", orcid_id, "orcid.org")
    return None
