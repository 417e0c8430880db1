"""From DOI metadata to an ORCID work: complete, pure, and either acceptable to ORCID or refused by name."""

from dataclasses import dataclass
from typing import Final

from profiles.domain.doi_record import DoiRecord, Text, text
from profiles.domain.ids import doi_url
from profiles.domain.mapping.cleaning import clean, cut, is_placeholder, language_code, read_date
from profiles.domain.mapping.contributors import contributors
from profiles.domain.mapping.identifiers import Dropped, external_ids, web_address
from profiles.domain.orcid_work import (
    Citation,
    ExternalIds,
    OrcidWork,
    PublicationDate,
    Title,
    Translated,
    Value,
)
from profiles.domain.work_types import work_type

__all__ = ["Dropped", "Mapped", "Refusal", "map_work"]

TITLE_LENGTH: Final = 1000
DESCRIPTION_LENGTH: Final = 5000
DATES: Final = ("Issued", "Available", "Submitted", "Accepted", "Created", "Copyrighted")
"""Which date says when a work appeared: the first of these that is there; else the publication year."""
DESCRIPTIONS: Final = ("Abstract", "", "Other", "Methods", "TechnicalInfo", "TableOfContents")
"""Which description says what a work is: the first of these. Series information says where it appeared."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a record makes no work: a code, the field at fault, and a sentence."""

    code: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """A work, or a refusal; and what was left out on the way."""

    work: OrcidWork | None
    refused: Refusal | None
    dropped: tuple[Dropped, ...]


def map_work(record: DoiRecord, *, citation: str | None = None) -> Mapped:
    """Turn a DOI record into a work that ORCID accepts, or say why there is none.

    ``citation`` is a BibTeX entry, sent along when given. A record without a title is refused, because
    ORCID takes no work without one and we invent none; everything else that is missing is left out.
    """
    dropped: list[Dropped] = []
    title = _title(record, dropped)
    if title is None:
        missing = Refusal("title-missing", "titles", "ORCID takes no work without a title")
        return Mapped(None, missing, tuple(dropped))
    work = OrcidWork(
        title=title,
        type=work_type(
            text(record.types.get("resourceTypeGeneral")),
            clean(text(record.types.get("resourceType"))),
            text(record.types.get("citeproc")),
        ),
        external_ids=ExternalIds(external_ids(record, dropped)),
        journal_title=_journal(record),
        short_description=_description(record, dropped),
        citation=Citation("bibtex", citation) if citation else None,
        publication_date=_publication_date(record, dropped),
        url=_url(record, dropped),
        contributors=contributors(record, dropped),
        language_code=_language(record, dropped),
    )
    return Mapped(work, None, tuple(dropped))


def _title(record: DoiRecord, dropped: list[Dropped]) -> Title | None:
    """Choose the main title: the first without a type, else the first of any type but a subtitle's."""
    cleaned = [(one, clean(one.text)) for one in record.titles]
    usable = [(one, words) for one, words in cleaned if words and not is_placeholder(words)]
    ranked = sorted(usable, key=lambda pair: (pair[0].kind != "", pair[0].kind == "Subtitle"))
    if not ranked:
        return None
    main, words = ranked[0]
    if len(words) > TITLE_LENGTH:
        dropped.append(Dropped("titles", f"{len(words)} characters", f"cut to {TITLE_LENGTH}"))
    subtitle = next((w for one, w in usable if one.kind == "Subtitle" and one is not main), None)
    return Title(
        Value(cut(words, TITLE_LENGTH)),
        Value(cut(subtitle, TITLE_LENGTH)) if subtitle else None,
        _translated(usable, main, words),
    )


def _translated(usable: list[tuple[Text, str]], main: Text, words: str) -> Translated | None:
    """Find a title in another language. One whose language is not said cannot be sent as a translation."""
    for one, other in usable:
        code = language_code(one.language) if one.language else None
        differs = one.kind == "TranslatedTitle" or (one.kind == "" and one.language)
        if one is not main and differs and code and other != words:
            return Translated(cut(other, TITLE_LENGTH), code)
    return None


def _journal(record: DoiRecord) -> Value | None:
    """Name the series, journal or book the work appeared in; the publisher only where there is none."""
    named = [text(record.container.get("title"))]
    named += [one.title for one in record.related_items if one.relation in {"IsPublishedIn", "IsPartOf"}]
    named.append(record.publisher)
    for name in named:
        words = clean(name)
        if words and not is_placeholder(words):
            return Value(cut(words, TITLE_LENGTH))
    return None


def _description(record: DoiRecord, dropped: list[Dropped]) -> str | None:
    ranked = sorted(
        (one for one in record.descriptions if one.kind in DESCRIPTIONS),
        key=lambda one: DESCRIPTIONS.index(one.kind),
    )
    for one in ranked:
        words = clean(one.text)
        if words and not is_placeholder(words):
            if len(words) > DESCRIPTION_LENGTH:
                dropped.append(
                    Dropped("descriptions", f"{len(words)} characters", f"cut to {DESCRIPTION_LENGTH}")
                )
            return cut(words, DESCRIPTION_LENGTH)
    return None


def _publication_date(record: DoiRecord, dropped: list[Dropped]) -> PublicationDate | None:
    candidates = [
        (kind, value) for wanted in DATES for kind, value in record.dates if kind == wanted and value
    ]
    # Two dates of issue are common (print and online); the most exact of the first kind counts.
    first_kind = [value for kind, value in candidates if kind == candidates[0][0]] if candidates else []
    for value in [
        *sorted(first_kind, key=len, reverse=True),
        *(v for _, v in candidates),
        record.publication_year,
    ]:
        found = read_date(value)
        if found:
            year, month, day = found
            return PublicationDate(
                Value(f"{year:04d}"),
                Value(f"{month:02d}") if month else None,
                Value(f"{day:02d}") if month and day else None,
            )
        if value:
            dropped.append(Dropped("dates", value[:60], "no date between 1900 and 2100"))
    return None


def _url(record: DoiRecord, dropped: list[Dropped]) -> Value | None:
    """Link to the DOI: it stays right when the landing page moves."""
    if record.url and web_address(record.url) is None:
        dropped.append(Dropped("url", record.url[:200], "not a web address; the DOI's is sent"))
    return Value(doi_url(record.doi))


def _language(record: DoiRecord, dropped: list[Dropped]) -> str | None:
    if not record.language:
        return None
    code = language_code(record.language)
    if code is None:
        dropped.append(Dropped("language", record.language[:60], "ORCID has no code for it"))
    return code
