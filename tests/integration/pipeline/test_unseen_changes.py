"""What ORCID takes for no change (contract 2.9.3) arrives all the same."""

import json
import urllib.request

import pytest

from profiles.claims import selectors
from profiles.domain.claim import ClaimAction
from profiles.domain.consent import Purpose
from profiles.domain.mapping import map_work
from profiles.domain.mapping.orcid_work import plain
from profiles.domain.records.doi_record import read_doi_record
from tests.support.claims import waiting_claim
from tests.support.orcid_records import added, work_on
from tests.support.pushing import ALICE, permitted, registered, run_lanes, settle

pytestmark = pytest.mark.django_db(transaction=True)
DOI = "10.5072/unseen"
CITATION = {"citation": {"citation-type": "bibtex", "citation-value": "@misc{old}"}}
DATE = {"publication-date": {"year": {"value": "2020"}}}
MANY = [{"name": f"Lee, Person {number}", "nameType": "Personal"} for number in range(60)]


def translated(work):
    work["title"]["translated-title"] = {"value": "Eiskerne", "language-code": "de"}


def earlier(change):
    return lambda work: work.update(change)


def other_names_behind_the_fiftieth(work):
    for person in work["contributors"]["contributor"][50:]:
        person["credit-name"]["value"] += " Old"


def citation_and_translation(work):
    work.update(CITATION)
    translated(work)


UNSEEN = {
    "a citation goes": (earlier(CITATION), {}),
    "a translated title goes": (translated, {}),
    "the date goes": (earlier(DATE), {"publicationYear": 1850}),
    "two things go at once": (citation_and_translation, {}),
    "a month comes": (
        earlier(DATE),
        {"publicationYear": 2020, "dates": [{"date": "2020-05", "dateType": "Issued"}]},
    ),
    "names behind the fiftieth change": (other_names_behind_the_fiftieth, {"creators": MANY}),
}


def mapped(datacite):
    with urllib.request.urlopen(f"{datacite.url}/dois/{DOI}", timeout=10) as answer:
        return plain(map_work(read_doi_record(answer.read())).work)


def what_was_sent(stored, work):
    """Pick from the stored work what the sent one has, and what it must not have any more."""
    titles = {name: value for name, value in stored["title"].items() if value is not None}
    people = [
        p["credit-name"]["value"] for p in (stored["contributors"] or {"contributor": []})["contributor"]
    ]
    date = {part: one for part, one in (stored["publication-date"] or {}).items() if one}
    return {
        "title": titles,
        "citation": stored["citation"],
        "publication-date": date,
        "names": people,
        "url": stored["url"],
    } == {
        "title": work["title"],
        "citation": work.get("citation"),
        "publication-date": work.get("publication-date", {}),
        "names": [p["credit-name"]["value"] for p in work["contributors"]["contributor"]],
        "url": work["url"],
    }


@pytest.mark.parametrize("case", UNSEEN)
def test_a_change_that_orcid_overlooks_is_sent_so_that_it_sees_it(orcid, datacite, case):
    make_earlier, attributes = UNSEEN[case]
    token = permitted(orcid)[Purpose.SEARCH_AND_LINK]
    registered(datacite, DOI, **attributes)
    work = mapped(datacite)
    before = json.loads(json.dumps(work))
    make_earlier(before)
    put_code = added(orcid, ALICE, token, before)
    claim = waiting_claim(ALICE, DOI)

    run_lanes()

    stored = work_on(orcid, ALICE, token, put_code)
    assert what_was_sent(stored, work), stored
    assert (settle(claim).state, claim.put_code) == ("done", put_code)
    assert [one.verb for one in selectors.attempts_of(claim)] == ["add", "update", "update", "update"]


def test_an_update_that_orcid_sees_is_sent_once(orcid, datacite):
    permitted(orcid)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI)
    run_lanes()
    registered(datacite, DOI, title="Another title")

    waiting_claim(ALICE, DOI)
    run_lanes()

    assert [one.verb for one in selectors.attempts_of(claim)] == ["add", "update"]


@pytest.mark.parametrize("body", ["<<<", "{}", '{"put-code": 1}'])
def test_an_update_whose_answer_is_not_the_work_is_not_taken_for_a_success(orcid, datacite, body):
    permitted(orcid)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI)
    run_lanes()
    registered(datacite, DOI, title="Another title")
    orcid.fail_next(path="/work", method="PUT", status=200, body=body, content_type="application/json")

    waiting_claim(ALICE, DOI)
    run_lanes(seconds=1)

    assert (settle(claim).state, claim.problem) == ("waiting", "orcid-unclear")


def test_removing_twice_is_no_error(orcid, datacite):
    """A removal whose answer was lost is sent again; ORCID then knows no such work (contract 2.9.6)."""
    permitted(orcid)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI)
    run_lanes()
    put_code = settle(claim).put_code
    orcid.fail_next(path=f"/work/{put_code}", method="DELETE", drop_after=True)

    waiting_claim(ALICE, DOI, action=ClaimAction.DELETE)
    run_lanes(seconds=1)
    waiting_claim(ALICE, DOI, action=ClaimAction.DELETE)
    run_lanes()

    removals = [one.problem for one in selectors.attempts_of(claim) if one.verb == "remove"]
    # Whether the lost call was sent again by us or by the HTTP library: ORCID said that the work is gone.
    assert "work-gone" in removals
    assert (settle(claim).state, claim.problem, claim.put_code) == ("deleted", "", None)
