"""XML in and out.

Reading goes straight from expat events to a small tree that remembers where each element began, because
ORCID tells line and column. A document type or an entity of its own is refused before it can do harm.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from sandbox.orcid.records.grammar import (
    PREFIXES,
    SCHEMA_INSTANCE,
    Attribute,
    Document,
    Elements,
    SchemaError,
    Text,
    UnexpectedElementError,
)

_BLANK: Final = " \t\r\n"
_MAX_DEPTH: Final = 40
_NOT_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class Node:
    """A parsed element."""

    space: str
    name: str
    attributes: dict[str, str]
    line: int
    column: int
    children: list["Node"] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text of this element itself."""
        return "".join(self.pieces)

    @property
    def label(self) -> str:
        """The name with its usual prefix, for messages."""
        prefix = PREFIXES.get(self.space)
        return f"{prefix}:{self.name}" if prefix else self.name


class _TreeBuilder:
    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._parser = expat.ParserCreate(namespace_separator="\n")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, body: bytes) -> Node:
        try:
            self._parser.Parse(body, True)
        except expat.ExpatError as error:
            place = f"lineNumber: {error.lineno}; columnNumber: {error.offset + 1}"
            raise SchemaError(f"{place}; {expat.ErrorString(error.code)}") from error
        if self.root is None:
            raise SchemaError("Premature end of file.")
        return self.root

    def _start(self, qualified: str, attributes: dict[str, str]) -> None:
        space, _, name = qualified.rpartition("\n")
        node = Node(
            space, name, attributes, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1
        )
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        if len(self._open) >= _MAX_DEPTH:
            raise SchemaError("The document is nested too deeply.")
        self._open.append(node)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        if self._open:
            self._open[-1].pieces.append(text)

    def _doctype(self, *_arguments: object) -> None:
        raise SchemaError("DOCTYPE is disallowed.")


def parse(body: bytes, *, root: tuple[str, str] | None = None) -> Node:
    """Read a body into a tree, whose root must be this element if one is given.

    Raises:
        SchemaError: it is not well-formed, declares a document type, or has another root.
    """
    tree = _TreeBuilder().feed(body)
    if root is not None and (tree.space, tree.name) != root:
        raise _at(tree, f"cvc-elt.1.a: Cannot find the declaration of element '{tree.label}'.")
    return tree


def read(body: bytes, *, space: str, name: str, kind: Elements) -> Document:
    """Read a document and check it against the schema.

    Raises:
        SchemaError: it is not well-formed or breaks the schema.
        UnexpectedElementError: markup stands inside a text.
    """
    return conform(parse(body, root=(space, name)), kind)


def conform(root: Node, kind: Elements) -> Document:
    """Check a tree against the schema and convert it to a document.

    Raises:
        SchemaError: it breaks the schema.
        UnexpectedElementError: markup stands inside a text.
    """
    return from_node(root, kind, strict=True)


def from_node(node: Node, kind: Elements, *, strict: bool) -> Document:
    """Convert a tree to a document; when not strict, take known elements without schema checks."""
    content = _attributes(node, kind.attributes, strict=strict)
    if strict and node.text.strip(_BLANK):
        raise _at(node, f"cvc-complex-type.2.3: Element '{node.label}' cannot have character children.")
    place = 0
    for child in node.children:
        found = kind.part(child.space, child.name)
        if found is None:
            if strict:
                raise _unexpected(child)
            continue
        part = kind.parts[found]
        if strict and (found < place or (part.name in content and not part.many)):
            raise _unexpected(child)
        place = found
        value = (
            _text(child, part.kind, strict=strict)
            if isinstance(part.kind, Text)
            else from_node(child, part.kind, strict=strict)
        )
        if part.many:
            content.setdefault(part.name, []).append(value)
        else:
            content[part.name] = value
    if strict:
        _check_complete(node, kind, content)
    return content


def _check_complete(node: Node, kind: Elements, content: Document) -> None:
    for part in kind.parts:
        if part.required and part.name not in content:
            expected = f"{PREFIXES[part.space]}:{part.name}"
            raise _at(
                node,
                f"cvc-complex-type.2.4.b: The content of element '{node.label}' is not complete. "
                f"One of '{{{expected}}}' is expected.",
            )
    if kind.as_a_whole:
        wrong = kind.as_a_whole(content)
        if wrong:
            raise _at(node, wrong)


def _unexpected(node: Node) -> SchemaError:
    return _at(
        node, f"cvc-complex-type.2.4.a: Invalid content was found starting with element '{node.label}'."
    )


def _at(node: Node, message: str) -> SchemaError:
    return SchemaError(f"lineNumber: {node.line}; columnNumber: {node.column}; {message}")


def _attributes(node: Node, known: tuple[Attribute, ...], *, strict: bool) -> Document:
    content: Document = {}
    for name, value in node.attributes.items():
        if name.startswith(f"{SCHEMA_INSTANCE}\n"):
            continue
        attribute = next((each for each in known if each.name == name), None)
        if attribute is None:
            if strict:
                raise _at(
                    node,
                    f"cvc-complex-type.3.2.2: Attribute '{name}' is not allowed to appear in element "
                    f"'{node.label}'.",
                )
            continue
        wrong = attribute.check(value)
        if wrong and (strict or attribute.whole_number):
            raise _at(node, wrong)
        content[name] = int(value) if attribute.whole_number else value
    for attribute in known:
        if strict and attribute.required and attribute.name not in content:
            raise _at(
                node,
                f"cvc-complex-type.4: Attribute '{attribute.name}' must appear on element '{node.label}'.",
            )
    return content


def _text(node: Node, kind: Text, *, strict: bool) -> Any:
    if node.children:
        inner = node.children[0]
        raise UnexpectedElementError(
            f'unexpected element (uri:"{inner.space}", local:"{inner.name}") in {node.label}',
        )
    value: Any = node.text
    if strict:
        wrong = kind.check(value)
        if wrong:
            raise _at(node, wrong)
    if kind.vocabulary is not None and value not in kind.vocabulary:
        value = None
    elif kind.moment:
        value = _epoch_milliseconds(value)
    elif kind.whole_number:
        value = int(value)
    if not kind.wrapped:
        return value
    return {"value": value, **_attributes(node, kind.attributes, strict=strict)}


def _epoch_milliseconds(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text.strip(_BLANK))
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp() * 1000)


def write(content: Document, *, space: str, name: str, kind: Elements) -> bytes:
    """Write a document as ORCID does: declaration, indent of four, each namespace declared once."""
    return document(_element(content, space=space, name=name, kind=kind, indent=0, root=True))


def document(root: str) -> bytes:
    """Put the XML declaration before a written root element."""
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{root}\n'.encode()


def element(content: Document, *, space: str, name: str, kind: Elements, indent: int) -> str:
    """Write an element to nest in another."""
    return _element(content, space=space, name=name, kind=kind, indent=indent, root=False)


def namespaces() -> str:
    """Return the declarations of all namespaces for the root."""
    return "".join(f' xmlns:{prefix}="{space}"' for space, prefix in PREFIXES.items())


def _element(content: Document, *, space: str, name: str, kind: Elements, indent: int, root: bool) -> str:
    pad = "    " * indent
    tag = f"{PREFIXES[space]}:{name}"
    opened = f"{pad}<{tag}{_written_attributes(content, kind.attributes)}{namespaces() if root else ''}"
    lines: list[str] = []
    for part in kind.parts:
        present = content.get(part.name)
        if present is None:
            continue
        for value in present if part.many else (present,):
            if isinstance(part.kind, Text):
                lines.extend(_written_text(value, part.space, part.name, part.kind, indent + 1))
            else:
                lines.append(
                    _element(
                        value, space=part.space, name=part.name, kind=part.kind, indent=indent + 1, root=False
                    ),
                )
    if not lines:
        return f"{opened}/>"
    return "\n".join([f"{opened}>", *lines, f"{pad}</{tag}>"])


def _written_text(value: Any, space: str, name: str, kind: Text, indent: int) -> list[str]:
    attributes = ""
    if kind.wrapped:
        attributes = _written_attributes(value, kind.attributes)
        value = value.get("value")
    if value is None:
        return []
    if kind.moment:
        value = datetime.fromtimestamp(value / 1000, UTC).isoformat(timespec="milliseconds")
        value = value.replace("+00:00", "Z")
    tag = f"{PREFIXES[space]}:{name}"
    return [f"{'    ' * indent}<{tag}{attributes}>{_escaped(_as_text(value))}</{tag}>"]


def _written_attributes(content: Document, known: tuple[Attribute, ...]) -> str:
    return "".join(
        f" {each.name}={quoteattr(_NOT_XML.sub('', _as_text(content[each.name])))}"
        for each in known
        if content.get(each.name) is not None
    )


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _escaped(text: str) -> str:
    return escape(_NOT_XML.sub("", text)).replace("\r", "&#13;")
