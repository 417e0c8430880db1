"""Write a work that is given as JSON as the XML of ORCID's schema, in the schema's order."""

from typing import Any

from lxml import etree

_COMMON = "{http://www.orcid.org/ns/common}"
_WORK = "{http://www.orcid.org/ns/work}"


def as_xml(work: dict[str, Any]) -> bytes:
    """Return the document; what JSON keeps and the schema does not know raises."""
    left = dict(work)
    root = etree.Element(f"{_WORK}work")
    _title(root, left.pop("title"))
    _value(root, f"{_WORK}journal-title", left.pop("journal-title", None))
    _text(root, f"{_WORK}short-description", left.pop("short-description", None))
    citation = left.pop("citation", None)
    if citation:
        element = etree.SubElement(root, f"{_WORK}citation")
        for name in ("citation-type", "citation-value"):
            _text(element, f"{_WORK}{name}", citation[name])
    _text(root, f"{_WORK}type", left.pop("type"))
    date = left.pop("publication-date", None)
    if date:
        element = etree.SubElement(root, f"{_COMMON}publication-date")
        for name in ("year", "month", "day"):
            _value(element, f"{_COMMON}{name}", date.get(name))
    _identifiers(root, left.pop("external-ids"))
    _value(root, f"{_COMMON}url", left.pop("url", None))
    _contributors(root, left.pop("contributors", None))
    _text(root, f"{_COMMON}language-code", left.pop("language-code", None))
    assert left == {}
    return etree.tostring(root)


def _title(root: Any, title: dict[str, Any]) -> None:
    element = etree.SubElement(root, f"{_WORK}title")
    _value(element, f"{_COMMON}title", title["title"])
    _value(element, f"{_COMMON}subtitle", title.get("subtitle"))
    translated = title.get("translated-title")
    if translated:
        _value(element, f"{_COMMON}translated-title", translated)
        element[-1].set("language-code", translated["language-code"])


def _identifiers(root: Any, ids: dict[str, Any]) -> None:
    element = etree.SubElement(root, f"{_COMMON}external-ids")
    for one in ids["external-id"]:
        inner = etree.SubElement(element, f"{_COMMON}external-id")
        _text(inner, f"{_COMMON}external-id-type", one["external-id-type"])
        _text(inner, f"{_COMMON}external-id-value", one["external-id-value"])
        _value(inner, f"{_COMMON}external-id-url", one.get("external-id-url"))
        _text(inner, f"{_COMMON}external-id-relationship", one["external-id-relationship"])


def _contributors(root: Any, people: dict[str, Any] | None) -> None:
    if people is None:
        return
    element = etree.SubElement(root, f"{_WORK}contributors")
    for one in people["contributor"]:
        inner = etree.SubElement(element, f"{_WORK}contributor")
        orcid = one.get("contributor-orcid")
        if orcid:
            named = etree.SubElement(inner, f"{_COMMON}contributor-orcid")
            for name in ("uri", "path", "host"):
                _text(named, f"{_COMMON}{name}", orcid[name])
        _value(inner, f"{_WORK}credit-name", one["credit-name"])
        attributes = etree.SubElement(inner, f"{_WORK}contributor-attributes")
        for name in ("contributor-sequence", "contributor-role"):
            _text(attributes, f"{_WORK}{name}", one["contributor-attributes"].get(name))


def _value(parent: Any, name: str, wrapped: dict[str, str] | None) -> None:
    _text(parent, name, wrapped["value"] if wrapped else None)


def _text(parent: Any, name: str, text: str | None) -> None:
    if text is not None:
        etree.SubElement(parent, name).text = text
