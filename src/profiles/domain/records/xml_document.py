"""Read the XML that DataCite gives beside the JSON of a single DOI: the record as deposited, as base64.

The JSON is made from it, and can lack what it has: titles and creators (datacite/datacite#2247), alternate
identifiers (#1526), dates that are no EDTF (#2518).
"""

import base64
import binascii
from typing import Any, Final
from xml.etree import ElementTree as ET

MAX_BYTES: Final = 20_000_000
_FORBIDDEN: Final = (b"<!DOCTYPE", b"<!ENTITY")
"""DataCite's XML has neither; an XML document with them can be made to expand without limit."""
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"


def xml_root(xml: Any) -> ET.Element | None:
    """Return the root of a record's XML; None if there is none that can be read."""
    if not isinstance(xml, str) or len(xml) > MAX_BYTES:
        return None
    try:
        content = base64.b64decode(xml, validate=False)
        if any(word in content for word in _FORBIDDEN):
            return None
        return ET.fromstring(content)  # noqa: S314  entities were refused above
    except (ET.ParseError, binascii.Error, ValueError, LookupError):
        return None


def attributes_of_xml(xml: str) -> dict[str, Any]:
    """Return titles, people, dates and alternate identifiers in the form of the JSON; empty if unreadable."""
    root = xml_root(xml)
    if root is None:
        return {}
    return {
        "titles": [
            {"title": one.text, "titleType": one.get("titleType"), "lang": one.get(_LANGUAGE)}
            for one in root.findall("{*}titles/{*}title")
        ],
        "creators": _people(root, "creator"),
        "contributors": _people(root, "contributor"),
        "dates": [
            {"date": one.text, "dateType": one.get("dateType")} for one in root.findall("{*}dates/{*}date")
        ],
        "alternateIdentifiers": [
            {
                "alternateIdentifier": one.text,
                "alternateIdentifierType": one.get("alternateIdentifierType"),
            }
            for one in root.findall("{*}alternateIdentifiers/{*}alternateIdentifier")
        ],
    }


def _people(root: ET.Element, kind: str) -> list[dict[str, Any]]:
    return [_person(one, kind) for one in root.findall(f"{{*}}{kind}s/{{*}}{kind}")]


def _person(one: ET.Element, kind: str) -> dict[str, Any]:
    name = one.find(f"{{*}}{kind}Name")
    return {
        "name": None if name is None else name.text,
        "nameType": None if name is None else name.get("nameType"),
        "givenName": one.findtext("{*}givenName"),
        "familyName": one.findtext("{*}familyName"),
        "contributorType": one.get("contributorType"),
        "nameIdentifiers": [
            {
                "nameIdentifier": id_.text,
                "nameIdentifierScheme": id_.get("nameIdentifierScheme"),
                "schemeUri": id_.get("schemeURI"),
            }
            for id_ in one.findall("{*}nameIdentifier")
        ],
        "affiliation": [place.text for place in one.findall("{*}affiliation")],
    }
