"""Each part of a data file is a job, which any worker takes; a pipe with a TAR is read where it arrives."""

import gzip
import io
import tarfile
from datetime import timedelta

import pytest
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob

from profiles.claims.models import Claim
from profiles.infra import clock
from profiles.infra.jobs.job_names import TAKE_IN_FILE
from profiles.intake.dump import units_of, units_of_input
from profiles.intake.models import DoiSnapshot, IngestUnit
from profiles.pipeline.intake.data_files import FilesWatch, enqueue, ingest_all
from tests.integration.intake.test_files import command, lines, write_tree
from tests.support.intake import enrol
from tests.support.workers import a_worker, wait_until

EACH = 300
PARTS = 190
"""So many that a command is interrupted long before its end; their works still fit on one record."""


def jobs():
    return ProcrastinateJob.objects.filter(task_name=TAKE_IN_FILE)


@pytest.mark.django_db
def test_each_file_that_is_not_done_is_one_job_however_often_it_is_asked_for(tmp_path):
    units = units_of(str(write_tree(tmp_path)))
    enqueue(units)
    enqueue(units)
    assert jobs().count() == 4

    IngestUnit.objects.update(done_at=clock.now())
    jobs().delete()
    enqueue(units)

    assert jobs().count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_a_worker_takes_the_files_and_leaves_those_that_its_host_does_not_have(tmp_path, stands):
    enrol(permission=False)
    tree = write_tree(tmp_path)
    ids = enqueue(units_of(str(tree)))
    missing = IngestUnit.objects.order_by("id")[0]
    IngestUnit.objects.filter(pk=missing.pk).update(name="dois/elsewhere.jsonl.gz")

    with a_worker():
        wait_until(lambda: IngestUnit.objects.filter(done_at__isnull=False).count() == 3, seconds=240)
        wait_until(lambda: IngestUnit.objects.exclude(problem="").exists(), seconds=120)
    connections.close_all()

    missing.refresh_from_db()
    found = FilesWatch(ids).look()
    assert missing.done_at is None
    assert missing.problem.endswith("does not have the file")
    assert (found.progress.units, found.total, found.is_over) == (3, 4, False)
    assert jobs().get().attempts >= 1
    assert DoiSnapshot.objects.count() == 3 * EACH // 6


@pytest.mark.django_db
def test_the_rest_is_estimated_by_the_bytes_of_the_files_that_are_done(tmp_path, monkeypatch):
    watch = FilesWatch(enqueue(units_of(str(write_tree(tmp_path)))))
    assert watch.look().left is None

    start = clock.now()
    sizes = list(IngestUnit.objects.order_by("id").values_list("size", flat=True))
    first = IngestUnit.objects.order_by("id")[0]
    IngestUnit.objects.filter(pk=first.pk).update(done_at=start, lines=EACH)
    monkeypatch.setattr(clock, "now", lambda: watch._began + timedelta(seconds=60))
    now = watch.look()

    assert now.left == timedelta(seconds=round(60 * sum(sizes[1:]) / sizes[0]))
    assert (now.progress.records, now.progress.units) == (EACH, 1)


def packed(folder):
    """Return the bytes of a TAR of a tree."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        archive.add(folder, arcname="release")
    return content.getvalue()


@pytest.mark.django_db
def test_a_tar_that_comes_by_a_pipe_is_read_and_goes_on_where_it_stopped(tmp_path):
    enrol()
    content = packed(write_tree(tmp_path))
    stops = iter([False, False, False, True])

    first = list(ingest_all(units_of_input(io.BytesIO(content)), stop=lambda: next(stops, True)))[-1]
    again = list(ingest_all(units_of_input(io.BytesIO(content))))[-1]

    assert 0 < first.records < 4 * EACH
    assert first.records + again.records == 4 * EACH
    assert again.units == 4
    assert Claim.objects.count() == 4 * EACH // 6


@pytest.mark.django_db
def test_packed_lines_that_come_by_a_pipe_are_unpacked():
    enrol()

    done = list(ingest_all(units_of_input(io.BytesIO(gzip.compress(b"".join(lines(0, 60)))))))[-1]

    assert (done.records, done.concerned) == (60, 10)


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_a_damaged_file_ends_the_command_and_is_named(tmp_path):
    enrol()
    tree = write_tree(tmp_path, parts=2)
    place = min(tree.rglob("*.gz"))
    place.write_bytes(gzip.compress(b"".join(lines(9, 3_000)), mtime=0)[:-4_000])

    reads = command("ingest", str(tree), "--processes", "1")
    said, errors = reads.communicate(timeout=300)

    assert reads.returncode == 0, errors
    assert "2 of 2 files" in said
    assert "1 damaged files" in errors


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_an_interrupted_command_says_so_and_the_next_one_finishes(tmp_path):
    enrol()
    place = tmp_path / "part_0000.jsonl"
    with place.open("wb") as file:
        for part in range(PARTS):
            file.writelines(lines(part))

    reads = command("ingest", str(place), "--quiet")
    wait_until(lambda: IngestUnit.objects.filter(lines__gt=0).exists(), seconds=240)
    reads.terminate()
    _said, errors = reads.communicate(timeout=120)
    done = command("ingest", str(place), "--quiet")
    said, more = done.communicate(timeout=300)

    assert reads.returncode == 130, errors
    assert done.returncode == 0, more
    assert "1 of 1 files" in said
    assert IngestUnit.objects.get().lines == PARTS * EACH
    assert Claim.objects.count() == PARTS * EACH // 6
