"""Map funding references: the grants, by their numbers or addresses; a funder is no grant."""

import re
from collections.abc import Iterator
from typing import Final

from profiles.domain.ids import doi_for_orcid, doi_url
from profiles.domain.mapping.findings import Note, note
from profiles.domain.mapping.identifier_forms import identifier, read_doi_in_metadata, web_address
from profiles.domain.mapping.orcid_work import ExternalId, Value
from profiles.domain.records.doi_record import FundingReference
from profiles.domain.records.fillers import is_filler
from profiles.domain.records.texts import clean

FUNDED_BY: Final = "funded-by"
_MAX_NUMBER_LENGTH: Final = 100
_MAX_READ_LENGTH: Final = 2000
_MAX_GRANTS: Final = 50
_FUNDER: Final = re.compile(
    r"(?:doi:\s*)?(?:https?://)?(?:(?:dx\.)?doi\.org/)?10\.13039/\S+"
    r"|(?:https?://)?(?:www\.)?(?:ror\.org|isni\.org|grid\.ac|wikidata\.org)/\S*|grid\.\d+\.\w+|ror:?\s*0\w{6}\d\d"
    r"|isni:?\s*(?:\d{4}\s?){3}\d{3}[\dX]|501100\d{6}|(?:crossref )?funder (?:registry |doi )?id\b.*",
    re.IGNORECASE,
)
"""Identifiers of funders: the Open Funder Registry, ROR, ISNI, GRID."""
_FUNDER_BESIDE: Final = re.compile(
    r"\(\s*(?:https?://)?(?:(?:dx\.)?doi\.org/)?10\.13039/[^\s()]+\s*\)", re.IGNORECASE
)
_LABEL: Final = re.compile(
    r"(?:(?:grant-in-aid(?: for [\w ]+?(?= \S*\d))?|the|this"
    r"|under|funded|supported|by|grants?|agreements?|awards?|contracts?|projects?|numbers?|no|nr|num|nos|n[°ºo]|id|ids|ref"
    r"|грант\w*|проект\w*"
    r"|references?|code|ga|number|programme|funding|research|identifier|application|scheme|projekte?|projektnummer|nummer|f[öo]rderkennzeichen"
    r"|fkz|kennzeichen|num[ée]ro|n[úu]mero|convention|contrat|projet|proyecto|subvenci[óo]n|projeto|processo|processo|progetto|bando|vertrag|dossier)"
    r"\b[.:°º#]*|[#°:№])[\s:]*",
    re.IGNORECASE,
)
_SEPARATORS: Final = re.compile(
    r"\s*[;|\n、，；]\s*|\s*,\s+(?:and\s+|und\s+|et\s+)?|\s+(?:and|und|et|y|&|/|\+)\s+(?:and\s+)?",
    re.IGNORECASE,
)
_TIGHT: Final = re.compile(r"\s*[;|,\n、，；]\s*")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_YEAR: Final = re.compile(r"19\d\d|20[0-3]\d")
_OPENAIRE: Final = re.compile(r"info:eu-repo/grantAgreement/[^/]+/[^/]*/([^/]+)", re.IGNORECASE)
"""OpenAIRE's form: funder, programme, number, and more."""
_HINT: Final = re.compile(
    r"\b(?:see|cf|siehe|voir|acknowledg\w*|various|multiple|several|different|many|article|paper|publication|table|section|appendix"
    r"|abstract|text|below|above|details?|website|self[ -]funded|unfunded|not|pending|unknown|years?)\b",
    re.IGNORECASE,
)
"""Words of a sentence about the funding."""
_LABELLED: Final = re.compile(
    r"(?:\b(?:no|nr|number|num|nummer|contract|grant|award|agreement)\b[.:]*|n[°º]|#)[\s:]*([\w./-]*\d[\w./-]*)$",
    re.IGNORECASE,
)
_IN_BRACKETS: Final = re.compile(r"\s\([^()]*\)$")
_MIN_NUMBER: Final = 3
_MIN_CODE: Final = 5


def grants(award: FundingReference, field: str, dropped: list[Note]) -> Iterator[ExternalId]:
    """Yield the grants: by their numbers, or else by DOI or address."""
    if _names_funder_only(award):
        note(dropped, field, award.funder_name or award.award_uri or "", "names a funder and no grant")
        return
    uri = clean(award.award_uri)
    if uri and _FUNDER.fullmatch(uri):
        note(dropped, field, uri, "names the funder, not a grant")
        uri = ""
    found = list(
        _numbered(clean(award.award_number and award.award_number[:_MAX_READ_LENGTH]), field, dropped)
    )
    if not found and uri and _OPENAIRE.match(uri):
        found = list(_numbered(uri, field, dropped))
    if not found and uri:
        doi = read_doi_in_metadata(uri)
        one = identifier("doi" if doi else "uri", uri, FUNDED_BY)
        if one and one.external_id_type in {"doi", "uri"}:
            yield one
        else:
            note(dropped, field, uri, "not an address of a grant")
        return
    if (
        uri
        and (openaire := _OPENAIRE.match(uri))
        and any(openaire[1] == one.external_id_value for one in found)
    ):
        uri = ""
    address = web_address(uri) if len(found) == 1 else None
    for one in found:
        if one.external_id_type == "grant_number" and address:
            yield ExternalId(one.external_id_type, one.external_id_value, FUNDED_BY, Value(address))
        else:
            yield one
    if uri and not address and found:
        note(dropped, field, uri, "an address for several grants" if len(found) > 1 else "not an address")


def _names_funder_only(award: FundingReference) -> bool:
    """Tell whether there is no number and no address, or both are the funder's own in the ROR registry."""
    if not award.award_number:
        return not award.award_uri
    uri = clean(award.award_uri)
    return bool(_FUNDER.fullmatch(uri)) and uri.lower().endswith("/" + clean(award.award_number).lower())


def _numbered(text: str, field: str, dropped: list[Note]) -> Iterator[ExternalId]:
    """Yield the grants that a number field names: one, several, or none when it holds words."""
    if "10.13039" in text and (beside := _FUNDER_BESIDE.search(text)):
        note(dropped, field, beside[0], "names the funder, not a grant")
        text = _FUNDER_BESIDE.sub("", text)
    for number in _parts(text)[:_MAX_GRANTS]:
        doi = read_doi_in_metadata(number) if "10." in number else None
        if _FUNDER.fullmatch(number):
            note(dropped, field, number, "names the funder, not a grant")
        elif doi:
            yield ExternalId("doi", doi_for_orcid(doi), FUNDED_BY, Value(doi_url(doi)))
        elif number.lower().startswith("http"):
            yield from filter(None, [identifier("uri", number, FUNDED_BY)])
        elif is_filler(number) or not (code := _code_in(number)):
            note(dropped, field, number, "not a grant number")
        else:
            if code != number:
                note(dropped, field, number, "only the number in it is sent")
            yield ExternalId("grant_number", code, FUNDED_BY)


def _parts(text: str) -> list[str]:
    """Return the numbers that a text names, without the words before them."""
    if openaire := _OPENAIRE.match(text):
        return [openaire[1]]
    whole = _without_label(text)
    for separators in (_TIGHT, _SEPARATORS):
        parts = [_without_label(part) for part in separators.split(whole) if part.strip()]
        if len(parts) > 1 and all(_may_be_alone(part) for part in parts):
            return parts
    codes = whole.split()
    if (
        len(codes) > 1
        and len({_shape(code) for code in codes}) == 1
        and _may_be_alone(codes[0])
        and len(codes[0]) >= _MIN_CODE
    ):
        return codes
    if ";" in whole:
        return [bare for part in whole.split(";") if (bare := _without_label(part))]
    return [whole] if whole else []


def _without_label(text: str) -> str:
    """Remove the words before a number: "Grant agreement No 654321" is 654321."""
    bare = text.strip(" .,;:")
    while (
        (found := _LABEL.match(bare))
        and len(bare) > found.end()
        and any(map(str.isdigit, bare[found.end() :]))
    ):
        bare = bare[found.end() :].strip(" .,;:")
    if bare[:1] == "(" and bare[-1:] == ")":
        bare = bare[1:-1]
    return bare


def _may_be_alone(part: str) -> bool:
    return _FUNDER.fullmatch(part) is not None or (
        len(part) >= _MIN_NUMBER and any(map(str.isdigit, part)) and _code_in(part) is not None
    )


def _code_in(number: str) -> str | None:
    """Return the grant number in a text: all of it, or the one code among words; None when there is none."""
    if not number.strip("0xX") or _HINT.search(number) or len(number) > _MAX_NUMBER_LENGTH:
        return None
    if not any(map(str.isdigit, number)):
        return number if number.isupper() and " " not in number else None
    labelled = _LABELLED.search(number)
    if labelled:
        return labelled[1]
    tokens = _IN_BRACKETS.sub("", number).split()
    words = [word for word in tokens if _WORD.fullmatch(word.strip(".,:")) and not word.isupper()]
    if not words:
        return " ".join(tokens)
    codes = [
        code for code in tokens if any(map(str.isdigit, code)) and not _YEAR.fullmatch(code.strip(".,:"))
    ]
    is_code = len(codes) == 1 and len(codes[0]) >= _MIN_CODE
    return codes[0].strip(".,:;()") if is_code else None


def _shape(code: str) -> str:
    return "".join("9" if c.isdigit() else "a" if c.isalpha() else c for c in code)
