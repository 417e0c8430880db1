"""Files of DOI records, cut into units that can be read side by side and resumed.

DataCite gives its data out as a tree of ``part_NNNN.jsonl.gz`` (monthly) or one TAR of that tree (yearly).
Plain JSON lines and standard input are read too.
"""

import gzip
import io
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

try:
    from isal import igzip

    _gunzip: Any = igzip.IGzipFile
except ImportError:  # pragma: no cover  machines for which there is no isal
    _gunzip = gzip.GzipFile

_CHUNK: Final = 1 << 20
_LINES: Final = (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz", ".json.gz")
_NO_LINES: Final = ("manifest.json", "status.json")
LONGEST_LINE: Final = 64 << 20
STANDARD_INPUT: Final = "-"


@dataclass(frozen=True, slots=True)
class Unit:
    """One file, or one file inside a TAR (``offset`` is where its bytes begin)."""

    source: str
    name: str
    size: int
    offset: int = 0
    compressed: bool = False


class NothingToReadError(ValueError):
    """A path that holds no JSON lines; its text says which."""


def units_of(path: str) -> list[Unit]:
    """List what there is to read under a path, without reading it.

    Raises:
        OSError: the path cannot be read.
        NothingToReadError: there are no JSON lines.
    """
    if path == STANDARD_INPUT:
        return [Unit(STANDARD_INPUT, "standard input", 0)]
    place = Path(path).resolve()
    if place.is_dir():
        files = sorted(p for p in place.rglob("*") if p.is_file() and _holds_lines(p.name))
        found = [
            Unit(str(place), str(p.relative_to(place)), p.stat().st_size, 0, _packed(p.name)) for p in files
        ]
    elif _is_tar(place.name):
        found = list(_members(place))
    else:
        found = [Unit(str(place.parent), place.name, place.stat().st_size, 0, _packed(place.name))]
    if not found:
        raise NothingToReadError(f"{path} holds no .jsonl or .jsonl.gz")
    return found


def _members(tar: Path) -> Iterator[Unit]:
    """List the members of a TAR by their headers; a compressed TAR cannot be entered in the middle."""
    try:
        with tarfile.open(tar, "r:") as archive:
            for member in archive:
                if member.isfile() and _holds_lines(member.name):
                    yield Unit(str(tar), member.name, member.size, member.offset_data, _packed(member.name))
    except tarfile.ReadError as error:
        raise NothingToReadError(f"{tar} is no plain TAR ({error}); unpack it first") from error


def _is_tar(name: str) -> bool:
    return ".tar." in name or name.endswith((".tar", ".tgz"))


def _holds_lines(name: str) -> bool:
    lower = name.lower()
    return lower.endswith(_LINES) and not lower.endswith(_NO_LINES)


def _packed(name: str) -> bool:
    return name.lower().endswith(".gz")


@contextmanager
def opened(unit: Unit) -> Iterator[IO[bytes]]:
    """Open a unit's bytes, still compressed if they are."""
    if unit.source == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    place = Path(unit.source)
    with (place if _is_tar(place.name) else place / unit.name).open("rb") as whole:
        if unit.offset:
            whole.seek(unit.offset)
            yield io.BufferedReader(_Slice(whole, unit.size), _CHUNK)
        else:
            yield whole


class _Slice(io.RawIOBase):
    """The bytes of one member of a TAR."""

    def __init__(self, whole: IO[bytes], size: int) -> None:
        self._whole = whole
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), self._left)
        found = self._whole.read(wanted)
        buffer[: len(found)] = found
        self._left -= len(found)
        return len(found)


class BrokenFileError(Exception):
    """A file ends too early or is damaged; what came before was read. Its text says where."""


def line_batches(unit: Unit, *, skip: int = 0, most: int = 2_000) -> Iterator[list[bytes]]:
    """Read a unit's lines in batches, in bounded memory; ``skip`` lines were read before.

    Raises:
        BrokenFileError: the compressed data are damaged.
        OSError: the file cannot be read.
    """
    with opened(unit) as packed:
        plain: Any = _gunzip(fileobj=packed) if unit.compressed else packed
        batch: list[bytes] = []
        try:
            for lines in _chunks_of_lines(plain):
                fresh = lines
                if skip:
                    fresh, skip = lines[skip:], max(skip - len(lines), 0)
                batch += fresh
                while len(batch) >= most:
                    yield batch[:most]
                    batch = batch[most:]
        except (EOFError, gzip.BadGzipFile) as error:
            if batch:
                yield batch
            raise BrokenFileError(f"{unit.name}: {error}") from error
        if batch:
            yield batch


def _chunks_of_lines(plain: Any) -> Iterator[list[bytes]]:
    """Read big pieces and cut them at line ends. Every line counts, also an empty one."""
    rest = b""
    while chunk := plain.read(_CHUNK):
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        if len(rest) > LONGEST_LINE:
            raise BrokenFileError(f"a line of more than {LONGEST_LINE} bytes")
        yield lines
    if rest:
        yield [rest]
