"""Map titles, language, journal title and description."""

from collections.abc import Iterator
from typing import Final

from profiles.domain.mapping.findings import Note, note
from profiles.domain.mapping.languages import language_code
from profiles.domain.mapping.orcid_work import Title, Translated, Value
from profiles.domain.records.doi_record import Description, DoiRecord, TitleText
from profiles.domain.records.fillers import is_filler
from profiles.domain.records.markup import without_inline_images
from profiles.domain.records.texts import clean, cut, length_at_orcid

TITLE_LENGTH: Final = 1000
DESCRIPTION_LENGTH: Final = 5000
"""ORCID's schema (contract 2.3); lengths in Java's count."""
DESCRIPTIONS: Final = ("Abstract", "", "Other", "Methods", "TechnicalInfo", "TableOfContents")
"""Kinds of descriptions that say what a work is, in the order of preference. ``SeriesInformation`` says where
it appeared, and DataCite has already turned it into the ``container``."""
_MAX_READ_LENGTH: Final = 30_000
"""Of a description of 170,000 characters the first 5,000 are sent; markup takes some of them."""

_SHOWN: Final = 1_000
"""Characters of a dropped description that the report shows."""

_Cleaned = tuple[TitleText, str]


def titles(record: DoiRecord, dropped: list[Note]) -> Title | None:
    """Choose title, subtitle and a translation; None when there is no title at all.

    The title is the first that is not marked as something else. A code such as ``(:unav)`` is no title.
    """
    usable: list[_Cleaned] = []
    for given in record.titles or ():
        text = clean(given.title)
        if text and not is_filler(text):
            usable.append((given, text))
        elif text:
            note(dropped, "titles", text, "says nothing")
    main = _main(usable)
    if main is None:
        return None
    if len(usable) == 1:
        return Title(Value(_fit(main[1], TITLE_LENGTH, "titles", dropped)))
    others = [one for one in usable if one is not main]
    subtitle = _subtitle(main, others, record.language)
    translated = _translation(main, [one for one in others if one is not subtitle], record.language, dropped)
    for one in others:
        if one is not subtitle and (translated is None or one is not translated[0]):
            note(dropped, "titles", one[1], _why_not_sent(one[0]))
    return Title(
        Value(_fit(main[1], TITLE_LENGTH, "titles", dropped)),
        Value(_fit(subtitle[1], TITLE_LENGTH, "titles", dropped)) if subtitle else None,
        translated[1] if translated else None,
    )


def _main(usable: list[_Cleaned]) -> _Cleaned | None:
    for wanted in (("",), ("Other", "AlternativeTitle"), ("TranslatedTitle",), ("Subtitle",)):
        for one in usable:
            if (one[0].title_type or "") in wanted:
                return one
    return usable[0] if usable else None


def _subtitle(main: _Cleaned, others: list[_Cleaned], language: str | None) -> _Cleaned | None:
    """Find the subtitle in the language of the title, unless the title says it already."""
    of_main = language_code(main[0].lang or language or "")
    said = main[1].casefold()
    found = [
        one
        for one in others
        if one[0].title_type == "Subtitle"
        and not _ends_with(said, one[1].casefold())
        and (not one[0].lang or not of_main or language_code(one[0].lang) in {of_main, None})
    ]
    return min(found, key=lambda one: language_code(one[0].lang or "") != of_main) if found else None


def _ends_with(title: str, subtitle: str) -> bool:
    return title.endswith(subtitle) and not title[: -len(subtitle)][-1:].isalnum()


def _translation(
    main: _Cleaned, others: list[_Cleaned], language: str | None, dropped: list[Note]
) -> tuple[_Cleaned, Translated] | None:
    """Find the title in another language; English first, since it is read most.

    A title without a type, but with another language than the main title, is a translation too. A title
    without a language cannot be sent: ORCID requires it, and guessing would invent something.
    """
    of_main = language_code(main[0].lang or language or "")
    found = []
    for one in others:
        code = language_code(one[0].lang or "")
        is_translation = one[0].title_type == "TranslatedTitle" or not one[0].title_type
        if is_translation and code and code != of_main and one[1] != main[1]:
            found.append((one, code))
    if not found:
        return None
    chosen, code = min(found, key=lambda pair: pair[1] != "en")
    return chosen, Translated(_fit(chosen[1], TITLE_LENGTH, "titles", dropped), code)


def _why_not_sent(title: TitleText) -> str:
    if title.title_type == "Subtitle":
        return "ORCID has one subtitle; it is in the language of the title and not said in it"
    if title.title_type == "TranslatedTitle" and not language_code(title.lang or ""):
        return "ORCID takes a translated title only with its language"
    return "ORCID has one title, one subtitle and one translation"


def language(record: DoiRecord, dropped: list[Note]) -> str | None:
    """Return the language of the metadata, as ORCID means it: that of the title, else that of the record."""
    stated = (record.language or "").strip()
    of_record = language_code(stated) if stated else None
    if stated and of_record is None:
        note(dropped, "language", stated, "ORCID has no code for it")
    own = next((one.lang for one in record.titles or () if one.lang and not one.title_type), None)
    code = language_code(own) if own else None
    if own and code is None:
        note(dropped, "titles", own, "ORCID has no code for the language of the title")
    if code and of_record and code != of_record:
        note(dropped, "language", stated, f"the title is in {code}")
    return code or of_record


PARTS_OF_A_WHOLE: Final = frozenset({
    "book-chapter", "book-review", "conference-abstract", "conference-paper", "dictionary-entry",
    "encyclopedia-entry", "journal-article", "journal-issue", "magazine-article", "newsletter-article",
    "newspaper-article",
})  # fmt: skip
"""Works that appear in a journal, a book or proceedings: their publisher is not the name of it."""


_ONE_CONTAINER: Final = "ORCID has one title of a journal, series or book"


def journal_title(record: DoiRecord, own_title: str, work_type: str, dropped: list[Note]) -> Value | None:
    """Return the journal, series or book in which the work appeared; without one, the publisher.

    People know a data set by its publisher. An article is in a journal, and a publisher is not one.
    """
    names = [clean(one) for one in _containers(record)]
    journals = [name for name in names if not is_filler(name) and name != own_title]
    for other in dict.fromkeys([*journals[1:], *(name for name in names if name and is_filler(name))]):
        if not journals or other != journals[0]:
            note(dropped, "container", other, "says nothing" if is_filler(other) else _ONE_CONTAINER)
    publisher = clean(record.publisher_name)
    if journals:
        if publisher and publisher != journals[0]:
            note(dropped, "publisher", publisher, "ORCID has no place for it beside the journal or book")
        return Value(_fit(journals[0], TITLE_LENGTH, "container", dropped))
    if not publisher or publisher == own_title:
        return None
    if is_filler(publisher):
        note(dropped, "publisher", publisher, "says nothing")
        return None
    if work_type in PARTS_OF_A_WHOLE:
        note(dropped, "publisher", publisher, "a publisher is not the title of a journal or book")
        return None
    return Value(_fit(publisher, TITLE_LENGTH, "publisher", dropped))


def _containers(record: DoiRecord) -> Iterator[str]:
    """Yield the titles of what the work appeared in, the best first."""
    if record.container and record.container.title:
        yield record.container.title
    for relation in ("IsPublishedIn", "IsPartOf"):
        for item in record.related_items or ():
            if item.relation_type == relation and item.titles:
                yield item.titles[0].title or ""


def description(record: DoiRecord, dropped: list[Note]) -> str | None:
    """Choose the description: the abstract, in the record's language if there are several."""
    if not record.descriptions:
        return None
    wanted = language_code(record.language or "") or "en"

    def rank(one: Description) -> tuple[int, bool]:
        own = language_code(one.lang or "") if one.lang else wanted
        return DESCRIPTIONS.index(one.description_type or ""), own != wanted

    known = [one for one in record.descriptions if (one.description_type or "") in DESCRIPTIONS]
    chosen = None
    for one in sorted(known, key=rank):
        raw = one.description or ""
        text = _readable(raw) if chosen is None else clean(raw[:_SHOWN])
        if is_filler(text):
            if text:
                note(dropped, "descriptions", text, "says nothing")
            continue
        if chosen is None:
            chosen = _fit(text, DESCRIPTION_LENGTH, "descriptions", dropped)
        else:
            note(dropped, "descriptions", text, "ORCID has one description")
    for one in record.descriptions:
        if one.description and (kind := one.description_type or "") not in DESCRIPTIONS:
            reason = (
                "says where it appeared, as the container does"
                if kind == "SeriesInformation"
                else "a kind of description that we do not know"
            )
            note(dropped, "descriptions", one.description, reason)
    return chosen


def _readable(raw: str) -> str:
    raw = without_inline_images(raw)
    text = clean(raw[:_MAX_READ_LENGTH])
    if len(raw) > _MAX_READ_LENGTH and len(text) < DESCRIPTION_LENGTH:
        text = clean(raw)
    return text


def _fit(text: str, length: int, field: str, dropped: list[Note]) -> str:
    shorter = cut(text, length)
    if shorter is not text:
        rest = length_at_orcid(text) - length
        note(
            dropped, field, text[len(shorter) - 1 :], f"ORCID takes {length} characters; {rest} are too many"
        )
    return shorter
