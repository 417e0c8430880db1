"""Write searches in the query language of DataCite's search."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from profiles.domain.ids import orcid_uri

_SPECIAL: Final = re.compile(r'([+\-=&|><!(){}\[\]^"~*?:\\/])')
_WORDS: Final = re.compile(r'"([^"]+)"|([^\s"]+)')
_OPERATORS: Final = frozenset({"AND", "OR", "NOT", "TO"})
_PEOPLE: Final = ("creators", "contributors")
MAX_NAMES: Final = 12


def naming_query(orcid_id: str) -> str:
    """Return a query for works that name an iD, as creator or contributor, in the forms DataCite stores."""
    forms = " OR ".join(f'"{form}"' for form in (orcid_uri(orcid_id), orcid_id))
    return " OR ".join(f"{role}.nameIdentifiers.nameIdentifier:({forms})" for role in _PEOPLE)


def name_query(names: Iterable[str], *, without: str = "") -> str:
    """Return a query for works by people of these names, in both orders.

    ``without`` excludes works that name this iD. Names are a poor key, so works found by them are only
    possible matches. The query is empty when no name is usable.
    """
    forms = list(dict.fromkeys(form for name in names for form in _orders(name)))[:MAX_NAMES]
    if not forms:
        return ""
    phrases = " OR ".join(f'"{_in_quotes(form)}"' for form in forms)
    found = " OR ".join(f"{role}.name:({phrases})" for role in _PEOPLE)
    return f"({found}) AND NOT ({naming_query(without)})" if without else found


def words_query(text: str) -> str:
    """Return a query for words anywhere, quoted text as a phrase. Any input is accepted."""
    parts = [
        f'"{_in_quotes(phrase)}"' if phrase else _escaped(word) for phrase, word in _WORDS.findall(text[:500])
    ]
    return " ".join(part for part in parts if part)


def dois_query(dois: Sequence[str]) -> str:
    """Return a query for these DOIs, to find also those of other agencies."""
    return "doi:(" + " OR ".join(f'"{_in_quotes(doi)}"' for doi in dois) + ")"


def _orders(name: str) -> list[str]:
    """Return a name as metadata may have it: family name first, and given names first."""
    family, comma, given = (part.strip() for part in name.partition(","))
    if comma and family and given:
        return [f"{family}, {given}", f"{given} {family}"]
    words = name.split()
    # One word alone would find far too many people.
    return [f"{words[-1]}, {' '.join(words[:-1])}", " ".join(words)] if len(words) > 1 else []


def _in_quotes(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _escaped(word: str) -> str:
    if word in _OPERATORS:
        return word.lower()
    # OpenSearch does not treat punctuation alone as a word.
    return _SPECIAL.sub(r"\\\1", word) if any(character.isalnum() for character in word) else ""
