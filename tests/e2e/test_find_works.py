"""Finding works in the browser: tick, add in one go, paste hundreds, come back to where one came from."""

import pytest
from playwright.sync_api import expect

from profiles.claims.models import Claim
from tests.e2e.steps import ALICE, be_signed_in
from tests.support.finding import look_up_all
from tests.support.pushing import permitted, run_lanes, works_of
from tests.support.records import record

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]
BY_NAME = {"name": "Alvarado, Alice", "nameType": "Personal"}


@pytest.fixture
def alice(page, live_server, orcid):
    """Alice's browser: she is signed in and has given permission."""
    permitted(orcid)
    be_signed_in(page.context, live_server.url, ALICE, name="Alice Alvarado")
    return page


def titles(orcid):
    return sorted(work["title"]["title"]["value"] for work in works_of(orcid))


def by_name(datacite, *names, **changes):
    about = {"creators": [BY_NAME], **changes}
    works = [record(f"10.5072/{n}", **{"titles": [{"title": f"Work {n}"}], **about}) for n in names]
    datacite.order("dois", works)


def test_five_works_by_name_are_added_at_once_and_the_one_that_fails_is_explained(
    alice, live_server, orcid, datacite
):
    by_name(datacite, "one", "two", "three", "four")
    by_name(datacite, "five", titles=[])

    alice.goto(f"{live_server.url}/find")
    alice.get_by_role("link", name="By my name", exact=True).click()
    expect(alice.get_by_text("5 works", exact=True)).to_be_visible()
    for box in alice.get_by_role("checkbox").all():
        box.check()
    expect(alice.get_by_text("5 works chosen")).to_be_visible()
    alice.get_by_role("button", name="Add to my ORCID record").click()
    expect(alice.get_by_text("5 are on their way")).to_be_visible()
    run_lanes()

    expect(alice.get_by_text("4 works are on your ORCID record, 1 was not added.")).to_be_visible()
    expect(alice.get_by_text("Missing data.")).to_be_visible()
    expect(alice.get_by_text("Ask the repository to complete the metadata")).to_be_visible()
    assert titles(orcid) == ["Work four", "Work one", "Work three", "Work two"]


def test_300_pasted_dois_show_their_progress(alice, live_server, orcid, datacite):
    datacite.order("dois", [record(f"10.5072/n{n}", titles=[{"title": f"Number {n}"}]) for n in range(300)])
    alice.goto(f"{live_server.url}/find/dois")

    alice.get_by_label("Paste DOIs").fill("\n".join(f"https://doi.org/10.5072/N{n}" for n in range(300)))
    alice.get_by_role("button", name="Look them up").click()
    expect(alice.get_by_text("0 of 300 looked up")).to_be_visible()
    look_up_all()
    expect(alice.get_by_text("of 300 looked up")).to_have_count(0)
    alice.get_by_role("button", name="Add to my ORCID record").click()
    expect(alice.get_by_text("0 of 300 settled")).to_be_visible()
    run_lanes()

    expect(alice.get_by_text("300 of 300 settled")).to_be_visible()
    assert Claim.objects.filter(state="done").count() == 300
