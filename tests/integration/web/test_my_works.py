"""My works, as a browser gets it: states in words, what is in the way, decisions, downloads."""

from datetime import timedelta

import pytest
from django.urls import reverse

from profiles.accounts.models import Account
from profiles.claims import services
from profiles.claims.models import Attempt, Claim
from profiles.claims.services import ClaimRequest, move
from profiles.domain.claim import ClaimAction, ClaimEvent, Origin
from profiles.infra import clock
from profiles.pipeline import sync_clients
from profiles.pipeline.works.own_record import forget_record, read_record
from tests.integration.intake.test_past_works import delete_at_orcid, on_record
from tests.support.claims import waiting_claim
from tests.support.finding import added_by_crossref
from tests.support.intake import enrol
from tests.support.pushing import (
    ALICE,
    let_the_longest_call_pass,
    permitted,
    registered,
    run_lanes,
    settle,
    works_of,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]


@pytest.fixture
def two_works(client, orcid, datacite):
    on_record(orcid, datacite, "10.5072/a", "10.5072/b")
    client.force_login(Account.objects.get(orcid_id=ALICE))


def listed(client, **words):
    return client.get(reverse("works"), words).content.decode()


def act(client, doi, action, **form):
    claim = Claim.objects.get(doi=doi)
    return client.post(reverse("act_on_work", args=[claim.uuid, action]), form, follow=True)


def test_who_begins_is_told_the_two_ways_in(client):
    client.force_login(enrol())

    page = listed(client)

    assert "Nothing here yet" in page
    assert "Works arrive in two ways:" in page


def test_each_work_says_its_state_its_source_and_two_facts(client, two_works):
    page = listed(client, text="10.5072/a")

    assert "10.5072/a" in page
    assert "10.5072/b" not in page
    assert "On your ORCID record</span>" in page
    assert "yes, from DataCite" in page
    assert "Names you" in page


def test_another_source_is_named_after_a_reading_and_never_denied_without_one(client, orcid, datacite):
    permitted(orcid)
    registered(datacite, "10.5072/a")
    registered(datacite, "10.5072/b")
    added_by_crossref(orcid, "10.5072/a")
    for doi in ("10.5072/a", "10.5072/b"):
        claim = waiting_claim(ALICE, doi)
        move(claim_id=claim.pk, event=ClaimEvent.FAIL, problem="consent-missing")
    client.force_login(Account.objects.get(orcid_id=ALICE))

    def said(doi):
        page = client.get(reverse("work", args=[Claim.objects.get(doi=doi).uuid])).content.decode()
        return page.partition("On your ORCID record</dt><dd>")[2].partition("</dd>")[0]

    assert [said("10.5072/a"), said("10.5072/b")] == ["not by DataCite"] * 2

    read_record(ALICE, sync_clients.orcid_works())
    assert [said("10.5072/a"), said("10.5072/b")] == ["yes, from Crossref", "no"]

    forget_record(ALICE)
    assert said("10.5072/a") == "not by DataCite"


def test_words_of_the_title_find_a_work_and_a_filter_that_fits_nothing_says_so(client, two_works):
    assert "10.5072/a" in listed(client, text="ice CORES")
    assert "Nothing fits these filters." in listed(client, text="no such words")
    assert "Nothing fits these filters." in listed(client, show="failed")


def test_a_page_behind_the_last_one_is_the_last_one(client, two_works):
    page = listed(client, page="9")

    assert "10.5072/a" in page
    assert "Nothing here yet" not in page
    assert "10.5072/a" in listed(client, page="9", show="on")


@pytest.mark.parametrize("order", ["latest", "oldest", "title", "added", "nonsense"])
def test_every_order_lists_all(client, two_works, order):
    page = listed(client, sort=order)

    assert "10.5072/a" in page
    assert "10.5072/b" in page


def test_a_removed_work_leaves_orcid_and_can_be_brought_back(client, two_works, orcid):
    answer = act(client, "10.5072/a", "remove", back="show=on")
    run_lanes()

    claim = Claim.objects.get(doi="10.5072/a")
    assert answer.redirect_chain[-1][0] == f"{reverse('works')}?show=on#work-{claim.pk}"
    assert len(works_of(orcid)) == 1
    assert "10.5072/a" in listed(client, show="removed")

    act(client, "10.5072/a", "restore")
    run_lanes()

    assert len(works_of(orcid)) == 2


def test_what_was_removed_in_orcid_is_said_and_restored_on_request(client, two_works, orcid):
    delete_at_orcid(orcid, Claim.objects.get(doi="10.5072/a").put_code)
    client.post(reverse("record"))

    assert "removed by you" in listed(client, text="10.5072/a")

    act(client, "10.5072/a", "restore")
    run_lanes()

    assert len(works_of(orcid)) == 2


def test_a_removal_that_waits_can_be_called_off(client, two_works, orcid):
    orcid.fail_next(9, path="/work", method="DELETE", status=503)
    act(client, "10.5072/a", "remove")
    run_lanes(seconds=1)

    assert ">Keep it<" in listed(client, text="10.5072/a")

    act(client, "10.5072/a", "restore")
    let_the_longest_call_pass(Claim.objects.get(doi="10.5072/a"))
    run_lanes()

    assert Claim.objects.get(doi="10.5072/a").state == "done"
    assert len(works_of(orcid)) == 2


@pytest.mark.parametrize("problem", ["", "consent-missing"])
def test_a_work_that_is_not_there_yet_can_be_called_off(client, orcid, problem):
    permitted(orcid)
    claim = waiting_claim(ALICE, "10.5072/a")
    if problem:
        move(claim_id=claim.pk, event=ClaimEvent.FAIL, problem=problem)
    client.force_login(Account.objects.get(orcid_id=ALICE))

    assert ">Do not add it<" in listed(client)

    answer = act(client, "10.5072/a", "remove")
    run_lanes()

    assert "The work is not sent to your ORCID record." in answer.content.decode()
    assert Claim.objects.get(doi="10.5072/a").state == "deleted"
    assert works_of(orcid) == []


def test_a_work_whose_update_failed_can_be_removed(client, two_works, orcid):
    move(claim_id=waiting_claim(ALICE, "10.5072/a").pk, event=ClaimEvent.FAIL, problem="missing-data")

    page = listed(client, show="failed")

    assert ">Remove from ORCID<" in page
    assert ">Try again<" in page


def test_what_waits_for_a_permission_says_so_in_words_and_leads_to_where_it_is_given(client):
    client.force_login(enrol(ALICE))
    claim = waiting_claim(ALICE, "10.5072/a")
    move(claim_id=claim.pk, event=ClaimEvent.FAIL, problem="consent-missing")

    for page in (listed(client), client.get(reverse("work", args=[claim.uuid])).content.decode()):
        assert "Your permission is missing." in page
        assert "No user and/or" not in page
        assert f'href="{reverse("settings")}#permissions"' in page


def test_what_a_rule_removed_is_not_said_to_be_removed_by_the_person(client, two_works, orcid):
    wanted = ClaimRequest(ALICE, "10.5072/a", Origin.AUTO_UPDATE, ClaimAction.DELETE, actor="rule:withdrawn")
    services.request_claim(wanted)
    run_lanes()

    page = listed(client, show="removed")

    assert "10.5072/a" in page
    assert "removed by you" not in page


def test_not_mine_takes_a_work_away_and_keeps_it_away(client, two_works, orcid):
    act(client, "10.5072/a", "not-mine", reason="another Alice")
    run_lanes()

    assert len(works_of(orcid)) == 1
    assert Claim.objects.get(doi="10.5072/a").problem == "not-mine"


def test_the_back_address_is_only_ever_a_query_of_the_same_page(client, two_works):
    answer = act(client, "10.5072/a", "remove", back="https://elsewhere.example/")

    assert answer.redirect_chain[-1][0].startswith(f"{reverse('works')}?")


def test_an_outage_is_told_with_the_number_that_waits(client, two_works, orcid):
    orcid.fail_next(9, path="/work", method="DELETE", status=503)
    act(client, "10.5072/a", "remove")
    run_lanes(seconds=3)

    assert "1 work waits; nothing is lost, and it continues automatically." in listed(client)


def test_the_story_is_told_in_words_and_with_what_orcid_answered(client, two_works):
    claim = Claim.objects.get(doi="10.5072/a")

    page = client.get(reverse("work", args=[claim.uuid])).content.decode()

    assert "What happened" in page
    assert "We asked ORCID to add" in page
    assert ", and it did." in page


def test_what_a_look_at_the_record_brought_is_told_as_that(client, two_works):
    claim = Claim.objects.get(doi="10.5072/a")
    Attempt.objects.create(claim=claim, at=claim.updated_at, verb="find", seconds=0.1, status=200, problem="")

    page = client.get(reverse("work", args=[claim.uuid])).content.decode()

    assert "We looked for the work on the ORCID record. ORCID showed us what is there." in page


def test_a_story_has_no_numbers_of_the_web_in_it_and_says_what_is_in_the_way_behind_a_colon(
    client, two_works, orcid
):
    orcid.fail_next(9, path="/work", method="DELETE", status=503)
    act(client, "10.5072/a", "remove")
    run_lanes(seconds=1)

    page = client.get(reverse("work", args=[Claim.objects.get(doi="10.5072/a").uuid])).content.decode()

    assert "status 503" not in page
    assert "Put off: ORCID asked us to slow down" in page


@pytest.mark.parametrize(
    ("actor", "note", "words"),
    [
        ("permission", "", "Asked for, because you gave permission"),
        ("0000-0001-5489-3594", "", "Asked for, by a service of DataCite"),
        ("operator", "tried again by command", "Asked for, again, by DataCite&#x27;s staff"),
    ],
)
def test_who_asked_is_told_in_words(client, actor, note, words):
    client.force_login(enrol(ALICE))
    claim = waiting_claim(ALICE, "10.5072/a", actor=actor, note=note)

    page = client.get(reverse("work", args=[claim.uuid])).content.decode()

    assert f">{words}.<time " in page


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("new registered", "Auto-Update asked for it. The DOI is new."),
        (
            "content-changed updated",
            "Auto-Update asked for it. The metadata changed, and the work on the record follows.",
        ),
        (
            "trigger-field creators, relatedIdentifiers",
            "Auto-Update asked for it. Creators, related identifiers or funding references changed.",
        ),
    ],
)
def test_what_auto_update_did_is_told_without_codes_and_without_naming_it_twice(client, note, words):
    client.force_login(enrol(ALICE))
    claim = waiting_claim(ALICE, "10.5072/a", origin=Origin.AUTO_UPDATE, actor="auto-update", note=note)

    page = client.get(reverse("work", args=[claim.uuid])).content.decode()

    assert f">{words}<time " in page


def test_a_work_that_was_asked_for_in_a_batch_tells_so_without_its_number(client):
    client.force_login(enrol(ALICE))
    note = "batch 7d3c6a1e-2b0f-4c58-9a77-51f0c2b6d9ee"
    claim = waiting_claim(ALICE, "10.5072/a", actor="Deposits (key 3)", note=note)

    page = client.get(reverse("work", args=[claim.uuid])).content.decode()

    assert ">Asked for, Deposits (key 3), in one request with others.<time " in page


def test_a_work_that_went_together_with_others_tells_so(client, two_works):
    claim = Claim.objects.get(doi="10.5072/b")

    page = client.get(reverse("work", args=[claim.uuid])).content.decode()

    assert "We asked ORCID to add it together with others" in page
    assert "We have not asked ORCID for anything yet." not in page


def test_no_one_sees_or_moves_the_works_of_another(client, two_works):
    claim = Claim.objects.get(doi="10.5072/a")
    client.force_login(enrol())

    assert client.get(reverse("work", args=[claim.uuid])).status_code == 404
    assert client.post(reverse("act_on_work", args=[claim.uuid, "remove"])).status_code == 404


def test_a_page_that_asks_for_its_list_gets_the_numbers_of_its_tabs_with_it(client, two_works):
    act(client, "10.5072/a", "remove")

    part = client.get(reverse("works"), headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part
    assert 'hx-swap-oob="true"' in part
    assert '<bdi>On their way</bdi> <span class="count">1<' in part
    assert "every 2s" in part


def test_where_nothing_moves_the_list_asks_seldom(client, two_works):
    assert "every 20s" in listed(client)


def test_what_is_pressed_on_the_page_of_a_work_leads_back_to_it(client, two_works):
    claim = Claim.objects.get(doi="10.5072/a")

    answer = act(client, "10.5072/a", "remove", stay="1")

    assert answer.redirect_chain[-1][0] == f"{reverse('work', args=[claim.uuid])}#state"


def test_a_page_left_open_leads_to_the_sign_in_as_a_whole_when_its_session_is_over(client):
    answer = client.get(reverse("works"), headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


def test_what_a_rule_left_out_says_which_rule_and_what_to_do(client, two_works):
    claim = waiting_claim(ALICE, "10.5072/part", origin=Origin.AUTO_UPDATE)
    move(claim_id=claim.pk, event=ClaimEvent.SKIP, detail="other-agency", actor="auto-update")

    page = listed(client, show="left-out")
    story = client.get(reverse("work", args=[claim.uuid])).content.decode()

    for shown in (page, story):
        assert "The DOI belongs to another registration agency" in shown
        assert "through its own registration agency, such as Crossref" in shown
    assert "In detail: other-agency" not in story


def test_a_work_that_was_tried_for_too_long_does_not_promise_another_try(client, orcid, datacite):
    permitted(orcid)
    registered(datacite, "10.5072/old")
    claim = waiting_claim(ALICE, "10.5072/old")
    Claim.objects.filter(pk=claim.pk).update(requested_at=clock.now() - timedelta(days=8))
    orcid.fail_next(None, path="/work", method="POST", status=502, body="")

    run_lanes(seconds=2)

    assert (settle(claim).state, claim.problem) == ("failed", "orcid-unavailable")
    client.force_login(Account.objects.get(orcid_id=ALICE))
    page = client.get(reverse("work", args=[claim.uuid])).content.decode()
    assert "We tried for a week, at growing intervals, and have stopped." in page
    assert "continues automatically" not in page
