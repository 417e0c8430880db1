"""Looking back, back-fill by choice, previews, and comparing a record with what we know."""

from datetime import UTC, datetime

import pytest

from profiles.claims.models import Claim
from profiles.domain.claim import Origin
from profiles.domain.consent import Purpose
from profiles.domain.eligibility.researcher_rules import ResearcherRules, Versions
from profiles.intake.models import Decision, DoiEvent, DoiSnapshot, LookBack, Reconciliation
from profiles.intake.services import answer_question
from profiles.pipeline import sync_clients
from profiles.pipeline.requests import backfill
from profiles.pipeline.requests.answers import answer
from profiles.pipeline.works import replay
from profiles.pipeline.works.find_works import WorkSearch, find
from profiles.pipeline.works.reconcile import reconcile
from tests.support.claims import waiting_claim
from tests.support.finding import add_pasted
from tests.support.intake import enrol, take_in
from tests.support.pushing import ALICE, permitted, registered, run_lanes, works_of
from tests.support.records import ANNA, DOI, contributor, creator, record, related

pytestmark = pytest.mark.django_db(transaction=True)

LATER = datetime(2026, 9, 1, tzinfo=UTC)


def hold(datacite, *records):
    datacite.order("dois", list(records))


def of_alice(doi, **attributes):
    alice = creator(ALICE, name="Alvarado, Alice", givenName="Alice", familyName="Alvarado")
    return record(doi, creators=[alice], **attributes)


def test_looking_back_claims_nothing_and_tells_later_changes_from_the_past(datacite):
    enrol(auto_update_since=LATER)
    hold(datacite, record(), record("10.5072/two", contributors=[contributor()], creators=[creator(None)]))

    found = backfill.look_back(ANNA)
    take_in(record(updated="2026-09-02T00:00:00Z"))
    re_indexed = Decision.objects.get()
    take_in(record(titles=[{"title": "New title"}], updated="2026-09-03T00:00:00Z"))
    retitled = Decision.objects.latest("id")
    take_in(record(creators=[creator(), creator(None)], updated="2026-09-04T00:00:00Z"))

    assert found == LookBack.objects.get().found == 2
    assert (re_indexed.result, re_indexed.reason) == ("skip", "unchanged")
    assert (retitled.result, retitled.reason) == ("skip", "content-only")
    assert Decision.objects.latest("id").reason == "trigger-field"
    assert Claim.objects.count() == 1


def test_a_doi_registered_between_the_switch_and_the_look_back_is_not_swallowed(datacite):
    enrol()
    hold(datacite, record())

    backfill.look_back(ANNA)
    take_in(record())

    assert Claim.objects.count() == 1
    assert Decision.objects.count() == 1


def test_chosen_works_arrive_on_the_record_and_only_on_the_choosers(orcid, datacite):
    permitted(orcid, ALICE)
    enrol(ANNA)
    both = [creator(ALICE, name="Alvarado, Alice"), creator(ANNA)]
    hold(
        datacite,
        record(
            "10.5072/chosen", creators=both, registered="2019-01-01T00:00:00Z", updated="2019-01-01T00:00:00Z"
        ),
    )

    add_pasted(ALICE, "https://doi.org/10.5072/CHOSEN")
    run_lanes()

    (work,) = works_of(orcid)
    assert work["external-ids"]["external-id"][0]["external-id-value"] == "10.5072/chosen"
    assert list(Claim.objects.values_list("orcid_id", "state")) == [(ALICE, "done")]


def test_a_contributor_who_wants_it_is_asked_when_no_name_fits_and_then_gets_the_work(orcid, datacite):
    permitted(orcid, ALICE)
    enrol(ALICE, permission=False, name="Alice Alvarado", rules={"roles": ["Editor"]})
    edited = record("10.5072/edited", creators=[creator(None)], contributors=[contributor(ALICE, "Editor")])
    hold(datacite, edited)

    take_in(edited)
    run_lanes()

    assert [(d.result, d.reason) for d in Decision.objects.all()] == [("ask", "name-differs")]
    answer(ALICE, [Decision.objects.get().pk], yes=True)
    run_lanes()
    (work,) = works_of(orcid)
    assert work["external-ids"]["external-id"][0]["external-id-value"] == "10.5072/edited"


def test_what_is_chosen_while_auto_update_is_off_counts_as_search_and_link(orcid, datacite):
    permitted(orcid, ALICE)
    enrol(ALICE, permission=False, auto_update_since=None)
    hold(datacite, of_alice("10.5072/chosen"))

    add_pasted(ALICE, "10.5072/chosen")
    run_lanes()

    assert list(Claim.objects.values_list("origin", "state")) == [("orcid_search", "done")]


def test_a_preview_shows_what_other_rules_would_have_done_and_keeps_nothing(datacite):
    enrol()
    hold(
        datacite,
        record("10.5072/v1", relatedIdentifiers=[related("IsVersionOf", "10.5072/all")]),
        record("10.5072/all"),
    )

    shown = backfill.preview(ANNA, ResearcherRules(versions=Versions.CONCEPT_ONLY))

    assert {p.doi: (p.before.result.value, p.after.result.value) for p in shown} == {
        "10.5072/v1": ("claim", "skip"),
        "10.5072/all": ("claim", "claim"),
    }
    assert not Decision.objects.exists()
    assert not DoiSnapshot.objects.exists()


def three_versions():
    of_one = [related("IsVersionOf", "10.5072/all")]
    return [
        record(f"10.5072/v{n}", relatedIdentifiers=of_one, registered=f"2026-07-0{n}T10:00:00Z")
        for n in (1, 2, 3)
    ]


def test_a_preview_knows_which_version_is_the_newest(datacite):
    enrol()
    hold(datacite, *three_versions())

    shown = backfill.preview(ANNA, ResearcherRules(versions=Versions.NEWEST_ONLY))

    assert {p.doi: p.after.result.value for p in shown} == {
        "10.5072/v1": "skip",
        "10.5072/v2": "skip",
        "10.5072/v3": "claim",
    }


def test_find_works_says_which_version_is_not_the_newest(datacite):
    anna = enrol(rules={"versions": "newest"})
    hold(datacite, *three_versions())

    listed = {work.doi: work.standing.left_out for work in find(anna, WorkSearch()).works}

    assert listed == {
        "10.5072/v1": "not-the-newest",
        "10.5072/v2": "not-the-newest",
        "10.5072/v3": "",
    }


def test_of_versions_that_come_together_only_the_newest_is_added_for_who_wants_that():
    enrol(rules={"versions": "newest"})

    take_in(*three_versions())

    assert list(Claim.objects.values_list("doi", flat=True)) == ["10.5072/v3"]


def on_record(orcid, datacite, *dois):
    permitted(orcid, ALICE, purposes=(Purpose.AUTO_UPDATE,))
    for doi in dois:
        registered(datacite, doi)
        waiting_claim(ALICE, doi, origin=Origin.AUTO_UPDATE)
    run_lanes()


def delete_at_orcid(orcid, put_code):
    import urllib.request

    token = orcid.order("tokens", {"client_id": "APP-PROFILESDEMO0003", "orcid": ALICE})["access_token"]
    request = urllib.request.Request(
        f"{orcid.url}/v3.0/{ALICE}/work/{put_code}",
        method="DELETE",
        headers={"Authorization": f"Bearer {token}"},
    )
    urllib.request.urlopen(request, timeout=10).close()


def test_what_was_removed_in_orcid_is_remembered_and_stays_away(orcid, datacite):
    on_record(orcid, datacite, "10.5072/a", "10.5072/b")
    delete_at_orcid(orcid, Claim.objects.get(doi="10.5072/a").put_code)

    drift = reconcile(ALICE)

    assert drift.as_report() == {"removed": ["10.5072/a"]}
    assert Claim.objects.get(doi="10.5072/a").removed_by_owner_at is not None
    assert Claim.objects.get(doi="10.5072/b").state == "done"
    assert Reconciliation.objects.get().drift == 1
    take_in(of_alice("10.5072/a"))
    assert Decision.objects.get().reason == "removed-in-orcid"
    assert Claim.objects.get(doi="10.5072/a").state == "deleted"


def test_a_lost_put_code_is_found_again(orcid, datacite):
    on_record(orcid, datacite, "10.5072/a")
    known = Claim.objects.get().put_code
    Claim.objects.update(put_code=None, owner_client="")

    drift = reconcile(ALICE)

    assert drift.as_report() == {"adopted": ["10.5072/a"]}
    assert (Claim.objects.get().put_code, Claim.objects.get().owner_client) == (known, "APP-PROFILESDEMO0003")


def entry(doi, **content):
    """A work as ORCID keeps it, from our Auto-Update client."""
    link = {
        "external-id-type": "doi",
        "external-id-value": doi,
        "external-id-url": {"value": f"https://doi.org/{doi}"},
        "external-id-relationship": "self",
    }
    title = {"title": {"value": "Once more"}}
    work = {"title": title, "type": "data-set", "external-ids": {"external-id": [link]}, **content}
    return {"source_client": "APP-PROFILESDEMO0003", "work": work}


def test_a_doubled_work_and_a_private_one_are_reported_and_left_as_they_are(orcid, datacite):
    on_record(orcid, datacite, "10.5072/a", "10.5072/b")
    # The person's own page made one private; a restored backup of the record doubled the other.
    orcid.order(
        "people",
        {"orcid": ALICE, "works": [entry("10.5072/a"), entry("10.5072/b", visibility="private")]},
    )
    before = {claim.doi: (claim.put_code, claim.state) for claim in Claim.objects.all()}
    listed = len(works_of(orcid))

    drift = reconcile(ALICE)

    assert drift.doubled == ["10.5072/a", "10.5072/b"]
    assert drift.private == ["10.5072/b"]
    assert {claim.doi: (claim.put_code, claim.state) for claim in Claim.objects.all()} == before
    assert len(works_of(orcid)) == listed
    assert Reconciliation.objects.get().report["private"] == ["10.5072/b"]


def test_a_dry_run_changes_nothing(orcid, datacite):
    on_record(orcid, datacite, "10.5072/a")
    delete_at_orcid(orcid, Claim.objects.get().put_code)

    drift = reconcile(ALICE, dry_run=True)

    assert drift.removed == ["10.5072/a"]
    assert Claim.objects.get().state == "done"
    assert not Reconciliation.objects.exists()


def test_while_orcid_is_down_nothing_is_taken_for_removed(orcid, datacite):
    on_record(orcid, datacite, "10.5072/a")
    orcid.fail_next(None, path="/works", status=500)

    drift = reconcile(ALICE)

    assert drift.as_report() == {}
    assert Reconciliation.objects.get().problem == "orcid-unavailable"
    assert Claim.objects.get().state == "done"


def test_a_doi_that_datacite_hid_goes_through_the_rules(orcid, datacite):
    permitted(orcid, ALICE)
    enrol(ALICE, permission=False)
    hold(datacite, of_alice("10.5072/a"))
    take_in(of_alice("10.5072/a"))
    run_lanes()
    hold(datacite, of_alice("10.5072/a", state="registered"))

    from profiles.pipeline.intake.receive import decide_due_events

    drift = reconcile(ALICE)
    decide_due_events(sync_clients.datacite())

    assert drift.hidden == ["10.5072/a"]
    newest = Decision.objects.latest("id")
    assert (newest.result, newest.reason) == ("skip", "no-longer-shown")
    assert DoiEvent.objects.filter(event_id__startswith="again:", due_at__isnull=False).exists()


def test_old_skips_are_asked_about_again_and_acted_on_only_when_told(settings):
    enrol(rules={"skip_types": ["Dataset"]})
    take_in(record(), record("10.5072/part", relatedIdentifiers=[related("IsPartOf", "10.5072/whole")]))
    enrol(rules={})

    shown = replay.replay()
    untouched = Claim.objects.count()
    acted = replay.replay(act=True)
    again = replay.replay(act=True)

    assert (shown.asked, dict(shown.would_change), untouched) == (2, {"type-unwanted -> claim": 1}, 0)
    assert acted.acted == 1
    assert list(Claim.objects.values_list("doi", flat=True)) == [DOI]
    assert (again.asked, again.acted) == (1, 0)


def test_a_refused_work_is_not_asked_about_again():
    enrol(rules={"ask_first": True})
    take_in(record())
    question = Decision.objects.get()

    answered = answer_question(decision_id=question.pk, orcid_id=ANNA, yes=False)
    take_in(record(creators=[creator(), creator(None)], updated="2026-07-02T00:00:00Z"))

    assert answered is not None
    assert Decision.objects.latest("id").reason == "refused"


def test_a_question_is_taken_back_when_the_doi_changes():
    enrol(rules={"ask_first": True})
    take_in(record())
    take_in(record(titles=[{"title": "Changed"}], updated="2026-07-02T00:00:00Z"))

    assert list(Decision.objects.order_by("id").values_list("answer", flat=True)) == ["overtaken", ""]
