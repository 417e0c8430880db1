"""Read files of DOI records in units that can be read in parallel and resumed.

DataCite publishes its data as a tree of ``part_NNNN.jsonl.gz`` (monthly) or one TAR of that tree (yearly).
Plain JSON lines are read too, and each of these from standard input, such as ``aws s3 cp … -`` gives it.
"""

import gzip
import io
import sys
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

_DAMAGED: tuple[type[Exception], ...] = (EOFError, gzip.BadGzipFile, zlib.error)
try:
    from isal import igzip, igzip_lib

    _gunzip: Any = igzip.IGzipFile
    _isal_error: Any = igzip_lib.IsalError  # typed as an instance in the library
    _DAMAGED = (*_DAMAGED, _isal_error)
except ImportError:  # pragma: no cover  platforms without isal
    _gunzip = gzip.GzipFile

_CHUNK: Final = 1 << 19
_LINES: Final = (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz", ".json.gz")
_NO_LINES: Final = ("manifest.json", "status.json")
_TAR_HEADER: Final = 512
_TAR_MAGIC: Final = b"ustar"
_TAR_MAGIC_AT: Final = 257
_GZIP_MAGIC: Final = b"\x1f\x8b"
MAX_LINE_LENGTH: Final = 64 << 20
STANDARD_INPUT: Final = "-"


@dataclass(frozen=True, slots=True)
class Unit:
    """A file, or a file inside a TAR (``offset`` is where its bytes begin), or one in a pipe (``stream``)."""

    source: str
    name: str
    size: int
    offset: int = 0
    compressed: bool = False
    stream: IO[bytes] | None = field(default=None, compare=False, repr=False)


class NothingToReadError(ValueError):
    """The path contains no JSON lines; the message names it."""


def units_of(path: str) -> list[Unit]:
    """List the units under a path, without reading them.

    Raises:
        OSError: the path cannot be read.
        NothingToReadError: there are no JSON lines.
    """
    if path == STANDARD_INPUT:
        return [Unit(STANDARD_INPUT, "standard input", 0)]
    place = Path(path).resolve()
    if place.is_dir():
        files = sorted(p for p in place.rglob("*") if p.is_file() and _is_lines_file(p.name))
        found = [
            Unit(str(place), str(p.relative_to(place)), p.stat().st_size, 0, _is_compressed(p.name))
            for p in files
        ]
    elif _is_tar(place.name):
        found = list(_members(place))
    else:
        found = [Unit(str(place.parent), place.name, place.stat().st_size, 0, _is_compressed(place.name))]
    if not found:
        raise NothingToReadError(f"{path} holds no .jsonl or .jsonl.gz")
    return found


def _members(tar: Path) -> Iterator[Unit]:
    """Yield the members of a TAR from their headers; a compressed TAR cannot be read from the middle."""
    try:
        with tarfile.open(tar, "r:") as archive:
            for member in archive:
                if member.isfile() and _is_lines_file(member.name):
                    yield Unit(
                        str(tar), member.name, member.size, member.offset_data, _is_compressed(member.name)
                    )
    except tarfile.ReadError as error:
        raise NothingToReadError(f"{tar} is no plain TAR ({error}); unpack it first") from error


def _is_tar(name: str) -> bool:
    return ".tar." in name or name.endswith((".tar", ".tgz"))


def _is_lines_file(name: str) -> bool:
    lower = name.lower()
    return lower.endswith(_LINES) and not lower.endswith(_NO_LINES)


def _is_compressed(name: str) -> bool:
    return name.lower().endswith(".gz")


def units_of_input(stream: IO[bytes]) -> Iterator[Unit]:
    """Yield the units in a pipe, each to be read before the next: a TAR's members, or all as JSON lines.

    Members of a TAR are recognised when the pipe is started again; other input has no name to know it by.

    Raises:
        NothingToReadError: the TAR cannot be read on.
    """
    first = io.BufferedReader(stream, _CHUNK)  # type: ignore[type-var]
    begin = first.peek(_TAR_HEADER)
    if begin[_TAR_MAGIC_AT : _TAR_MAGIC_AT + len(_TAR_MAGIC)] != _TAR_MAGIC:
        yield Unit(STANDARD_INPUT, "standard input", 0, 0, begin.startswith(_GZIP_MAGIC), first)
        return
    try:
        with tarfile.open(fileobj=first, mode="r|") as archive:
            for member in archive:
                if member.isfile() and _is_lines_file(member.name):
                    content = archive.extractfile(member)
                    yield Unit("pipe", member.name, member.size, 0, _is_compressed(member.name), content)
    except tarfile.ReadError as error:
        raise NothingToReadError(f"the TAR on standard input is cut off or damaged: {error}") from error


@contextmanager
def open_unit(unit: Unit) -> Iterator[IO[bytes]]:
    """Open a unit's bytes, still compressed if they are."""
    if unit.stream is not None:
        yield unit.stream
        return
    if unit.source == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    place = Path(unit.source)
    with (place if _is_tar(place.name) else place / unit.name).open("rb", _CHUNK) as whole:
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
    """A file ends too early or is damaged; the lines before that were read. The message says where."""


def line_batches(
    unit: Unit, *, skip: int = 0, max_lines: int = 2_000, max_line_length: int = MAX_LINE_LENGTH
) -> Iterator[list[bytes]]:
    """Yield a unit's lines in batches, in bounded memory; the first ``skip`` lines are left out.

    Empty lines count too. Each line keeps its line break.

    Raises:
        BrokenFileError: the compressed data are damaged, or a line is too long.
        OSError: the file cannot be read.
    """
    with open_unit(unit) as raw:
        plain = io.BufferedReader(_gunzip(fileobj=raw), _CHUNK) if unit.compressed else raw
        batch: list[bytes] = []
        try:
            for line in islice(iter(partial(plain.readline, max_line_length), b""), skip, None):
                if len(line) == max_line_length:
                    raise EOFError(f"a line of {max_line_length} bytes or more")
                batch.append(line)
                if len(batch) == max_lines:
                    yield batch
                    batch = []
        except _DAMAGED as error:
            if batch:
                yield batch
            raise BrokenFileError(f"{unit.name}: {error}") from error
        if batch:
            yield batch
