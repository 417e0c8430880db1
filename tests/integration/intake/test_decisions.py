"""From a changed DOI to the stored decision and the claim."""

import json
import random
from dataclasses import dataclass

import pytest

from profiles.claims.models import Claim
from profiles.claims.services import block
from profiles.intake.models import Decision, DoiEvent, DoiSnapshot, Quarantine
from profiles.intake.selectors import snapshots
from profiles.pipeline.intake import decided_requests
from tests.support.intake import enrol, take_in
from tests.support.records import ANNA, BEN, CARA, DOI, contributor, creator, record, related

pytestmark = pytest.mark.django_db


def decided(orcid_id=ANNA, doi=DOI):
    newest = Decision.objects.filter(orcid_id=orcid_id, doi=doi).latest("id")
    return newest.result, newest.reason


def put_on_record(doi=DOI, orcid_id=ANNA):
    """What the push does when ORCID has taken the work."""
    Claim.objects.filter(doi=doi, orcid_id=orcid_id).update(
        state="done", put_code=17, owner_client="APP-PROFILESDEMO0003"
    )


def test_a_new_doi_that_names_an_enrolled_person_becomes_a_claim():
    enrol()

    take_in(record())

    claim = Claim.objects.get()
    assert (claim.orcid_id, claim.doi, claim.state, claim.origin) == (ANNA, DOI, "waiting", "orcid_update")
    assert decided() == ("claim", "new")


def test_only_the_first_and_single_work_of_a_few_newcomers_goes_before_others(monkeypatch):
    enrol()
    take_in(record())
    take_in(record("10.5072/second"))
    enrol(BEN)
    take_in(*[record(f"10.5072/of-ben-{number}", creators=[creator(BEN)]) for number in range(2)])
    monkeypatch.setattr(decided_requests, "MAX_NEWCOMERS", 0)
    enrol(CARA)
    take_in(record("10.5072/of-cara", creators=[creator(CARA)]))

    assert [claim.doi for claim in Claim.objects.filter(urgent=True)] == [DOI]
    assert Claim.objects.count() == 5


def test_a_record_that_names_no_one_enrolled_leaves_no_trace(django_assert_num_queries):
    enrol(BEN)
    take_in(record(creators=[creator(BEN)]))
    before = DoiEvent.objects.count()

    from profiles.domain.eligibility.case import Source
    from profiles.intake.watch import load_watch
    from profiles.pipeline.intake.receive import take_in_records

    watch = load_watch()
    stranger = json.dumps(record("10.5072/strange")).encode()
    with django_assert_num_queries(0):
        taken = take_in_records([stranger] * 50, source=Source.POLL, watch=watch)

    assert (taken.records, taken.concerned) == (50, 0)
    assert DoiEvent.objects.count() == before


def test_a_skip_is_kept_with_the_field_and_value_that_decided():
    enrol()

    take_in(record(relatedIdentifiers=[related("IsPartOf", "10.5072/whole")]))

    kept = Decision.objects.get()
    assert (kept.result, kept.rule, kept.reason) == ("skip", "relations", "related-work")
    assert (kept.field, kept.value) == ("relatedIdentifiers[0]", "IsPartOf 10.5072/whole")
    assert not Claim.objects.exists()


def test_every_enrolled_person_whom_a_doi_names_gets_a_decision():
    enrol()
    enrol(BEN)

    take_in(record(creators=[creator(), creator(CARA)], contributors=[contributor(BEN)]))

    assert {(d.orcid_id, d.result) for d in Decision.objects.all()} == {(ANNA, "claim"), (BEN, "skip")}


def test_the_same_state_of_a_doi_is_decided_once_through_whichever_door_it_comes():
    from profiles.domain.eligibility.case import Source

    enrol()

    take_in(record())
    again = take_in(record(), record(), source=Source.FILE)

    assert again.tally.repeated == 2
    assert Decision.objects.count() == 1
    assert Claim.objects.get().request_version == 1


def test_a_corrected_title_updates_a_work_that_is_on_the_record():
    enrol()
    take_in(record())
    put_on_record()

    take_in(record(titles=[{"title": "Corrected"}], updated="2026-07-02T00:00:00Z"))

    assert decided() == ("update", "content-changed")
    assert Claim.objects.get().state == "waiting"
    assert b"Corrected" in snapshots([DOI])[DOI]


def test_a_mere_re_index_sends_nothing():
    enrol()
    take_in(record())
    put_on_record()

    take_in(record(updated="2026-07-02T00:00:00Z"))

    assert decided() == ("skip", "unchanged")
    assert Claim.objects.get().state == "done"


def test_two_changes_within_one_second_are_two_changes():
    enrol()
    take_in(record())
    put_on_record()

    take_in(record(titles=[{"title": "Corrected at once"}]))

    assert decided() == ("update", "content-changed")


def test_when_the_metadata_stop_naming_a_person_the_removal_is_offered():
    enrol()
    take_in(record())
    put_on_record()

    take_in(record(creators=[creator(BEN)], updated="2026-07-02T00:00:00Z"))

    assert decided() == ("offer-removal", "not-named")
    assert Claim.objects.get().action == "create"


def test_who_wants_it_gets_the_removal_done():
    enrol(rules={"when_withdrawn": "remove"})
    take_in(record())
    put_on_record()

    take_in(record(state="registered", updated="2026-07-02T00:00:00Z"))

    assert decided() == ("remove", "not-findable")
    claim = Claim.objects.get()
    assert (claim.action, claim.state) == ("delete", "waiting")


def test_a_work_that_a_rule_removed_comes_back_when_it_is_shown_again():
    enrol(rules={"when_withdrawn": "remove"})
    take_in(record())
    put_on_record()
    take_in(record(state="registered", updated="2026-07-02T00:00:00Z"))
    Claim.objects.update(state="deleted", put_code=None, owner_client="")

    take_in(record(updated="2026-07-03T00:00:00Z"))

    assert decided() == ("claim", "became-findable")


def test_a_claim_that_was_not_sent_yet_is_dropped_when_its_ground_is_gone():
    enrol()
    take_in(record())

    take_in(record(creators=[creator(BEN)], updated="2026-07-02T00:00:00Z"))

    assert decided() == ("skip", "not-named")
    assert Claim.objects.get().state == "ignored"


def test_what_a_person_called_not_theirs_stays_away():
    enrol()
    block(orcid_id=ANNA, doi=DOI)

    take_in(record())

    assert decided() == ("skip", "blocked")
    assert not Claim.objects.exists()


def test_without_permission_the_claim_waits_for_it():
    enrol(permission=False)

    take_in(record())

    assert Decision.objects.get().waits
    assert Claim.objects.get().state == "waiting"


def test_only_the_newest_version_is_wanted_and_a_newer_one_is_known():
    enrol(rules={"versions": "newest"})
    concept = [related("IsVersionOf", "10.5072/all")]
    take_in(record("10.5072/v2", relatedIdentifiers=concept, registered="2026-07-05T00:00:00Z"))

    take_in(record("10.5072/v1", relatedIdentifiers=concept, registered="2026-07-01T00:00:00Z"))

    assert decided(doi="10.5072/v2") == ("claim", "new")
    assert decided(doi="10.5072/v1") == ("skip", "not-the-newest")


def test_broken_records_are_set_aside_and_stop_no_one():
    enrol()

    taken = take_in(b"{broken", b"[]", record(), b'{"id":"nonsense","attributes":{"creators":"\xff"}}')

    assert (taken.records, taken.broken) == (4, 3)
    assert Claim.objects.count() == 1
    assert {q.line for q in Quarantine.objects.all()} == {1, 2, 4}


@pytest.mark.parametrize("odd", ["half \ud800", "nothing \0 at all"])
def test_characters_that_no_one_can_store_cost_neither_the_record_nor_the_stream(odd):
    enrol()

    taken = take_in(record(titles=[{"title": odd}], publisher=odd), record("10.5072/after"))

    assert (taken.records, taken.broken) == (2, 0)
    assert Claim.objects.count() == 2
    assert DoiSnapshot.objects.count() == 2


def test_snapshots_are_kept_only_for_dois_that_concern_a_person():
    enrol()

    take_in(record(), record("10.5072/strange", creators=[creator(BEN)]))

    assert [s.doi for s in DoiSnapshot.objects.all()] == [DOI]


@dataclass(frozen=True)
class Outcome:
    """What two runs must have in common."""

    claims: frozenset
    decisions: frozenset


def outcome():
    standing = {}
    wanted = Claim.objects.exclude(state="ignored")
    for decision in Decision.objects.exclude(reason__in=["overtaken", "unchanged"]):
        kept = standing.setdefault((decision.orcid_id, decision.doi), decision)
        if (decision.doi_updated, decision.id) > (kept.doi_updated, kept.id):
            standing[decision.orcid_id, decision.doi] = decision
    standing = {pair: (d.result, d.rule, d.reason, d.doi_updated) for pair, d in standing.items()}
    claims = frozenset(wanted.values_list("orcid_id", "doi", "action", "state", "origin"))
    return Outcome(claims, frozenset(standing.items()))


def stream_of_many():
    people = [ANNA, BEN, CARA]
    draw = random.Random(5)
    stream = []
    for number in range(40):
        named = draw.sample(people, draw.randint(1, 3))
        stream += [
            record(
                f"10.5072/{number}",
                creators=[creator(orcid_id) for orcid_id in named],
                titles=[{"title": f"State {version}"}],
                relatedIdentifiers=draw.choice([[], [related("IsPartOf", "10.5072/whole")]]),
                updated=f"2026-07-0{version + 2}T00:00:00Z",
            )
            for version in range(draw.randint(1, 3))
        ]
    return stream


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_shuffled_stream_with_repeats_in_other_pages_ends_the_same(seed):
    for orcid_id in (ANNA, BEN, CARA):
        enrol(orcid_id)
    stream = stream_of_many()
    take_in(*stream)
    expected = outcome()
    for table in (Claim, Decision, DoiEvent, DoiSnapshot):
        table.objects.all().delete()

    draw = random.Random(seed)
    shuffled = [*stream, *draw.sample(stream, 30)]
    draw.shuffle(shuffled)
    while shuffled:
        page = [shuffled.pop() for _ in range(min(draw.randint(1, 17), len(shuffled)))]
        take_in(*page)

    assert outcome() == expected
