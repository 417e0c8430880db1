"""Map DOI metadata to a complete ORCID work that ORCID accepts, or refuse it with a code."""

from profiles.domain.ids import doi_url
from profiles.domain.mapping.contributors import Audience, contributors
from profiles.domain.mapping.dates import publication_date
from profiles.domain.mapping.describing import description, journal_title, language, titles
from profiles.domain.mapping.findings import MappingResult, Note, Refusal, note
from profiles.domain.mapping.identifier_forms import type_of
from profiles.domain.mapping.identifiers import PART_OF, RELATIONS, external_ids
from profiles.domain.mapping.orcid_work import ExternalIds, OrcidWork, Value
from profiles.domain.mapping.work_types import work_type
from profiles.domain.records.doi_record import DoiRecord, Types
from profiles.domain.records.texts import clean

TITLE_MISSING = "title-missing"
"""ORCID accepts no work without a title (contract 2.5 row 1), and we do not invent one."""


def map_work(record: DoiRecord, *, owner: str | None = None, sandbox: bool = False) -> MappingResult:
    """Turn a DOI record into a work that ORCID accepts, or return why that is not possible.

    A record without a title is refused; anything else that is missing or wrong is left out and reported. The
    address is the DOI's, which stays right when the landing page moves. ``owner`` is the iD of the record on
    which the work is put: its person is among the contributors that ORCID shows. ``sandbox`` reads iDs of
    ORCID's sandbox.
    """
    dropped: list[Note] = []
    title = titles(record, dropped)
    if title is None:
        missing = Refusal(
            TITLE_MISSING, "titles", "The metadata have no title, and ORCID takes no work without."
        )
        return MappingResult(None, missing, dropped)
    kind = _type(record)
    if kind == "other" and record.types and (words := clean(record.types.resource_type)):
        note(dropped, "types", words, "ORCID has no type of this name")
    work = OrcidWork(
        title=title,
        type=kind,
        external_ids=ExternalIds(external_ids(record, dropped)),
        journal_title=journal_title(record, title.title.value, kind, dropped),
        short_description=description(record, dropped),
        publication_date=publication_date(record, dropped),
        url=Value(doi_url(record.doi)),
        contributors=contributors(record, dropped, Audience(owner, sandbox)),
        language_code=language(record, dropped),
    )
    return MappingResult(work, None, dropped)


def _type(record: DoiRecord) -> str:
    types = record.types or Types()
    containers = [
        item.related_item_type or ""
        for item in record.related_items or ()
        if RELATIONS.get(item.relation_type or "") == PART_OF
    ]
    if record.container:
        # A series with an ISSN counts as a journal.
        serial = type_of(record.container.identifier_type) == "issn" and record.container.type == "Series"
        containers.insert(0, "Journal" if serial else record.container.type or "")
    return work_type(
        types.resource_type_general or "",
        clean(types.resource_type),
        citeproc=types.citeproc or "",
        containers=containers,
        publisher=record.publisher_name,
    )
