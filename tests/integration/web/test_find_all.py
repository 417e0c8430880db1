"""Find works as one page: all that name the person at once, what is passed over, and whose word it is."""

import html

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from profiles.accounts.models import Account
from profiles.claims.models import Claim, SelectedWork
from profiles.claims.selection_selectors import open_selection
from profiles.claims.selection_services import MAX_SELECTED
from profiles.consents.models import Consent
from profiles.domain.consent import Purpose
from profiles.domain.doi_lists.reading import read_pasted
from profiles.pipeline.requests import choose_works
from profiles.pipeline.works.find_works import SearchMode, WorkSearch
from tests.support.claims import waiting_claim
from tests.support.finding import added_by_crossref, look_up_all, own_list, paste
from tests.support.intake import enrol
from tests.support.pushing import ALICE, permitted, registered, run_lanes
from tests.support.records import ANNA, DOI, record, related

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
PART = {"relatedIdentifiers": [related("IsPartOf", "10.5072/whole")]}
MAX_PAGE = 100_000
MAX_QUERIES = 8


@pytest.fixture
def alice(client, orcid, datacite):
    permitted(orcid)
    Account.objects.update(name="Alice Alvarado")
    client.force_login(Account.objects.get(orcid_id=ALICE))
    return client


def read(client, **query) -> str:
    return html.unescape(client.get(reverse("find"), query).content.decode())


def press(client, name, **form):
    return client.post(reverse("find"), {"by": "id", "do": name, **form}, follow=True)


def chosen_dois():
    return set(SelectedWork.objects.filter(is_chosen=True).values_list("doi", flat=True))


def of_repositories(datacite, **sizes):
    for repository, size in sizes.items():
        datacite.order("clients", {"id": f"demo.{repository}", "name": f"The {repository} archive"})
        works = [record(f"10.5072/{repository}-{n}", client=f"demo.{repository}") for n in range(size)]
        datacite.order("dois", works)


def test_all_but_what_a_filter_finds_are_chosen_in_one_step(client, datacite):
    client.force_login(enrol())
    of_repositories(datacite, ice=28, sea=7)
    choose_works.choose_found(Account.objects.get(), WorkSearch(SearchMode.BY_ID))
    assert len(chosen_dois()) == 35

    page = press(client, "all-but", repository="demo.sea").content.decode()

    assert chosen_dois() == {f"10.5072/ice-{n}" for n in range(28)}
    assert "35 works name you" in page, "all are listed again, the others with an empty box"


def test_all_that_name_me_are_chosen_at_once_but_for_one_repositorys(client, datacite):
    client.force_login(enrol())
    of_repositories(datacite, ice=28, sea=7)

    press(client, "all-found")
    everything = chosen_dois()
    press(client, "none-found", repository="demo.sea")
    press(client, "add")

    assert len(everything) == 35
    claimed = set(Claim.objects.values_list("doi", flat=True))
    assert claimed == {f"10.5072/ice-{n}" for n in range(28)}


def test_choosing_all_passes_over_what_is_left_out_removed_or_there_already(alice, orcid, datacite):
    for name in ("free", "ours", "removed", "elsewhere"):
        registered(datacite, f"10.5072/{name}")
    registered(datacite, "10.5072/part", **PART)
    added_by_crossref(orcid, "10.5072/elsewhere")
    for name in ("ours", "removed"):
        waiting_claim(ALICE, f"10.5072/{name}")
    run_lanes()
    alice.post(reverse("act_on_work", args=[Claim.objects.get(doi="10.5072/removed").uuid, "remove"]))
    run_lanes()

    page = html.unescape(press(alice, "all-found").content.decode())

    assert chosen_dois() == {"10.5072/free"}
    assert "3 works are not chosen: Auto-Update leaves them out" in page


def test_a_work_that_a_rule_leaves_out_says_why_and_is_added_by_the_persons_own_word(alice, datacite):
    registered(datacite, "10.5072/free")
    registered(datacite, "10.5072/part", **PART)

    page = read(alice)
    rows = alice.get(reverse("find")).content.decode().split('name="row" value="')[1:]
    signed = [row.partition('"')[0] for row in rows]
    press(alice, "add", row=signed, doi=["10.5072/free", "10.5072/part"])
    run_lanes()

    assert "Left out by Auto-Update" in page
    assert "The DOI says that it belongs to another work; Auto-Update does not add such DOIs." in page
    assert "You can add it yourself." in page
    assert dict(Claim.objects.values_list("doi", "origin")) == {
        "10.5072/free": "orcid_update",
        "10.5072/part": "orcid_search",
    }
    assert set(Claim.objects.values_list("state", flat=True)) == {"done"}


@pytest.mark.parametrize(
    ("purposes", "origin"),
    [
        ([Purpose.AUTO_UPDATE, Purpose.SEARCH_AND_LINK], "orcid_update"),
        ([Purpose.AUTO_UPDATE], "orcid_update"),
        ([Purpose.SEARCH_AND_LINK], "orcid_search"),
        ([Purpose.AUTO_UPDATE, Purpose.SEARCH_AND_LINK, "off"], "orcid_search"),
    ],
    ids=["both", "only Auto-Update", "only Search & Link", "Auto-Update off"],
)
def test_a_chosen_work_travels_with_a_permission_that_is_there(client, orcid, datacite, purposes, origin):
    permitted(orcid, purposes=[purpose for purpose in purposes if purpose in set(Purpose)])
    if "off" in purposes:
        Account.objects.update(auto_update_since=None)
    client.force_login(Account.objects.get(orcid_id=ALICE))
    registered(datacite, "10.5072/one")

    page = read(client)
    press(client, "all-found")
    press(client, "add")
    run_lanes()

    assert "One permission first" not in page
    assert list(Claim.objects.values_list("origin", "state")) == [(origin, "done")]


def test_while_datacite_is_down_choosing_all_keeps_what_was_chosen(alice, datacite):
    registered(datacite, "10.5072/one")
    press(alice, "all-found")
    datacite.fail_next(None, path="/dois", status=503)

    page = press(alice, "all-found").content.decode()

    assert "What you have chosen is kept." in page
    assert chosen_dois() == {"10.5072/one"}


def test_what_was_pasted_stays_in_the_list_when_it_is_deselected_and_a_tick_of_a_search_does_not(
    alice, datacite
):
    registered(datacite, "10.5072/pasted")
    registered(datacite, "10.5072/ticked")
    own_list(alice, "10.5072/pasted 10.5072/nowhere")
    press(alice, "all-found")

    press(alice, "clear")

    assert chosen_dois() == set()
    assert set(SelectedWork.objects.values_list("doi", flat=True)) == {"10.5072/pasted", "10.5072/nowhere"}
    press(alice, "empty", by="list")
    assert not SelectedWork.objects.exists()


def test_pasted_works_that_are_there_or_were_removed_are_not_chosen(alice, datacite):
    for name in ("ours", "removed", "free"):
        registered(datacite, f"10.5072/{name}")
    for name in ("ours", "removed"):
        waiting_claim(ALICE, f"10.5072/{name}")
    run_lanes()
    alice.post(reverse("act_on_work", args=[Claim.objects.get(doi="10.5072/removed").uuid, "remove"]))
    run_lanes()

    page = own_list(alice, "10.5072/ours 10.5072/removed 10.5072/free")

    assert chosen_dois() == {"10.5072/free"}
    assert "Removed by you" in page
    assert "On your record" in page


def test_one_doi_is_searched_for_and_several_are_a_list(alice, datacite):
    registered(datacite, "10.5072/one")

    one = alice.post(reverse("find"), {"do": "search", "text": "https://doi.org/10.5072/one"})
    several = alice.post(reverse("find"), {"do": "search", "text": "10.5072/one, 10.5072/two"})

    assert one.headers["Location"].startswith("/find?by=words&text=https")
    assert several.headers["Location"] == "/find?by=list"
    assert open_selection(ALICE).total == 2


def test_types_and_repositories_are_named_in_rows_and_filters(client, datacite):
    client.force_login(enrol())
    of_repositories(datacite, ice=1)
    datacite.order("dois", [record("10.5072/paper", types={"resourceTypeGeneral": "JournalArticle"})])

    page = read(client)

    assert '<option value="demo.ice">The ice archive (1)</option>' in page
    assert '<option value="journal-article">Journal Article (1)</option>' in page
    assert "<bdi>The ice archive</bdi>" in page
    assert "<bdi>Journal Article</bdi>" in page
    assert ">demo.ice" not in page


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/works/found", "/find?by=id"),
        ("/find/dois", "/find?by=list"),
        ("/find/chosen", "/find?by=list"),
        ("/works/found/added?since=2026-01-01T00:00:00Z", "/find"),
    ],
)
def test_former_addresses_lead_to_the_one_page(alice, old, new):
    assert alice.get(old).headers["Location"] == new


def test_the_former_result_page_leads_to_what_was_added_last(alice, datacite):
    registered(datacite, "10.5072/one")
    press(alice, "all-found")
    press(alice, "add")

    selection = SelectedWork.objects.get().selection

    assert alice.get("/works/found/added").headers["Location"] == reverse("find_added", args=[selection.uuid])


def test_the_rest_of_what_is_being_added_is_called_off(alice, datacite):
    registered(datacite, "10.5072/one")
    registered(datacite, "10.5072/two")
    press(alice, "all-found")
    added = press(alice, "add").redirect_chain[-1][0]

    page = alice.post(added, follow=True).content.decode()
    run_lanes()

    assert "2 works are called off." in page
    assert set(Claim.objects.values_list("state", flat=True)) == {"deleted"}


@pytest.mark.parametrize("query", ["by=id", "by=name", "by=words&text=ice", "by=list"])
def test_the_page_is_light_and_takes_few_queries(alice, datacite, query):
    long = "A rather long title, as depositors write them, of a data set about the thickness of sea ice " * 2
    for n in range(30):
        registered(datacite, f"10.5072/w{n}", title=f"{long} {n}")
    paste(alice, "\n".join(f"https://doi.org/10.5072/W{n}" for n in range(30)) + "\n10.1038/nature12373")
    look_up_all()
    press(alice, "all-found")
    alice.get(f"/find?{query}")

    for _permission in (True, False):
        with CaptureQueriesContext(connection) as queries:
            page = alice.get(f"/find?{query}")

        assert len(page.content) <= MAX_PAGE
        assert len(queries) <= MAX_QUERIES, [str(one["sql"])[:150] for one in queries.captured_queries]
        Consent.objects.all().delete()
        cache.clear()  # the record was read with the permission


def test_a_list_may_be_as_long_as_all_works_of_one_person():
    assert MAX_SELECTED >= 5_000


def test_before_its_choice_can_be_sent_the_person_reads_what_is_missing(client, datacite):
    client.force_login(enrol(permission=False, auto_update_since=None))
    datacite.order("dois", [record()])
    account = Account.objects.get(orcid_id=ANNA)
    choose_works.choose_pasted(account, read_pasted(DOI))
    look_up_all()

    searched = read(client)
    added = html.unescape(press(client, "add", by="list").content.decode())

    for page in (searched, added):
        assert "One permission first" in page
        assert 'action="/orcid/search_and_link/auth"' in page
