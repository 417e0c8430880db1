"""Map titles, language, journal title and description."""

from typing import Final

from profiles.domain.mapping.findings import DroppedValue, note
from profiles.domain.mapping.languages import language_code
from profiles.domain.mapping.orcid_work import Title, Translated, Value
from profiles.domain.records.doi_record import Description, DoiRecord, TitleText
from profiles.domain.records.texts import clean, cut, is_filler, is_placeholder, length_at_orcid

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
_KNOWN_KINDS: Final = frozenset({*DESCRIPTIONS, "SeriesInformation"})

_Cleaned = tuple[TitleText, str]


def titles(record: DoiRecord, dropped: list[DroppedValue]) -> Title | None:
    """Choose title, subtitle and a translation; None when there is no title at all.

    The title is the first that is not marked as something else. A code such as ``(:unav)`` is no title.
    """
    usable = [
        (title, text)
        for title in record.titles or ()
        if (text := clean(title.title)) and not is_placeholder(text)
    ]
    main = _main(usable)
    if main is None:
        return None
    others = [one for one in usable if one is not main]
    subtitle = next((one for one in others if one[0].title_type == "Subtitle"), None)
    translated = _translation(main, [one for one in others if one is not subtitle], record.language)
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


def _translation(
    main: _Cleaned, others: list[_Cleaned], language: str | None
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
            found.append((one, Translated(cut(one[1], TITLE_LENGTH), code)))
    return min(found, key=lambda pair: pair[1].language_code != "en") if found else None


def _why_not_sent(title: TitleText) -> str:
    if title.title_type == "TranslatedTitle" and not language_code(title.lang or ""):
        return "ORCID takes a translated title only with its language"
    return "ORCID has one title, one subtitle and one translation"


def language(record: DoiRecord, dropped: list[DroppedValue]) -> str | None:
    """Return the language of the work; when the record does not name it, that of its title."""
    stated = (record.language or "").strip()
    code = language_code(stated) if stated else None
    if stated and code is None:
        note(dropped, "language", stated, "ORCID has no code for it")
    if code is None:
        first = next((title.lang for title in record.titles or () if title.lang and not title.title_type), "")
        code = language_code(first) if first else None
    return code


def journal_title(record: DoiRecord, own_title: str) -> Value | None:
    """Return the journal, series or book in which the work appeared; without one, the publisher."""
    candidates = [record.container.title if record.container else None]
    for relation in ("IsPublishedIn", "IsPartOf"):
        candidates += [
            item.titles[0].title
            for item in record.related_items or ()
            if item.relation_type == relation and item.titles
        ]
    candidates.append(record.publisher_name)
    for candidate in candidates:
        name = clean(candidate)
        if not is_filler(name) and name != own_title:
            return Value(cut(name, TITLE_LENGTH))
    return None


def description(record: DoiRecord, dropped: list[DroppedValue]) -> str | None:
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
            continue
        if chosen is None:
            chosen = _fit(text, DESCRIPTION_LENGTH, "descriptions", dropped)
        else:
            note(dropped, "descriptions", text, "ORCID has one description")
    for one in record.descriptions:
        if one.description and (one.description_type or "") not in _KNOWN_KINDS:
            note(dropped, "descriptions", one.description, "a kind of description that we do not know")
    return chosen


def _readable(raw: str) -> str:
    text = clean(raw[:_MAX_READ_LENGTH])
    if len(raw) > _MAX_READ_LENGTH and len(text) < DESCRIPTION_LENGTH:
        text = clean(raw)
    return text


def _fit(text: str, length: int, field: str, dropped: list[DroppedValue]) -> str:
    shorter = cut(text, length)
    if shorter is not text:
        rest = length_at_orcid(text) - length
        note(
            dropped, field, text[len(shorter) - 1 :], f"ORCID takes {length} characters; {rest} are too many"
        )
    return shorter
