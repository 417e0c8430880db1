"""Digests of what is kept are those of what came: else every DOI would look changed after an upgrade."""

import importlib

import pytest
from django.apps import apps

from profiles.domain.records.change_detection import digests
from profiles.domain.records.sighting import UnreadableRecordError, read_sighting
from profiles.intake.models import DoiSnapshot
from profiles.intake.payload import pack, unpack
from tests.support.intake import enrol, take_in
from tests.support.records import record
from tests.support.shared import shared


def test_every_record_of_the_corpus_digests_alike_before_and_after_it_was_kept():
    different, seen = [], 0
    for name in ("dois.jsonl", "dois_testsystem.jsonl"):
        for line in shared(f"corpus/{name}").read_bytes().splitlines():
            try:
                came = read_sighting(line)
            except UnreadableRecordError:
                continue
            seen += 1
            kept = read_sighting(unpack(pack(came.doi, came.raw, came.repository)))
            if digests(kept) != digests(came):
                different.append(came.doi)

    assert seen > 4_000
    assert different == []


@pytest.mark.django_db
def test_the_migration_gives_each_snapshot_the_digests_of_today():
    enrol()
    take_in(*[record(f"10.5072/d{number}", titles=[{"title": f"Title {number}"}]) for number in range(5)])
    kept = DoiSnapshot.objects.order_by("doi").values_list("doi", "trigger_digest", "content_digest")
    expected = list(kept)
    DoiSnapshot.objects.update(trigger_digest=b"old", content_digest=b"old")

    importlib.import_module("profiles.intake.migrations.0006_digests_anew").digest_anew(apps, None)

    assert list(kept.all()) == expected
