"""JSON in and out.

Names are mapped first (an unknown key or a wrong shape is ORCID's 9047), then the values are held against the
schema; order has no meaning. On the way out every known key is there, unused ones as null, as ORCID prints.
"""

import json
from typing import Any, Final

import msgspec

from sandbox.orcid.records.grammar import (
    Attribute,
    Document,
    Elements,
    Part,
    SchemaError,
    Text,
    UnknownValueError,
)

_MAX_DEPTH: Final = 40


def parse(body: bytes) -> Any:
    """Decode a body.

    Raises:
        SchemaError: it is not JSON.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SchemaError(f"{error}") from error


def read(body: bytes, kind: Elements) -> Document:
    """Read a document and check it against the schema.

    Raises:
        SchemaError: it cannot be mapped, or breaks the schema.
        UnknownValueError: a value of one of ORCID's own lists is not on it.
    """
    return from_object(parse(body), kind, strict=True)


def from_object(given: Any, kind: Elements, *, strict: bool, where: str = "") -> Document:
    """Map an object to a document; when not strict, lengths and required keys are not checked."""
    if not isinstance(given, dict):
        raise SchemaError(f"Cannot deserialize {_shape(given)} where an object is expected{_in(where)}")
    parts = {part.name: part for part in kind.parts}
    attributes = {attribute.name: attribute for attribute in kind.attributes}
    content: Document = {}
    for key, value in given.items():
        if key in parts:
            if value is not None:
                content[key] = _part(value, parts[key], strict=strict)
        elif key in attributes:
            if value is not None:
                content[key] = _attribute(value, attributes[key], strict=strict)
        else:
            raise SchemaError(f'Unrecognized field "{key}"{_in(where)}')
    if strict:
        _check_complete(kind, content, where)
    return content


def _check_complete(kind: Elements, content: Document, where: str) -> None:
    for part in kind.parts:
        if part.required and (part.name not in content or content[part.name] == []):
            raise SchemaError(
                f"cvc-complex-type.2.4: The content of element '{where or 'document'}' is not complete. "
                f"'{part.name}' is expected.",
            )
    for attribute in kind.attributes:
        if attribute.required and attribute.name not in content:
            raise SchemaError(f"cvc-complex-type.4: Attribute '{attribute.name}' must appear{_in(where)}")
    if kind.as_a_whole:
        wrong = kind.as_a_whole(content)
        if wrong:
            raise SchemaError(wrong)


def _part(value: Any, part: Part, *, strict: bool) -> Any:
    if not part.many:
        return _content(value, part, strict=strict)
    if not isinstance(value, list):
        raise SchemaError(f"Cannot deserialize {_shape(value)} where a list is expected in '{part.name}'")
    return [_content(each, part, strict=strict) for each in value if each is not None]


def _content(value: Any, part: Part, *, strict: bool) -> Any:
    if isinstance(part.kind, Elements):
        return from_object(value, part.kind, strict=strict, where=part.name)
    if not part.kind.wrapped:
        return _text(value, part.kind, part.name, strict=strict)
    if part.kind.bare_too and isinstance(value, str):
        value = {"value": value}
    if not isinstance(value, dict):
        raise SchemaError(f"Cannot deserialize {_shape(value)} where an object is expected in '{part.name}'")
    return _wrapped(value, part.kind, part.name, strict=strict)


def _wrapped(given: dict[str, Any], kind: Text, name: str, *, strict: bool) -> Document:
    attributes = {attribute.name: attribute for attribute in kind.attributes}
    text = given.get("value")
    content: Document = {"value": _text("" if text is None else text, kind, name, strict=strict)}
    for key, value in given.items():
        if key in attributes and value is not None:
            content[key] = _attribute(value, attributes[key], strict=strict)
        elif key != "value" and key not in attributes:
            raise SchemaError(f"Unrecognized field \"{key}\" in '{name}'")
    for attribute in kind.attributes:
        if strict and attribute.required and attribute.name not in content:
            raise SchemaError(f"cvc-complex-type.4: Attribute '{attribute.name}' must appear{_in(name)}")
    return content


def _text(value: Any, kind: Text, name: str, *, strict: bool) -> Any:
    if kind.moment:
        # ORCID sets the dates; those of a client are ignored.
        return value if isinstance(value, int) else None
    text = _scalar(value, name)
    if kind.vocabulary is not None and text not in kind.vocabulary:
        raise UnknownValueError(f"Invalid value '{text}' supplied for field '{name}'")
    if strict:
        wrong = kind.check(text)
        if wrong:
            raise SchemaError(f"{wrong} (element '{name}')")
    return int(text) if kind.whole_number else text


def _attribute(value: Any, attribute: Attribute, *, strict: bool) -> Any:
    text = _scalar(value, attribute.name)
    wrong = attribute.check(text)
    if wrong and (strict or attribute.whole_number):
        raise SchemaError(f"{wrong} (attribute '{attribute.name}')")
    return int(text) if attribute.whole_number else text


def _scalar(value: Any, name: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    raise SchemaError(f"Cannot deserialize {_shape(value)} where a text is expected in '{name}'")


def _shape(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else "a value"


def _in(where: str) -> str:
    return f" in '{where}'" if where else ""


class Complete(Document):
    """A document that already has every known key."""


def complete(content: Document, kind: Elements) -> Document:
    """Return the document with every known key, unused ones as null."""
    if isinstance(content, Complete):
        return content
    full = Complete()
    for attribute in kind.attributes:
        if attribute.name in content or attribute.name not in kind.unspoken:
            full[attribute.name] = content.get(attribute.name)
    for part in kind.parts:
        if part.name in content or part.name not in kind.unspoken:
            full[part.name] = _complete_part(content.get(part.name), part)
    return full


def _complete_part(value: Any, part: Part) -> Any:
    if part.many:
        return [_complete_value(each, part) for each in value or ()]
    return None if value is None else _complete_value(value, part)


def _complete_value(value: Any, part: Part) -> Any:
    return complete(value, part.kind) if isinstance(part.kind, Elements) else value


def encode(content: Any, *, pretty: bool) -> bytes:
    """Encode as ORCID prints: ``application/json`` compact, its own JSON types over several lines."""
    if not pretty:
        return msgspec.json.encode(content)
    return json.dumps(content, ensure_ascii=False, indent=2, separators=(",", " : ")).encode()
