"""Choosing works: what was written is looked up, all is asked for in one go, and outages cost nothing."""

from datetime import timedelta

import pytest

from profiles.accounts.models import Account
from profiles.claims import selection_selectors, selection_services, services
from profiles.claims.models import Block, Claim, SelectedWork, Selection
from profiles.claims.selection_services import Choice
from profiles.domain.doi_lists.reading import read_pasted
from profiles.infra import clock
from profiles.infra.models import Bucket
from profiles.jobs import claims as jobs
from profiles.jobs import upkeep
from profiles.pipeline.requests import choose_works
from tests.support.finding import look_up_all, waiting_look_ups
from tests.support.pushing import ALICE, BOB, permitted, registered, run_lanes
from tests.support.records import record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]


@pytest.fixture
def alice(stands):
    return Account.objects.create(orcid_id=ALICE, name="Alice Alvarado")


def chosen_dois(*dois, of=ALICE):
    return selection_selectors.open_selection(of, dois=dois).chosen_dois


def pasted(alice, text):
    return choose_works.choose_pasted(alice, read_pasted(text))


def findings():
    return {work.doi or work.written: work.finding for work in SelectedWork.objects.all()}


def test_each_doi_is_answered_with_what_it_is(alice, datacite):
    registered(datacite, "10.5072/known")
    datacite.order("dois", [{**record("10.1001/other", client="crossref.citations"), "_ra": "other"}])

    pasted(alice, "10.5072/known\n10.5072/mistyped\n10.1001/other\n10.9999/unheard-of\nno doi at all")
    look_up_all()

    assert findings() == {
        "10.5072/known": "datacite",
        "10.5072/mistyped": "unknown",
        "10.1001/other": "elsewhere",
        "10.9999/unheard-of": "elsewhere",
        "no doi at all": "unreadable",
    }
    chosen = SelectedWork.objects.filter(is_chosen=True)
    assert [work.doi for work in chosen] == ["10.5072/known"]


def test_of_several_ways_to_read_a_doi_the_one_that_exists_is_taken(alice, datacite):
    registered(datacite, "10.5072/ends-with-a-dot.")
    registered(datacite, "10.5072/a,b")

    pasted(alice, "10.5072/ends-with-a-dot.\n10.5072/a,b")
    look_up_all()

    assert findings() == {"10.5072/ends-with-a-dot.": "datacite", "10.5072/a,b": "datacite"}


def test_a_doi_that_is_not_findable_is_not_told_from_one_that_does_not_exist(alice, datacite):
    datacite.order(
        "dois", [record("10.5072/draft", state="draft"), record("10.5072/hidden", state="registered")]
    )

    registered(datacite, "10.5072/shows-whose-prefix-it-is")

    pasted(alice, "10.5072/draft 10.5072/hidden 10.5072/never")
    look_up_all()

    assert set(findings().values()) == {"unknown"}


def test_a_mended_doi_is_looked_up_and_left_for_the_person_to_choose(alice, datacite):
    registered(datacite, "10.5072/known")

    pasted(alice, "10,5072/known")
    look_up_all()

    work = SelectedWork.objects.get()
    assert (work.doi, work.finding, work.is_mended, work.is_chosen) == (
        "10.5072/known",
        "datacite",
        True,
        False,
    )


def test_hundreds_take_few_calls(alice, datacite):
    datacite.order("dois", [record(f"10.5072/n{n}") for n in range(300)])

    pasted(alice, "\n".join(f"https://doi.org/10.5072/N{n}" for n in range(300)))
    before = len(datacite.log())
    look_up_all()

    assert set(findings().values()) == {"datacite"}
    assert len(datacite.log()) - before == 6


def test_everything_chosen_is_asked_for_once(alice, datacite):
    datacite.order("dois", [record(f"10.5072/n{n}") for n in range(3)])
    selection = pasted(alice, "10.5072/n0 10.5072/n1 10.5072/n2")
    look_up_all()
    shown = ["10.5072/n0", "10.5072/n1", "10.5072/n2"]
    selection_services.set_chosen(orcid_id=ALICE, shown=shown, kept=["10.5072/n0", "10.5072/n2"])

    choose_works.request_all(selection)
    choose_works.request_all(selection)
    jobs.look_up(selection_id=selection.pk)

    assert sorted(Claim.objects.values_list("doi", "request_version")) == [
        ("10.5072/n0", 1),
        ("10.5072/n2", 1),
    ]
    assert selection_selectors.open_selection(ALICE).selection is None


def test_what_is_asked_for_before_it_was_looked_up_follows_automatically(alice, datacite):
    registered(datacite, "10.5072/known")
    selection = pasted(alice, "10.5072/known 10.5072/mistyped")

    choose_works.request_all(selection)
    assert not Claim.objects.exists()
    look_up_all()

    assert [claim.doi for claim in Claim.objects.all()] == ["10.5072/known"]
    results = {
        work.doi: (work.finding, claim and claim.state) for work, claim in choose_works.results_of(selection)
    }
    assert results == {"10.5072/known": ("datacite", "waiting"), "10.5072/mistyped": ("unknown", None)}


@pytest.mark.parametrize(
    "fault", [{"status": 503}, {"drop": True}, {"status": 429, "headers": {"Retry-After": "20"}}]
)
def test_an_outage_keeps_what_was_written_and_comes_back_automatically(alice, datacite, fault):
    registered(datacite, "10.5072/known")
    selection = pasted(alice, "10.5072/known")
    datacite.fail_next(None, path="/dois", **fault)
    look_up_all()

    selection.refresh_from_db()
    assert selection.problem in {"datacite-unavailable", "datacite-busy"}
    assert selection.looks_again_at > clock.now()
    assert findings() == {"10.5072/known": ""}

    datacite.heal()
    Bucket.objects.update(blocked_until=None)
    look_up_all()

    selection.refresh_from_db()
    assert (selection.problem, findings()) == ("", {"10.5072/known": "datacite"})


def test_a_look_up_waits_once_however_often_it_is_asked_for(alice, datacite):
    selection = pasted(alice, "10.5072/one")
    pasted(alice, "10.5072/two")
    choose_works.schedule_lookup(selection)

    assert len(waiting_look_ups()) == 1


def test_choosing_again_what_was_called_not_mine_lifts_that(alice, datacite):
    registered(datacite, "10.5072/known")
    services.block(orcid_id=ALICE, doi="10.5072/known")
    selection = pasted(alice, "10.5072/known")
    look_up_all()

    choose_works.request_all(selection)

    assert not Block.objects.exists()
    assert Claim.objects.get().action == "create"


def test_a_hundred_works_travel_together(alice, orcid, datacite):
    permitted(orcid)
    datacite.order("dois", [record(f"10.5072/n{n}") for n in range(60)])
    selection = pasted(alice, " ".join(f"10.5072/n{n}" for n in range(60)))
    look_up_all()

    choose_works.request_all(selection)
    run_lanes()

    assert Claim.objects.filter(state="done").count() == 60
    assert len(orcid.log(method="POST", path=f"/{ALICE}/works")) < 3


def test_a_choice_that_a_search_showed_needs_no_look_up(alice):
    choose_works.choose(alice, [Choice("10.5072/shown", finding="datacite", title="Ice")])

    assert waiting_look_ups() == []
    assert chosen_dois("10.5072/shown", "10.5072/other") == {"10.5072/shown"}


def test_letting_go_and_choosing_again(alice):
    shown = Choice("10.5072/shown", finding="datacite")
    choose_works.choose(alice, [shown])
    choose_works.choose(alice, [], deselected=["10.5072/shown"])
    assert chosen_dois("10.5072/shown") == set()

    choose_works.choose(alice, [shown])
    choose_works.choose(alice, [shown])

    assert SelectedWork.objects.count() == 1


def test_everyone_has_a_selection_of_their_own(alice):
    bob = Account.objects.create(orcid_id=BOB)
    choose_works.choose(alice, [Choice("10.5072/shown", finding="datacite")])
    choose_works.choose(bob, [Choice("10.5072/other", finding="datacite")])

    assert chosen_dois("10.5072/shown", of=BOB) == set()
    selection_services.clear(orcid_id=BOB)
    assert [selection.orcid_id for selection in Selection.objects.all()] == [ALICE]


def test_old_selections_are_forgotten_and_claims_stay(alice, datacite):
    registered(datacite, "10.5072/known")
    selection = pasted(alice, "10.5072/known")
    look_up_all()
    choose_works.request_all(selection)
    Selection.objects.update(created_at=clock.now() - timedelta(days=91))

    upkeep.delete_old()

    assert not Selection.objects.exists()
    assert Claim.objects.count() == 1
