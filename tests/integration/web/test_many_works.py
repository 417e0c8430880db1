"""Many works at once: removed, called off, tried again, brought back, called not mine, and undone."""

import re
from html import unescape

import pytest
from django.urls import reverse

from profiles.accounts.models import Account
from profiles.claims import services
from profiles.claims.bulk_acts.models import BulkAct as Bulk
from profiles.claims.models import Block, Claim
from profiles.claims.services import ClaimRequest, request_claims
from profiles.domain.claim import ClaimEvent, Origin
from profiles.pipeline.requests.bulk_acts import BATCH_SIZE
from tests.integration.intake.test_past_works import on_record
from tests.support.claims import waiting_claim
from tests.support.intake import enrol
from tests.support.jobs import run_jobs
from tests.support.pushing import ALICE, BOB, run_lanes, works_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
DOIS = ("10.5072/a", "10.5072/b", "10.5072/c")


@pytest.fixture
def three_works(client, orcid, datacite):
    on_record(orcid, datacite, *DOIS)
    client.force_login(Account.objects.get(orcid_id=ALICE))


def listed(client):
    return client.get(reverse("works")).content.decode()


def act(client, what, *dois, **form):
    works = [str(Claim.objects.get(orcid_id=ALICE, doi=doi).uuid) for doi in dois]
    return client.post(
        reverse("act_on_works"), {"do": what, "work": works, **form}, follow=True
    ).content.decode()


def press(client, page, what):
    """Press a button of the notice about the last act."""
    shown = re.search(r'name="act" value="([^"]+)"', page)
    assert f'name="do" value="{what}"' in page
    form = {"do": what, "act": shown[1]}
    return client.post(reverse("act_on_works"), form, follow=True).content.decode()


def plain(page):
    """Return the words of the notice."""
    notice = page.partition('id="bulk-act"')[2].partition("<form")[0].partition(">")[2]
    return " ".join(unescape(re.sub("<[^>]+>", " ", notice)).split())


def states():
    return dict(Claim.objects.filter(orcid_id=ALICE).order_by("doi").values_list("doi", "state"))


def test_chosen_works_leave_the_record_and_come_back_by_undo(client, three_works, orcid):
    page = act(client, "remove", *DOIS[:2])
    assert "2 works are being removed from your ORCID record." in page
    assert 'value="undo"' in page
    run_lanes()
    assert [len(works_of(orcid)), *states().values()] == [1, "deleted", "deleted", "done"]

    assert "2 works are being brought back." in press(client, page, "undo")
    run_lanes()

    assert [len(works_of(orcid)), *states().values()] == [3, "done", "done", "done"]
    assert "2 works are brought back." in (after := listed(client))
    assert 'value="undo"' not in after
    again = {"do": "undo", "act": Bulk.objects.order_by("pk")[0].uuid}
    twice = client.post(reverse("act_on_works"), again, follow=True).content.decode()
    assert "There is nothing to undo any more." in twice


def test_all_that_is_found_is_more_than_what_is_ticked_and_less_than_all(client, three_works, orcid):
    act(client, "remove", DOIS[0])
    run_lanes()

    page = act(client, "remove", all="1", back="show=on")
    run_lanes()

    assert "2 works are being removed" in page
    assert works_of(orcid) == []


def test_what_an_act_does_not_fit_stays_as_it_is_and_is_counted(client, three_works):
    failed = waiting_claim(ALICE, "10.5072/failed")
    services.move(claim_id=failed.pk, event=ClaimEvent.FAIL, problem="consent-missing")

    page = act(client, "again", *DOIS, "10.5072/failed")

    assert "1 work is sent again now. 3 of the chosen works are not in a state for that" in plain(page)
    assert set(states().values()) == {"done", "waiting"}


def test_a_request_that_waits_is_called_off_and_nothing_is_sent(client, orcid, datacite, three_works):
    waiting_claim(ALICE, "10.5072/waits")

    page = act(client, "call-off", "10.5072/waits", DOIS[0])
    run_lanes()

    assert "1 work is called off." in page
    assert len(works_of(orcid)) == 3
    assert states()["10.5072/waits"] == "deleted"


def test_works_that_are_not_mine_are_blocked_until_undo(client, three_works, orcid):
    page = act(client, "not-mine", *DOIS)
    run_lanes()
    assert works_of(orcid) == []
    assert Block.objects.count() == len(DOIS)

    press(client, page, "undo")
    run_lanes()

    assert len(works_of(orcid)) == len(DOIS)
    assert not Block.objects.exists()


def test_a_restoration_is_undone_too(client, three_works, orcid):
    act(client, "remove", *DOIS)
    run_lanes()
    page = act(client, "restore", *DOIS)
    run_lanes()
    assert len(works_of(orcid)) == len(DOIS)

    press(client, page, "undo")
    run_lanes()

    assert works_of(orcid) == []


def test_works_of_others_and_ids_that_are_none_are_left_alone(client, three_works):
    enrol(BOB)
    other = waiting_claim(BOB, "10.5072/bobs")
    form = {"do": "call-off", "work": [str(other.uuid), "nonsense"]}

    page = client.post(reverse("act_on_works"), form, follow=True).content.decode()

    assert "No work is chosen." in page
    other.refresh_from_db()
    assert (other.state, other.action) == ("waiting", "create")


def test_undoing_not_mine_adds_nothing_that_was_not_wanted_before(client, three_works, orcid):
    act(client, "remove", DOIS[0])
    run_lanes()
    page = act(client, "not-mine", *DOIS[:2])
    run_lanes()

    press(client, page, "undo")
    run_lanes()

    assert [*states().values()] == ["deleted", "done", "done"]
    assert not Block.objects.exists()
    assert Claim.objects.get(doi=DOIS[0]).problem == ""


@pytest.fixture
def six_hundred(client, orcid):
    """Alice, with 600 works that wait; a batch is 250."""
    client.force_login(enrol(ALICE))
    request_claims(
        [ClaimRequest(ALICE, f"10.5072/{number}", Origin.SEARCH_AND_LINK) for number in range(600)]
    )


def called_off():
    return Claim.objects.filter(action="delete").count()


def test_hundreds_are_begun_in_a_fixed_number_of_statements_and_a_job_does_the_rest(
    client, six_hundred, django_assert_max_num_queries
):
    with django_assert_max_num_queries(40):
        client.post(reverse("act_on_works"), {"do": "call-off", "all": "1"})
    assert called_off() == BATCH_SIZE

    run_jobs()

    assert called_off() == 600
    assert "0 of 600 settled" in listed(client), "ORCID has done none of it"
    Claim.objects.filter(doi__lt="10.5072/3").update(state="deleted", due_at=None)
    Claim.objects.filter(doi="10.5072/3").update(state="failed", due_at=None)
    page = plain(listed(client))
    assert "600 works are called off. For 1 work it did not succeed. See what to do" in page
    assert re.search(r"22\d of 600 settled", page)


def test_an_act_that_runs_is_called_off_in_the_plan_and_at_orcid(client, six_hundred):
    page = client.post(reverse("act_on_works"), {"do": "call-off", "all": "1"}, follow=True).content.decode()
    sent = Claim.objects.filter(action="delete").order_by("pk").first()
    Claim.objects.filter(pk=sent.pk).update(state="deleted", due_at=None)

    page = press(client, page, "call-off-rest")
    run_jobs()

    assert called_off() == 1, "what is done stays done, and all else is wanted as before"
    assert "1 work is called off. 599 works are left as they were" in plain(page)
    press(client, page, "undo")
    assert called_off() == 0


def test_an_act_that_runs_is_undone_and_what_is_planned_never_begins(client, six_hundred):
    page = client.post(reverse("act_on_works"), {"do": "call-off", "all": "1"}, follow=True).content.decode()

    press(client, page, "undo")
    run_jobs()

    assert called_off() == 0
    assert not Bulk.objects.filter(state="running").exists()


def test_a_notice_is_put_away_and_another_person_has_no_part_in_it(client, three_works):
    page = act(client, "remove", *DOIS)
    client.force_login(enrol(BOB))
    assert "bulk-act" not in listed(client)
    press(client, page, "call-off-rest")
    press(client, page, "undo")
    assert Claim.objects.filter(action="delete").count() == 3

    client.force_login(Account.objects.get(orcid_id=ALICE))
    run_lanes()
    page = listed(client)
    assert "3 works are removed from your ORCID record." in page
    assert 'id="bulk-act"' not in press(client, page, "close")
