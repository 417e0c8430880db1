"""The formats of reference managers: BibTeX, and those with a tag on each line."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from profiles.domain.doi_lists.lines import Entry, lines
from profiles.domain.dois.endings import BREAK

_MAX_VALUE: Final = 5000
"""As much of a field is read; no title or DOI is longer."""


def bibliography(text: str) -> Iterator[Entry] | None:
    """Read a bibliography; None when the text is in none of these formats."""
    if "@" in text and _BIBTEX.search(text):
        return _bibtex(text)
    return next((_tagged(text, form) for form in _FORMATS if form.start.search(text)), None)


# ---- BibTeX ------------------------------------------------------------------------------------------------
_BIBTEX: Final = re.compile(
    r"(?:^|(?<=\}))[ \t]{0,20}@[ \t]{0,3}(?P<type>[A-Za-z]{1,40})[ \t]{0,3}[{(]", re.MULTILINE
)
_NO_WORK: Final = frozenset({"comment", "string", "preamble"})
_NAMED: Final = re.compile(r"\s*([\w:-]{1,60})\s*=\s*")
_WORD: Final = re.compile(r"[^,}\s#]*")


def _bibtex(text: str) -> Iterator[Entry]:
    """Split at each line that begins an entry, whether the one before it was closed or not."""
    starts = list(_BIBTEX.finditer(text))
    yield from lines(text[: starts[0].start()], only_with_dois=True)
    ends = [start.start() for start in starts[1:]] + [len(text)]
    names: dict[str, str] = {}
    for start, end in zip(starts, ends, strict=True):
        body = text[start.end() : end]
        if start["type"].lower() == "string" and (named := _NAMED.match(body)) is not None:
            names[named.group(1).lower()] = _value(body, named.end(), names)
        if start["type"].lower() in _NO_WORK:
            continue
        key = re.match(r"[^,\s={}]*", body)
        title = _field(body, "title", names)
        label = re.sub(r"[{}\s]+", " ", title).strip() or (key.group() if key else "") or start.group()
        fields = (_field(body, name, names) for name in ("doi", "url", "eprint", "howpublished", "note"))
        yield Entry(label, (*(field for field in fields if field), body))


_FIELDS: Final = {
    name: re.compile(rf"(?<![\w-]){name}\s{{0,20}}=\s{{0,20}}", re.IGNORECASE)
    for name in ("title", "doi", "url", "eprint", "howpublished", "note")
}


def _field(body: str, name: str, names: dict[str, str]) -> str:
    """Return a field's value up to the end of its braces, quotes or word; empty when there is none."""
    found = _FIELDS[name].search(body)
    if found is None:
        return ""
    value = _value(body, found.end(), names)
    if name == "eprint" and value and not value.lower().startswith("arxiv"):
        return f"arXiv:{value}" if re.search(r"arxiv", body, re.IGNORECASE) else ""
    # A value may go over several lines.
    return re.sub(r"\s*\n\s*", BREAK if name in {"doi", "url"} else " ", value)


def _value(body: str, place: int, names: dict[str, str]) -> str:
    """Return a value with its parts put together: ``"10.5072/" # name # {ice}``."""
    parts: list[str] = []
    rest = body[place : place + _MAX_VALUE]
    while rest:
        raw, value = _part(rest)
        parts.append(names.get(value.lower(), value) if raw == value else value)
        rest = rest[len(raw) :].lstrip()
        if not rest.startswith("#") or not raw:
            break
        rest = rest[1:].lstrip()
    return "".join(parts).strip()


def _part(rest: str) -> tuple[str, str]:
    """Return the first part of a value as it is written, and without its braces or quotes."""
    if rest[:1] == "{":
        raw = _braced(rest)
        return raw, raw[1:-1] if raw.endswith("}") else raw[1:]
    if rest[:1] == '"' and (end := rest.find('"', 1)) > 0:
        return rest[: end + 1], rest[1:end]
    word = _WORD.match(rest)
    raw = word.group() if word else ""
    return raw, raw.strip('"')


def _braced(text: str) -> str:
    """Return the text in balanced braces, or the first line when they never close."""
    depth = 0
    for found in re.finditer(r"[{}]", text):
        depth += 1 if found.group() == "{" else -1
        if depth == 0:
            return text[: found.end()]
    return text.partition("\n")[0]


# ---- formats with tags -------------------------------------------------------------------------------------
class _Format(NamedTuple):
    start: re.Pattern[str]
    line: re.Pattern[str]
    dois: tuple[str, ...]
    titles: tuple[str, ...]


def _format(start: str, line: str, dois: str, titles: str) -> _Format:
    return _Format(
        re.compile(start, re.MULTILINE), re.compile(line), tuple(dois.split()), tuple(titles.split())
    )


_FORMATS: Final = (
    # RIS
    _format(
        r"^[ \t]{0,20}TY[ \t]{0,3}-",
        r"[ \t]{0,20}(?P<tag>[A-Z][A-Z0-9])[ \t]{0,3}-[ \t]?(?P<value>.*)$",
        "DO DI UR L1 L2 L3 LK M3 N1 ID AN",
        "TI T1 CT BT",
    ),
    # Web of Science
    _format(r"^PT [A-Z][ \t]{0,3}$", r"(?P<tag>[A-Z][A-Z0-9]) (?P<value>.*)$", "DI D2 DL UR", "TI"),
    # PubMed
    _format(
        r"^PMID- ?\d", r"(?P<tag>[A-Z]{2,4}) {0,3}- ?(?P<value>.*)$", "LID AID DOI SO", "TI",
    ),
    # EndNote, as refer writes it
    _format(r"^%0 ", r"%(?P<tag>\S) (?P<value>.*)$", "R U > Z", "T"),
)  # fmt: skip


def _tagged(text: str, form: _Format) -> Iterator[Entry]:
    starts = [found.start() for found in form.start.finditer(text)]
    yield from lines(text[: starts[0]], only_with_dois=True)
    for begin, end in zip(starts, [*starts[1:], len(text)], strict=True):
        fields: dict[str, list[str]] = {}
        values: list[str] = []
        for line in text[begin:end].split("\n"):
            found = form.line.match(line)
            if found is not None:
                values = fields.setdefault(found["tag"], [])
                values.append(found["value"].strip())
            elif values and len(values[-1]) < _MAX_VALUE and line.strip():
                # The value goes on in the next line.
                values[-1] += BREAK + line.strip()
        titles = [value.replace(BREAK, " ") for tag in form.titles for value in fields.get(tag, []) if value]
        places = [value for tag in form.dois for value in fields.get(tag, []) if value]
        yield Entry(titles[0] if titles else text[begin:end].strip()[:60], tuple(places or [""]))
