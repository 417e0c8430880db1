"""Digests of what is kept are those of what came: else every DOI would look changed after an upgrade."""

from profiles.domain.records.change_detection import digests
from profiles.domain.records.sighting import UnreadableRecordError, read_sighting
from profiles.intake.payload import pack, unpack
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
