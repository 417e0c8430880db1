"""The search language of the API, as far as its consumers use it: Lucene's, with AND between bare words.

``field:word``, ``field:"a phrase"``, ``field:(a OR b)``, ``field:[from TO to]``, wildcards, ``AND``, ``OR``,
``NOT``, ``+``, ``-`` and parentheses. A slash needs no escape, as the API escapes it itself.
"""

import re
from dataclasses import dataclass
from typing import Final, NoReturn

_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<range>[\[{]\s*(?P<low>"[^"]*"|[^\s\]}]+)\s+TO\s+(?P<high>"[^"]*"|[^\s\]}]+)\s*[\]}])
    | "(?P<phrase>(?:\\.|[^"\\])*)"
    | (?P<paren>[()])
    | (?P<sign>[+\-!](?=\S))
    | (?P<bool>&&|\|\||(?:AND|OR|NOT)(?![\w]))
    | (?P<field>(?:\\.|[\w.@*\-])+):(?=\S)
    | (?P<word>(?:\\.|[^\s()\[\]{}":\\^~])+)
    )(?:[~^][\d.]*)?""",
    re.VERBOSE,
)
_ESCAPED: Final = re.compile(r"\\(.)")
_MEANING: Final = {"&&": "AND", "||": "OR", "AND": "AND", "OR": "OR", "NOT": "NOT"}


class BadQueryError(ValueError):
    """Raised when the query cannot be parsed; the API answers 400."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase, in a field or (None) anywhere."""

    field: str | None
    text: str
    is_phrase: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """Values in a range."""

    field: str
    low: str
    high: str
    with_low: bool
    with_high: bool


@dataclass(frozen=True, slots=True)
class Every:
    """All of these."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of these."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """None of this."""

    part: "Node"


Node = Term | Range | Every | Some | Not
_Token = tuple[str, re.Match[str]]


def parse(text: str) -> Node:
    """Read a query.

    Raises:
        BadQueryError: something does not fit together.
    """
    parser = _Parser(_tokens(text), text)
    node = parser.alternatives(field=None)
    parser.end()
    return node


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if not found:
            raise BadQueryError(f"Failed to parse query [{text}]")
        tokens.append((found.lastgroup or "", found))
        at = found.end()
    return tokens


class _Parser:
    """Parses a query from left to right."""

    def __init__(self, tokens: list[_Token], text: str) -> None:
        self._tokens = tokens
        self._text = text
        self._at = 0

    def end(self) -> None:
        if self._at < len(self._tokens):
            self._fail()

    def alternatives(self, field: str | None) -> Node:
        parts = [self._together(field)]
        while self._is_bool("OR"):
            self._at += 1
            parts.append(self._together(field))
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _together(self, field: str | None) -> Node:
        parts = [self._single(field)]
        while not self._is_over() and not self._is_bool("OR"):
            if self._is_bool("AND"):
                self._at += 1
            parts.append(self._single(field))
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _single(self, field: str | None) -> Node:
        kind, found = self._taken()
        if kind == "sign" and found["sign"] == "+":
            return self._single(field)
        if kind == "sign" or (kind == "bool" and _MEANING[found["bool"]] == "NOT"):
            return Not(self._single(field))
        if kind == "field":
            if self._at < len(self._tokens) and self._tokens[self._at][0] == "field":
                self._fail()
            return self._single(_unescaped(found["field"]))
        if kind == "paren" and found["paren"] == "(":
            inner = self.alternatives(field)
            self._close()
            return inner
        return self._value(kind, found, field)

    def _value(self, kind: str, found: re.Match[str], field: str | None) -> Node:
        if kind == "phrase":
            return Term(field, _unescaped(found["phrase"]), is_phrase=True)
        if kind == "word":
            return Term(field, found["word"])
        if kind != "range" or field is None:
            self._fail()
        low, high, whole = found["low"].strip('"'), found["high"].strip('"'), found["range"]
        return Range(field, low, high, with_low=whole[0] == "[", with_high=whole[-1] == "]")

    def _taken(self) -> _Token:
        if self._at >= len(self._tokens):
            self._fail()
        self._at += 1
        return self._tokens[self._at - 1]

    def _close(self) -> None:
        if self._at >= len(self._tokens) or not self._is_paren(")"):
            self._fail()
        self._at += 1

    def _is_over(self) -> bool:
        return self._at >= len(self._tokens) or self._is_paren(")")

    def _is_paren(self, sign: str) -> bool:
        kind, found = self._tokens[self._at]
        return kind == "paren" and found["paren"] == sign

    def _is_bool(self, meaning: str) -> bool:
        if self._at >= len(self._tokens):
            return False
        kind, found = self._tokens[self._at]
        return kind == "bool" and _MEANING[found["bool"]] == meaning

    def _fail(self) -> NoReturn:
        raise BadQueryError(f"Failed to parse query [{self._text}]")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
