"""Many rows as one parameter of one statement: PostgreSQL takes them apart with ``json_to_recordset``.

Arrays of values, one for each column, say the same, but each value then goes through the driver's Python.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from profiles.domain.records.loose_json import without_nul

_encoder: Final = msgspec.json.Encoder()
_NUL: Final = b"\\u0000"
"""PostgreSQL's text cannot contain this character; metadata can."""


def json_rows(rows: Sequence[Any]) -> str:
    """Return rows (structs or dicts) for ``json_to_recordset``; bytes travel as base64."""
    encoded = _encoder.encode(rows)
    if _NUL in encoded:
        encoded = _encoder.encode(without_nul(msgspec.to_builtins(rows)))
    return encoded.decode()


def pairs(of: Iterable[tuple[str, str]]) -> str:
    """Return (iD, DOI) pairs for ``json_to_recordset(…) AS w(orcid_id text, doi text)``."""
    return json_rows([{"orcid_id": orcid_id, "doi": doi} for orcid_id, doi in of])


def words(of: Iterable[str]) -> str:
    """Return words without spaces (iDs) for ``= ANY(string_to_array(%s, ' '))``."""
    return " ".join(of)
