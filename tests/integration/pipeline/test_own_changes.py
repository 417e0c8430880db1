"""Our own change of the mapping or of the change detection is never a reason to write to a record."""

import hashlib
import json
import os

import pytest

from profiles.claims.models import Claim
from profiles.domain.claim import Origin
from profiles.domain.mapping import work_types
from profiles.domain.mapping.words import work_type_words
from profiles.domain.push.plan import AS_ON_RECORD
from profiles.domain.records import change_detection
from profiles.intake.models import DoiSnapshot
from tests.support.claims import waiting_claim
from tests.support.intake import enrol, take_in
from tests.support.pushing import ALICE, permitted, registered, run_lanes, settle, works_of
from tests.support.records import creator
from tests.support.shared import shared

pytestmark = pytest.mark.django_db(transaction=True)
EVERY = int(os.environ.get("OWN_CHANGES_EVERY", "70"))
"""Of so many records of the corpus one is taken; ``make proof own-changes`` takes all."""
DOI = "10.5072/own-change"
SECONDS = 20.0 if EVERY > 1 else 900.0


def corpus():
    """Records of the corpus that make works, each naming Alice and registered after she switched on."""
    files = [shared(f"corpus/{name}").read_bytes() for name in ("dois.jsonl", "dois_testsystem.jsonl")]
    lines = [line for file in files for line in file.splitlines()]
    chosen = [json.loads(line) for line in lines[::EVERY]]
    for one in chosen:
        attributes = one["attributes"]
        attributes["creators"] = [*(attributes["creators"] or ()), creator(ALICE)]
        attributes.update(relatedIdentifiers=[], state="findable", agency="datacite")
        attributes.update(created="2026-02-01T00:00:00Z", registered="2026-02-01T00:00:00Z")
        attributes["updated"] = "2026-02-01T00:00:00Z"
    return chosen


def touched(records, day="2026-03-01", **changes):
    for one in records:
        one["attributes"] |= {"updated": f"{day}T00:00:00Z", **changes}
    return records


@pytest.fixture
def other_mapping(monkeypatch):
    """A switch that gives every work another type, another language and other texts."""

    def switch():
        for general in work_types.TABLE:
            monkeypatch.setitem(work_types.TABLE, general, work_types.Row("other", "a test"))
        work_type_words.types_meant_by.cache_clear()
        monkeypatch.setattr("profiles.domain.mapping.works.language", lambda *_: None)
        monkeypatch.setattr("profiles.domain.mapping.works.description", lambda *_: "Described otherwise.")

    return switch


@pytest.fixture
def other_digests(monkeypatch):
    """A switch to another way of making digests of metadata."""

    def made_otherwise(record):
        parts = change_detection.SCHEMES["1"](record)
        trigger, content = (hashlib.sha256(part).digest() for part in parts)
        return trigger[:24], content[:16]

    def switch():
        monkeypatch.setitem(change_detection.SCHEMES, "2", made_otherwise)
        monkeypatch.setattr(change_detection, "CURRENT_SCHEME", "2")

    return switch


def writes(orcid):
    return [
        (c["method"], c["path"])
        for c in orcid.log()
        if c["method"] in {"POST", "PUT"} and "/work" in c["path"]
    ]


def asked_again():
    """Ask for every work again, as an agent of DataCite does."""
    for claim in Claim.objects.all():
        waiting_claim(ALICE, claim.doi, origin=Origin.AUTO_UPDATE)


@pytest.mark.parametrize(
    "switches", [("other_mapping",), ("other_digests",), ("other_mapping", "other_digests")]
)
def test_no_work_is_written_when_only_our_code_has_changed(orcid, request, switches):
    enrol(ALICE, permission=False)
    permitted(orcid, long_ago=False)
    records = corpus()
    take_in(*records)
    run_lanes(seconds=SECONDS)
    works = Claim.objects.filter(state="done").count()
    assert works > len(records) // 2
    print(f"own-changes: {len(records)} records, {works} works sent in {len(writes(orcid))} calls")  # noqa: T201
    before = writes(orcid)

    for switch in switches:
        request.getfixturevalue(switch)()
    take_in(*touched(records))
    asked_again()
    run_lanes(seconds=SECONDS)

    assert writes(orcid) == before
    assert set(Claim.objects.values_list("state", flat=True)) <= {"done", "failed"}
    current = change_detection.CURRENT_SCHEME
    assert set(DoiSnapshot.objects.values_list("digest_scheme", flat=True)) == {current}
    sent = Claim.objects.filter(state="done").values_list("sent_inputs", flat=True)
    assert {change_detection.scheme_of(bytes(inputs)) for inputs in sent} == {current}

    # Changed metadata are sent, mapped as today.
    done = set(Claim.objects.filter(state="done").values_list("doi", flat=True))
    changed = [one for one in records if one["attributes"]["doi"] in done][:3]
    take_in(*touched(changed, "2026-04-01", creators=[creator(ALICE)], titles=[{"title": "New"}]))
    run_lanes()
    assert len(writes(orcid)) == len(before) + 3


def test_a_work_that_was_fetched_for_its_push_is_not_written_for_our_change_either(
    orcid, datacite, other_mapping
):
    permitted(orcid)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI)
    run_lanes()
    before = writes(orcid)

    other_mapping()
    DoiSnapshot.objects.all().delete()
    waiting_claim(ALICE, DOI)
    run_lanes()

    assert (settle(claim).state, writes(orcid)) == ("done", before)


def test_a_work_of_a_service_before_ours_is_written_only_when_its_metadata_change(orcid, datacite):
    permitted(orcid)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI)
    run_lanes()
    before = writes(orcid)
    # As an import leaves it: on the record, and unknown how it was sent.
    Claim.objects.update(sent_digest=None, sent_inputs=AS_ON_RECORD)

    waiting_claim(ALICE, DOI)
    run_lanes()
    assert (settle(claim).state, writes(orcid)) == ("done", before)

    registered(datacite, DOI, title="Ice cores, corrected")
    DoiSnapshot.objects.all().delete()
    waiting_claim(ALICE, DOI)
    run_lanes()
    assert len(writes(orcid)) == len(before) + 1
    assert works_of(orcid)[0]["title"]["title"]["value"] == "Ice cores, corrected"
