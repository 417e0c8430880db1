"""The names of DataCite's kinds of works and roles of contributors, in the reader's language."""

import re
from typing import Any, Final

from django.utils.translation import pgettext_lazy

TYPES: Final[dict[str, Any]] = {
    "Audiovisual": pgettext_lazy("type of work", "Audiovisual"),
    "Award": pgettext_lazy("type of work", "Award"),
    "Book": pgettext_lazy("type of work", "Book"),
    "BookChapter": pgettext_lazy("type of work", "Book Chapter"),
    "Collection": pgettext_lazy("type of work", "Collection"),
    "ComputationalNotebook": pgettext_lazy("type of work", "Computational Notebook"),
    "ConferencePaper": pgettext_lazy("type of work", "Conference Paper"),
    "ConferenceProceeding": pgettext_lazy("type of work", "Conference Proceeding"),
    "DataPaper": pgettext_lazy("type of work", "Data Paper"),
    "Dataset": pgettext_lazy("type of work", "Dataset"),
    "Dissertation": pgettext_lazy("type of work", "Dissertation"),
    "Event": pgettext_lazy("type of work", "Event"),
    "Image": pgettext_lazy("type of work", "Image"),
    "Instrument": pgettext_lazy("type of work", "Instrument"),
    "InteractiveResource": pgettext_lazy("type of work", "Interactive Resource"),
    "Journal": pgettext_lazy("type of work", "Journal"),
    "JournalArticle": pgettext_lazy("type of work", "Journal Article"),
    "Model": pgettext_lazy("type of work", "Model"),
    "OutputManagementPlan": pgettext_lazy("type of work", "Output Management Plan"),
    "PeerReview": pgettext_lazy("type of work", "Peer Review"),
    "PhysicalObject": pgettext_lazy("type of work", "Physical Object"),
    "Poster": pgettext_lazy("type of work", "Poster"),
    "Preprint": pgettext_lazy("type of work", "Preprint"),
    "Presentation": pgettext_lazy("type of work", "Presentation"),
    "Project": pgettext_lazy("type of work", "Project"),
    "Report": pgettext_lazy("type of work", "Report"),
    "Service": pgettext_lazy("type of work", "Service"),
    "Software": pgettext_lazy("type of work", "Software"),
    "Sound": pgettext_lazy("type of work", "Sound"),
    "Standard": pgettext_lazy("type of work", "Standard"),
    "StudyRegistration": pgettext_lazy("type of work", "Study Registration"),
    "Text": pgettext_lazy("type of work", "Text"),
    "Workflow": pgettext_lazy("type of work", "Workflow"),
    "Other": pgettext_lazy("type of work", "Other"),
}
"""resourceTypeGeneral of DataCite's schema 4.7."""
ROLES: Final[dict[str, Any]] = {
    "ContactPerson": pgettext_lazy("role", "Contact Person"),
    "DataCollector": pgettext_lazy("role", "Data Collector"),
    "DataCurator": pgettext_lazy("role", "Data Curator"),
    "DataManager": pgettext_lazy("role", "Data Manager"),
    "Distributor": pgettext_lazy("role", "Distributor"),
    "Editor": pgettext_lazy("role", "Editor"),
    "HostingInstitution": pgettext_lazy("role", "Hosting Institution"),
    "Producer": pgettext_lazy("role", "Producer"),
    "ProjectLeader": pgettext_lazy("role", "Project Leader"),
    "ProjectManager": pgettext_lazy("role", "Project Manager"),
    "ProjectMember": pgettext_lazy("role", "Project Member"),
    "RegistrationAgency": pgettext_lazy("role", "Registration Agency"),
    "RegistrationAuthority": pgettext_lazy("role", "Registration Authority"),
    "RelatedPerson": pgettext_lazy("role", "Related Person"),
    "Researcher": pgettext_lazy("role", "Researcher"),
    "ResearchGroup": pgettext_lazy("role", "Research Group"),
    "RightsHolder": pgettext_lazy("role", "Rights Holder"),
    "Sponsor": pgettext_lazy("role", "Sponsor"),
    "Supervisor": pgettext_lazy("role", "Supervisor"),
    "Translator": pgettext_lazy("role", "Translator"),
    "WorkPackageLeader": pgettext_lazy("role", "Work Package Leader"),
    "Other": pgettext_lazy("role", "Other"),
}
"""Contributor types of DataCite's schema 4.7."""


def type_name(kind: str) -> str:
    """Return the name of a type, given as a code or in English words; a type that is not known stays."""
    known = TYPES.get(kind.replace(" ", ""))
    return str(known) if known is not None else re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind)


def role_name(role: str) -> str:
    """Return the name of a contributor's role."""
    return str(ROLES.get(role, role))
