"""ORCID's official schemas, loaded from where they lie."""

from functools import cache

from lxml import etree

from tests.support.shared import shared


@cache
def _schema(path: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(path))


def official(name: str) -> etree.XMLSchema:
    """Load one schema, or skip the test when the schemas are not here."""
    return _schema(str(shared(f"orcid-xsd/{name}")))


def refusal(schema: etree.XMLSchema, document: bytes) -> str | None:
    """Say what a schema has against a document, or None when it is content."""
    try:
        root = etree.fromstring(document)
    except etree.XMLSyntaxError as error:
        return f"not well-formed: {error}"
    return None if schema.validate(root) else str(schema.error_log.last_error)
