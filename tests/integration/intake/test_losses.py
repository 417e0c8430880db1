"""A work is taken off a record for a statement only: what cannot be told waits, and then asks."""

import base64

import pytest

from profiles.claims.models import Claim
from profiles.domain.eligibility.case import Source
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.records.sighting import read_sighting
from profiles.intake.models import Decision, DoiEvent, DoiSnapshot
from profiles.intake.selectors import lag_by_source, open_questions
from profiles.pipeline import sync_clients
from profiles.pipeline.intake.receive import AnnouncedDoi, decide_due_events, take_in_events
from profiles.pipeline.requests.answers import answer
from profiles.pipeline.works.explain import personal_verdict
from tests.support.intake import enrol, take_in
from tests.support.records import ANNA, BEN, DOI, creator, name_identifier, record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_jobs")]

REMOVE = {"when_withdrawn": "remove"}
ANNA_WITHOUT_ID = creator(None, name="Berg, Anna", givenName="Anna", familyName="Berg")


def xml_of(*people):
    """The XML of a DOI, as the REST API gives it: (name, iD or nothing) for each creator."""
    creators = "".join(
        f"<creator><creatorName>{name}</creatorName>"
        + (f'<nameIdentifier nameIdentifierScheme="ORCID">{orcid_id}</nameIdentifier>' if orcid_id else "")
        + "</creator>"
        for name, orcid_id in people
    )
    text = f'<resource xmlns="http://datacite.org/schema/kernel-4"><creators>{creators}</creators></resource>'
    return base64.b64encode(text.encode()).decode()


def on_the_record(**changes):
    """Anna's work is on her record, and what is withdrawn is to be removed without asking."""
    enrol(rules=REMOVE)
    take_in(record(**changes))
    Claim.objects.update(state="done", put_code=17, owner_client="APP-PROFILESDEMO0003", due_at=None)


def later(hour, **changes):
    return record(updated=f"2026-07-02T{hour:02}:00:00Z", **changes)


def shown(datacite, *records):
    datacite.order("dois", list(records))


def let_the_second_look_come():
    """Decide about what is looked at a second time, as if the day had passed."""
    pending = DoiEvent.objects.filter(event_id__startswith="again:", due_at__isnull=False)
    assert pending.exists()
    pending.update(due_at="2026-07-03T00:00:00Z", received_at="2026-07-03T00:00:00Z")
    decide_due_events(sync_clients.datacite())


def newest():
    decision = Decision.objects.filter(orcid_id=ANNA, doi=DOI).latest("id")
    return decision.result, decision.reason


def why(found):
    return personal_verdict(Doi(DOI), OrcidId(ANNA), read_sighting(found) if found else None).result.value


def is_untouched():
    claim = Claim.objects.get(orcid_id=ANNA)
    return (claim.action, claim.state, claim.put_code) == ("create", "done", 17)


@pytest.mark.parametrize(
    "deposited",
    [
        f"https://orcid.org/{ANNA} (unauthenticated)",
        f"https://orcid.org/my-orcid?orcid={ANNA}",
        f"\u202ahttps://orcid.org/{ANNA}\u202c",
        f"https://orcid.org/{ANNA}\u200e",
    ],
)
def test_an_id_in_another_form_still_names_the_person(deposited):
    on_the_record()

    take_in(later(1, creators=[creator(nameIdentifiers=[name_identifier(deposited)])]))

    assert newest()[0] == "update"
    assert DoiSnapshot.objects.get().names == [ANNA]


IN_DOUBT = {
    "empty": {"creators": []},
    "null": {"creators": None},
    "a number": {"creators": 17},
    "an object": {"creators": {}},
    "with a null": {"creators": [None, creator(BEN)]},
    "without names": {"creators": [{"nameIdentifiers": []}]},
    "identifiers damaged": {"creators": [creator(nameIdentifiers=5)]},
    "iD null": {"creators": [creator(nameIdentifiers=[name_identifier(None)])]},
    "iD with a wrong digit": {"creators": [creator(nameIdentifiers=[name_identifier(ANNA[:-1] + "4")])]},
    "name without iD": {"creators": [creator(BEN), ANNA_WITHOUT_ID]},
    "state unknown": {"state": None},
}


@pytest.mark.parametrize("damage", IN_DOUBT.values(), ids=IN_DOUBT)
def test_what_cannot_be_told_removes_nothing_and_asks_once_after_a_second_look(damage, datacite):
    on_the_record()
    damaged = later(1, **damage)
    shown(datacite, damaged)

    take_in(damaged)
    first = newest()
    let_the_second_look_come()
    second = newest()
    asked = [question.pk for question in open_questions(ANNA)]
    take_in(later(2, titles=[{"title": "Corrected"}], **damage))
    still_asked = open_questions(ANNA).count()
    answer(ANNA, [question.pk for question in open_questions(ANNA)], yes=False)
    take_in(later(3, titles=[{"title": "Corrected again"}], **damage))

    assert first[0] == "skip"
    assert second[0] == "offer-removal"
    assert (len(asked), still_asked, open_questions(ANNA).count()) == (1, 1, 0)
    assert not DoiEvent.objects.filter(due_at__isnull=False).exists()
    assert is_untouched()


def test_a_404_during_reindexing_changes_nothing_and_adds_nothing_when_the_doi_is_back(datacite):
    on_the_record()
    take_in_events([AnnouncedDoi("agent:1", DOI)], source=Source.AGENT)
    decide_due_events(sync_clients.datacite())
    state = DoiSnapshot.objects.get().state

    shown(datacite, record())
    let_the_second_look_come()

    assert state == "findable"
    assert newest() == ("skip", "unchanged")
    assert not open_questions(ANNA).exists()
    assert is_untouched()


def test_a_doi_that_stays_away_is_asked_about_after_the_second_look_and_never_removed_unasked(datacite):
    on_the_record()
    take_in_events([AnnouncedDoi("agent:1", DOI)], source=Source.AGENT)
    decide_due_events(sync_clients.datacite())
    first = newest()

    let_the_second_look_come()

    assert first == ("skip", "no-longer-shown")
    assert newest() == ("offer-removal", "no-longer-shown")
    assert why(None) == "offer-removal"
    assert DoiSnapshot.objects.get().state == "hidden"
    assert is_untouched()


def test_the_xml_of_the_doi_is_a_second_opinion_that_names_the_person(datacite):
    on_the_record()
    damaged = later(1, creators=[], xml=xml_of(("Berg, Anna", ANNA)))
    shown(datacite, damaged)
    take_in(damaged)

    let_the_second_look_come()

    assert newest() == ("skip", "unchanged")
    assert not open_questions(ANNA).exists()
    assert DoiSnapshot.objects.get().names == [ANNA]
    assert is_untouched()


def test_the_xml_of_the_doi_is_a_second_opinion_that_does_not_name_the_person(datacite):
    on_the_record()
    damaged = later(1, creators=[], xml=xml_of(("Okoro, Ben", BEN)))
    shown(datacite, damaged)
    take_in(damaged)

    let_the_second_look_come()

    assert newest() == ("remove", "not-named")
    assert Claim.objects.get().action == "delete"


@pytest.mark.parametrize("xml", ["%%%", "", base64.b64encode(b"<!DOCTYPE a><resource/>").decode(), 17])
def test_xml_that_cannot_be_read_is_no_opinion(xml, datacite):
    on_the_record()
    damaged = later(1, creators=[], xml=xml)
    shown(datacite, damaged)
    take_in(damaged)

    let_the_second_look_come()

    assert newest() == ("offer-removal", "people-unreadable")


def test_a_repaired_record_is_no_change_of_creators():
    enrol()
    past = {"registered": "2019-01-01T00:00:00Z", "created": "2019-01-01T00:00:00Z"}
    enrol(BEN)
    take_in(record(creators=[creator(), creator(BEN)], **past))

    take_in(later(1, creators=[], **past))
    take_in(later(2, creators=[creator(), creator(BEN)], **past))

    assert newest() == ("skip", "unchanged")
    assert not Claim.objects.exists()


def test_a_second_look_that_is_not_due_yet_is_no_lag():
    on_the_record()

    take_in(later(1, creators=[]))

    assert DoiEvent.objects.filter(due_at__isnull=False).exists()
    assert lag_by_source() == {}


def test_an_older_state_that_comes_late_removes_nothing():
    on_the_record(updated="2026-07-02T00:00:00Z")

    take_in(record(creators=[creator(BEN)]), source=Source.FILE)

    assert newest() == ("skip", "overtaken")
    assert is_untouched()


def test_a_repository_that_is_missing_for_a_moment_stops_no_claim():
    enrol()
    take_in(record())

    take_in(record(client=None, updated="2026-07-02T01:00:00Z", titles=[{"title": "Corrected"}]))

    assert Claim.objects.get().state == "waiting"


def test_a_claim_that_waits_is_not_stopped_by_what_cannot_be_told():
    enrol()
    take_in(record())

    take_in(later(1, creators=[]))

    assert Claim.objects.get().state == "waiting"


def test_after_the_metadata_stop_naming_the_person_why_says_what_was_decided():
    on_the_record()
    enrol(rules={})

    unnamed = later(1, creators=[creator(BEN)])
    take_in(unnamed)

    assert newest() == ("offer-removal", "not-named")
    assert why(unnamed) == "offer-removal"


@pytest.mark.parametrize("state", ["working", "waiting"])
def test_a_wrong_id_that_is_corrected_while_the_work_is_sent_is_removed_where_the_person_chose_so(state):
    enrol(rules=REMOVE)
    take_in(record())
    Claim.objects.update(state=state, tries=1, in_doubt=True)

    take_in(later(1, creators=[creator(BEN)]))

    claim = Claim.objects.get()
    assert newest() == ("remove", "not-named")
    assert (claim.action, claim.state) == ("delete", "waiting")


def test_a_wrong_id_that_is_corrected_while_the_work_is_sent_is_asked_about():
    enrol()
    take_in(record())
    Claim.objects.update(state="working", tries=1, in_doubt=True)

    take_in(later(1, creators=[creator(BEN)]))

    assert newest() == ("offer-removal", "not-named")
    assert [question.doi for question in open_questions(ANNA)] == [DOI]
    # Whether it has arrived is read on the record; until then it is not called "not added".
    claim = Claim.objects.get()
    assert (claim.state, claim.in_doubt, claim.stop_reason) == ("waiting", True, "not-named")


def test_a_wrong_id_that_is_corrected_while_orcids_answer_is_unknown_stops_the_claim_and_asks():
    enrol()
    take_in(record())
    Claim.objects.update(state="waiting", tries=1, in_doubt=True)

    take_in(later(1, creators=[creator(BEN)]))

    assert [question.doi for question in open_questions(ANNA)] == [DOI]
    claim = Claim.objects.get()
    assert (claim.state, claim.in_doubt, claim.stop_reason) == ("waiting", True, "not-named")
