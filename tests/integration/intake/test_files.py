"""Data files: read whole or after a kill, by one process or by jobs, the same comes out."""

import contextlib
import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from django.db import connections

from profiles.claims.models import Claim
from profiles.intake.dump import (
    BrokenFileError,
    NothingToReadError,
    Unit,
    line_batches,
    units_of,
    units_of_input,
)
from profiles.intake.models import Decision, DoiEvent, DoiSnapshot, IngestUnit, Quarantine
from profiles.pipeline.intake.data_file import ingest_unit
from profiles.pipeline.intake.data_files import ingest_all
from profiles.pipeline.intake.enrolled import EnrolledIdsCache
from tests.support.intake import enrol
from tests.support.records import ANNA, BEN, CARA, creator, record
from tests.support.shared import ROOT

PER_FILE = 300


def lines(part, count=PER_FILE):
    people = [ANNA, BEN, CARA, None, None, None]
    for number in range(count):
        named = creator(people[number % len(people)])
        yield json.dumps(record(f"10.5072/{part}-{number}", creators=[named])).encode() + b"\n"


def write_tree(folder, parts=4):
    for part in range(parts):
        place = folder / "dois" / f"updated_2026-0{part % 2 + 6}" / f"part_{part:04}.jsonl.gz"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(gzip.compress(b"".join(lines(part))))
    (folder / "MANIFEST.json").write_text("[]")
    (folder / "STATUS.json").write_text("{}")
    return folder


def counts():
    return (
        Claim.objects.count(),
        Decision.objects.count(),
        DoiEvent.objects.count(),
        DoiSnapshot.objects.count(),
    )


def read_all(path, **options):
    units = units_of_input(sys.stdin.buffer) if path == "-" else units_of(str(path))
    return list(ingest_all(units, **options))[-1]


def test_units_are_the_parts_of_a_tree_and_of_a_tar_alike(tmp_path):
    tree = write_tree(tmp_path / "tree")
    tar = tmp_path / "dump.tar"
    with tarfile.open(tar, "w") as archive:
        archive.add(tree, arcname="release")

    from_tree = [b"".join(batch) for unit in units_of(str(tree)) for batch in line_batches(unit)]
    members = units_of(str(tar))
    from_tar = [b"".join(batch) for unit in members for batch in line_batches(unit)]

    assert [unit.name.rpartition("/")[2] for unit in members] == [
        "part_0000.jsonl.gz",
        "part_0002.jsonl.gz",
        "part_0001.jsonl.gz",
        "part_0003.jsonl.gz",
    ] or len(members) == 4
    assert sorted(from_tree) == sorted(from_tar)


def test_a_folder_without_records_is_refused(tmp_path):
    with pytest.raises(NothingToReadError):
        units_of(str(tmp_path))


def test_lines_across_pieces_are_whole_and_can_be_skipped(tmp_path):
    long = [json.dumps({"id": f"10.5072/{n}", "text": "x" * 70_000}).encode() for n in range(60)]
    place = tmp_path / "long.jsonl"
    place.write_bytes(b"\n".join(long))
    (unit,) = units_of(str(place))

    whole = [line.rstrip() for batch in line_batches(unit, max_lines=7) for line in batch]
    rest = [line.rstrip() for batch in line_batches(unit, skip=41, max_lines=7) for line in batch]

    assert whole == long
    assert rest == long[41:]


def test_a_cut_off_file_gives_what_it_holds_and_says_so(tmp_path):
    place = tmp_path / "part.jsonl.gz"
    place.write_bytes(gzip.compress(b"".join(lines(0, 3_000)), mtime=0)[:-4_000])
    (unit,) = units_of(str(place))
    read = []

    with pytest.raises(BrokenFileError):
        read.extend(line_batches(unit))

    assert read


@pytest.mark.parametrize("place", [0, 5, 200, 2_000, -5])
def test_a_damaged_file_is_said_to_be_damaged_wherever_the_damage_is(tmp_path, place):
    content = bytearray(gzip.compress(b"".join(lines(0, 500)), mtime=0))
    content[place] ^= 0x55
    content[place + 1] ^= 0x33
    file = tmp_path / "part.jsonl.gz"
    file.write_bytes(bytes(content))
    (unit,) = units_of(str(file))
    read = []

    with contextlib.suppress(BrokenFileError):
        read.extend(line for batch in line_batches(unit) for line in batch)

    assert len(read) <= 500


def test_a_line_without_an_end_does_not_fill_the_memory(tmp_path):
    file = tmp_path / "part.jsonl"
    file.write_bytes(b"".join(list(lines(0, 3))[:1]) + b"x" * 5_000)
    (unit,) = units_of(str(file))
    read = []

    with pytest.raises(BrokenFileError):
        read.extend(line for batch in line_batches(unit, max_line_length=2_000) for line in batch)

    assert len(read) == 1


@pytest.mark.django_db
def test_what_a_file_brings_is_kept_and_reading_it_again_brings_nothing(tmp_path):
    enrol()
    tree = write_tree(tmp_path)

    first = read_all(tree)
    before = counts()
    again = read_all(tree)

    assert (first.records, first.units, first.broken) == (4 * PER_FILE, 4, 0)
    assert first.concerned == 4 * PER_FILE // 6
    assert (again.records, counts()) == (0, before)


@pytest.mark.django_db
def test_works_from_before_the_switch_are_kept_and_not_claimed(tmp_path):
    enrol(auto_update_since="2026-08-01T00:00:00Z")

    read_all(write_tree(tmp_path, 1))

    assert not Claim.objects.exists()
    assert {d.reason for d in Decision.objects.all()} == {"before-switch-on"}
    assert DoiSnapshot.objects.count() == PER_FILE // 6


@pytest.mark.django_db
def test_it_stops_between_two_batches_and_goes_on_there(tmp_path):
    enrol()
    place = tmp_path / "part.jsonl"
    place.write_bytes(b"".join(lines(0, 6_000)))
    (unit,) = units_of(str(place))
    watch = EnrolledIdsCache()

    first = ingest_unit(unit, watch.get, stop=lambda: True)
    second = ingest_unit(unit, watch.get)

    assert (first.records, second.records) == (2_000, 4_000)
    assert IngestUnit.objects.get().done_at is not None


@pytest.mark.django_db
def test_broken_lines_are_set_aside_with_their_place(tmp_path):
    enrol()
    place = tmp_path / "part.jsonl"
    good = list(lines(0, 10))
    place.write_bytes(b"".join([*good[:4], b"{oops\n", b"\n", *good[4:]]))

    done = read_all(place)

    assert (done.records, done.broken) == (11, 1)
    (aside,) = Quarantine.objects.all()
    assert (aside.line, aside.source, aside.excerpt) == (5, str(place), "{oops")


def command(*words):
    """The real command, on the test database."""
    name = connections["default"].settings_dict["NAME"]
    code = (
        "import sys; from django.db import connections; from profiles.ops.django_setup import start_django;"
        f"start_django(); connections['default'].settings_dict['NAME'] = {name!r};"
        "from profiles.ops.cli import cli; cli()"
    )
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}"}
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.django_db
def test_other_broken_records_at_the_same_place_are_kept_too_and_the_same_ones_once(tmp_path, monkeypatch):
    enrol()
    place = tmp_path / "part.jsonl"
    for broken in (b"first {", b"second, longer {"):
        place.write_bytes(broken + b"\n")
        read_all(place)
    for broken in (b"third {", b"fourth {", b"fourth {"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(broken + b"\n")))
        read_all("-")

    excerpts = Quarantine.objects.order_by("id").values_list("excerpt", flat=True)
    assert list(excerpts) == ["first {", "second, longer {", "third {", "fourth {"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_jobs_in_processes_of_their_own_bring_what_one_process_brings(tmp_path):
    enrol()
    enrol(BEN)
    tree = write_tree(tmp_path)
    read_all(tree)
    expected = counts()
    for table in (Claim, Decision, DoiEvent, DoiSnapshot, IngestUnit):
        table.objects.all().delete()

    reads = command("ingest", str(tree), "--processes", "2")
    said, errors = reads.communicate(timeout=120)

    assert reads.returncode == 0, errors
    assert f"4 of 4 files, {4 * PER_FILE:,} records" in said
    assert "At this pace 108 million records take" in said
    assert counts() == expected


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_the_command_reads_standard_input_and_reports():
    enrol()
    name = connections["default"].settings_dict["NAME"]
    code = (
        "from django.db import connections; from profiles.ops.django_setup import start_django;"
        f"start_django(); connections['default'].settings_dict['NAME'] = {name!r};"
        "from profiles.ops.cli import cli; cli()"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, "ingest", "-", "--quiet"],
        input=b"".join(lines(0, 60)) + b"broken\n",
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}"},
    )

    assert done.returncode == 0, done.stderr
    assert b"61 records" in done.stdout
    assert b"10 concern enrolled people" in done.stdout
    assert b"1 broken" in done.stdout
    assert Claim.objects.count() == 10


def test_a_unit_inside_a_tar_reads_only_its_own_bytes(tmp_path):
    tar = tmp_path / "two.tar"
    with tarfile.open(tar, "w") as archive:
        for name, content in (("a.jsonl", b'{"a":1}\n' * 5), ("b.jsonl", b'{"b":1}\n' * 3)):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))

    read = {unit.name: [line for b in line_batches(unit) for line in b] for unit in units_of(str(tar))}

    assert read == {"a.jsonl": [b'{"a":1}\n'] * 5, "b.jsonl": [b'{"b":1}\n'] * 3}
    assert isinstance(units_of(str(tar))[0], Unit)
    assert Path(units_of(str(tar))[0].source) == tar.resolve()


@pytest.mark.django_db
def test_a_watch_at_rest_asks_no_question_and_then_sees_who_came(django_assert_num_queries):
    enrol()
    calm, prompt = EnrolledIdsCache(check_interval=3_600), EnrolledIdsCache()
    calm.get()
    prompt.get()
    enrol(BEN, auto_update_since="2026-02-01T00:00:00Z")

    with django_assert_num_queries(0):
        assert not calm.get().enrolled.holds(BEN)
    assert prompt.get().enrolled.holds(BEN)
