"""Read a DOI record that does not fit its types, field by field: slow, and keeps every field it can."""

import math
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, get_args, get_origin

import msgspec

Shape = TypeVar("Shape", bound=msgspec.Struct)

_Reader = tuple[str, type[msgspec.Struct] | None]
_TEXT: Final[_Reader] = ("text", None)


def salvage(kind: type[Shape], value: Any) -> Shape | None:
    """Return what can be read of an object; None when nothing can be read.

    Numbers become texts, a lone object counts as a list of one, and a plain text where an object belongs
    is taken for its first field: ``"creators": ["Doe, Jane"]`` still names Jane Doe.
    """
    if isinstance(value, str):
        name = msgspec.structs.fields(kind)[0].name
        return kind(**{name: value})
    if not isinstance(value, dict):
        return None
    found = {}
    for name, wire_name, reader in _plan(kind):
        if (read := _read(reader, value.get(wire_name))) is not None:
            found[name] = read
    return kind(**found)


@cache
def _plan(kind: type[msgspec.Struct]) -> list[tuple[str, str, _Reader]]:
    return [
        (field.name, field.encode_name, _reader_for(field.type)) for field in msgspec.structs.fields(kind)
    ]


def _reader_for(annotation: Any) -> _Reader:
    options = get_args(annotation) if get_origin(annotation) is UnionType else (annotation,)
    for option in options:
        if get_origin(option) is list:
            (inner,) = get_args(option)
            kinds = get_args(inner) if get_origin(inner) is UnionType else (inner,)
            return "many", next(kind for kind in kinds if isinstance(kind, type(msgspec.Struct)))
        if isinstance(option, type) and issubclass(option, msgspec.Struct):
            return ("text or one", option) if str in options else ("one", option)
    assert set(options) <= {str, int, NoneType} or callable(annotation)
    return _TEXT


def _read(reader: _Reader, value: Any) -> Any:
    how, kind = reader
    if kind is None or (how == "text or one" and not isinstance(value, dict)):
        return _text(value)
    if how != "many":
        # A list where one object belongs: the first is taken.
        one = value[0] if isinstance(value, list) and value else value
        return salvage(kind, one)
    items = value if isinstance(value, list) else [value]
    return [read for item in items if (read := salvage(kind, item)) is not None]


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float):
        return str(int(value)) if math.isfinite(value) and value.is_integer() else None
    return str(value)
