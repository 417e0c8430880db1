"""Many works at once: removed, called off, tried again, brought back, called not mine, and undone."""

import pytest
from django.urls import reverse

from profiles.accounts.models import Account
from profiles.claims import services
from profiles.claims.models import Block, Claim
from profiles.domain.claim import ClaimEvent
from tests.integration.intake.test_past_works import on_record
from tests.support.claims import waiting_claim
from tests.support.intake import enrol
from tests.support.pushing import ALICE, BOB, run_lanes, works_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
DOIS = ("10.5072/a", "10.5072/b", "10.5072/c")


@pytest.fixture
def three_works(client, orcid, datacite):
    on_record(orcid, datacite, *DOIS)
    client.force_login(Account.objects.get(orcid_id=ALICE))


def act(client, what, *dois, **form):
    works = [str(Claim.objects.get(orcid_id=ALICE, doi=doi).uuid) for doi in dois]
    return client.post(
        reverse("act_on_works"), {"do": what, "work": works, **form}, follow=True
    ).content.decode()


def states():
    return dict(Claim.objects.filter(orcid_id=ALICE).order_by("doi").values_list("doi", "state"))


def test_chosen_works_leave_the_record_and_come_back_by_undo(client, three_works, orcid):
    page = act(client, "remove", *DOIS[:2])
    assert "2 works are being removed from your ORCID record." in page
    assert 'value="undo"' in page
    run_lanes()
    assert [len(works_of(orcid)), *states().values()] == [1, "deleted", "deleted", "done"]

    assert "2 works are being brought back." in act(client, "undo")
    run_lanes()

    assert [len(works_of(orcid)), *states().values()] == [3, "done", "done", "done"]
    assert "There is nothing to undo any more." in act(client, "undo")


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

    assert "1 work is sent again now. 3 of the chosen works are not in a state for that" in page
    assert set(states().values()) == {"done", "waiting"}


def test_a_request_that_waits_is_called_off_and_nothing_is_sent(client, orcid, datacite, three_works):
    waiting_claim(ALICE, "10.5072/waits")

    page = act(client, "call-off", "10.5072/waits", DOIS[0])
    run_lanes()

    assert "1 work is called off." in page
    assert len(works_of(orcid)) == 3
    assert states()["10.5072/waits"] == "deleted"


def test_works_that_are_not_mine_are_blocked_until_undo(client, three_works, orcid):
    act(client, "not-mine", *DOIS)
    run_lanes()
    assert works_of(orcid) == []
    assert Block.objects.count() == len(DOIS)

    act(client, "undo")
    run_lanes()

    assert len(works_of(orcid)) == len(DOIS)
    assert not Block.objects.exists()


def test_a_restoration_is_undone_too(client, three_works, orcid):
    act(client, "remove", *DOIS)
    run_lanes()
    act(client, "restore", *DOIS)
    run_lanes()
    assert len(works_of(orcid)) == len(DOIS)

    act(client, "undo")
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


def test_500_works_are_acted_on_in_a_fixed_number_of_statements(client, orcid, django_assert_max_num_queries):
    enrol(ALICE)
    client.force_login(Account.objects.get(orcid_id=ALICE))
    for number in range(500):
        waiting_claim(ALICE, f"10.5072/{number}")

    with django_assert_max_num_queries(30):
        client.post(reverse("act_on_works"), {"do": "call-off", "all": "1"})

    assert Claim.objects.filter(action="delete").count() == 500
