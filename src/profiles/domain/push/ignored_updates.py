"""Changes that ORCID takes for none: it answers an update with 200 and keeps the old work (contract 2.9.3).

Taking away the citation, the translated title or the whole date, adding a month or a day, and whatever
concerns contributors behind the fiftieth are not seen when nothing else changed. The answer to an update is
the work as it is stored, so we look there whether it is as it was sent; if not, we send it once with a
visible change, and then as it should be.
"""

from typing import Final

import msgspec

from profiles.domain.mapping.orcid_work import Citation, OrcidWork, PublicationDate, Translated, Value

LOOKED_AT: Final = 50
"""Contributors that ORCID compares."""


class _Titles(msgspec.Struct, rename="kebab"):
    translated_title: Translated | None = None


class _Orcid(msgspec.Struct):
    path: str | None = None


class _Contributor(msgspec.Struct, rename="kebab"):
    credit_name: Value | None = None
    contributor_orcid: _Orcid | None = None


class _Contributors(msgspec.Struct):
    contributor: list[_Contributor] | None = None


class _Blind(msgspec.Struct, rename="kebab"):
    """The parts in which a change may go unseen."""

    put_code: int
    title: _Titles | None = None
    citation: Citation | None = None
    publication_date: PublicationDate | None = None
    contributors: _Contributors | None = None

    def names(self) -> list[tuple[str, str]]:
        """Name the contributors whom ORCID does not compare."""
        everyone = (self.contributors.contributor if self.contributors else None) or []
        return [
            (
                one.credit_name.value if one.credit_name else "",
                (one.contributor_orcid.path if one.contributor_orcid else None) or "",
            )
            for one in everyone[LOOKED_AT:]
        ]


_read: Final = msgspec.json.Decoder(_Blind).decode
_read_work: Final = msgspec.json.Decoder(OrcidWork).decode
_encode: Final = msgspec.json.Encoder().encode


def was_overlooked(sent: bytes, stored: bytes) -> bool:
    """Say whether the stored work still has what an update was to take away, or lacks what it was to add.

    Raises:
        ValueError: this is not the stored work.
    """
    ours, theirs = _read(sent), _read(stored)
    if ours.put_code != theirs.put_code:
        raise ValueError("another work")
    return (
        (ours.citation is None and theirs.citation is not None)
        or (_translation(ours) is None and _translation(theirs) is not None)
        or _date(ours) != _date(theirs)
        or ours.names() != theirs.names()
    )


def _translation(work: _Blind) -> Translated | None:
    return work.title.translated_title if work.title else None


def _date(work: _Blind) -> tuple[str, ...]:
    date = work.publication_date
    return tuple(part.value for part in (date.year, date.month, date.day) if part) if date else ()


def with_visible_change(work: bytes) -> bytes:
    """Return a work that differs from this one where ORCID looks, and in nothing that would do harm."""
    decoded = _read_work(work)
    own = decoded.external_ids.external_id[0].external_id_value
    url = None if decoded.url else Value(f"https://doi.org/{own}")
    return _encode(msgspec.structs.replace(decoded, url=url))
