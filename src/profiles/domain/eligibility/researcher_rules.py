"""A researcher's own rules for Auto-Update: which versions, parts, types, repositories and roles they want.

They are stored as JSON with the account. A value that is not valid is ignored and falls back to the default,
so that an old or unknown value never stops a person's Auto-Update.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Final


class Versions(StrEnum):
    """What to do with the versions of one work."""

    ALL_GROUPED = "all"
    CONCEPT_ONLY = "concept"
    NEWEST_ONLY = "newest"


class WhenWithdrawn(StrEnum):
    """What to do when a DOI stops naming the person, or is withdrawn."""

    ASK = "ask"
    REMOVE = "remove"


CONTRIBUTOR_ROLES: Final = (
    *("ContactPerson", "DataCollector", "DataCurator", "DataManager", "Distributor", "Editor"),
    *("HostingInstitution", "Producer", "ProjectLeader", "ProjectManager", "ProjectMember"),
    *("RegistrationAgency", "RegistrationAuthority", "RelatedPerson", "Researcher", "ResearchGroup"),
    *("RightsHolder", "Sponsor", "Supervisor", "Translator", "WorkPackageLeader", "Other"),
)
"""Contributor types of DataCite's schema 4.7."""

OTHER_OR_NO_TYPE: Final = "Unknown"
"""Instead of a type: works without a general type, or with one that the schema does not have."""
RESOURCE_TYPES: Final = (
    *("Audiovisual", "Award", "Book", "BookChapter", "Collection", "ComputationalNotebook"),
    *("ConferencePaper", "ConferenceProceeding", "DataPaper", "Dataset", "Dissertation", "Event", "Image"),
    *("Instrument", "InteractiveResource", "Journal", "JournalArticle", "Model", "OutputManagementPlan"),
    *("PeerReview", "PhysicalObject", "Poster", "Preprint", "Presentation", "Project", "Report", "Service"),
    *("Software", "Sound", "Standard", "StudyRegistration", "Text", "Workflow", "Other", OTHER_OR_NO_TYPE),
)
"""resourceTypeGeneral of DataCite's schema 4.7."""


@dataclass(frozen=True, slots=True)
class ResearcherRules:
    """What one researcher wants; the defaults are what DataCite promises everyone."""

    versions: Versions = Versions.ALL_GROUPED
    parts: bool = False
    skip_types: frozenset[str] = frozenset()
    skip_repositories: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    ask_first: bool = False
    when_withdrawn: WhenWithdrawn = WhenWithdrawn.ASK


DEFAULT: Final = ResearcherRules()


@dataclass(frozen=True, slots=True)
class Mistake:
    """A value that cannot be saved: its field, and what would be valid."""

    field: str
    message: str


def read_rules(stored: Any) -> ResearcherRules:
    """Read stored rules; a value that is not valid falls back to the default."""
    rules, _mistakes = check_rules(stored if isinstance(stored, Mapping) else {})
    return rules


def check_rules(form: Mapping[str, Any]) -> tuple[ResearcherRules, list[Mistake]]:
    """Read rules from a form, and return the values that are not valid."""
    mistakes: list[Mistake] = []

    def choice(field: str, kind: type[StrEnum], default: StrEnum) -> Any:
        value = form.get(field, default.value)
        if value in list(kind):
            return kind(value)
        mistakes.append(Mistake(field, "must be one of " + ", ".join(kind)))
        return default

    def names(field: str, allowed: tuple[str, ...] = ()) -> frozenset[str]:
        value = form.get(field, [])
        listed = value if isinstance(value, list) else [None]
        good = [
            name for name in listed if isinstance(name, str) and name and (not allowed or name in allowed)
        ]
        if len(good) != len(listed):
            mistakes.append(Mistake(field, "must be a list of " + (", ".join(allowed) or "repository ids")))
        return frozenset(good)

    def yes_or_no(field: str) -> bool:
        value = form.get(field, False)
        if not isinstance(value, bool):
            mistakes.append(Mistake(field, "must be true or false"))
        return value is True

    mistakes += [Mistake(name, "is not a rule") for name in form if name not in _FIELDS]
    rules = ResearcherRules(
        versions=choice("versions", Versions, Versions.ALL_GROUPED),
        parts=yes_or_no("parts"),
        skip_types=names("skip_types", RESOURCE_TYPES),
        skip_repositories=frozenset(name.lower() for name in names("skip_repositories")),
        roles=names("roles", CONTRIBUTOR_ROLES),
        ask_first=yes_or_no("ask_first"),
        when_withdrawn=choice("when_withdrawn", WhenWithdrawn, WhenWithdrawn.ASK),
    )
    return rules, mistakes


_FIELDS: Final = frozenset(field.name for field in fields(ResearcherRules))


def rules_json(rules: ResearcherRules) -> dict[str, Any]:
    """Return the rules as they are stored with the account."""
    stored = asdict(rules)
    return {
        name: sorted(value) if isinstance(value, frozenset) else getattr(value, "value", value)
        for name, value in stored.items()
    }
