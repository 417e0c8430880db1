"""No page with the longest lists is larger than 100 kB."""

import pytest

from profiles.accounts.models import Account
from profiles.claims.models import Claim
from profiles.infra import clock
from profiles.intake.models import DoiSnapshot
from tests.support.claims import waiting_claim
from tests.support.pushing import ALICE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache", "stands")]
WORKS = 300


@pytest.fixture
def alice(client):
    """A person with works of usual titles, as long as the mean of DataCite's."""
    first = waiting_claim(ALICE, "10.5281/zenodo.1000000")
    account = Account.objects.create(orcid_id=ALICE, name="Alice Alvarado", first_signed_in_at=clock.now())
    dois = [f"10.5281/zenodo.{1_000_000 + number}" for number in range(WORKS)]
    shared = {
        "state": "done",
        "origin": "orcid_search",
        "action": first.action,
        "claimed_at": clock.now(),
        "requested_at": clock.now(),
    }
    Claim.objects.bulk_create([Claim(orcid_id=ALICE, doi=doi, **shared) for doi in dois[1:]])
    title = "Supplementary data of the measurements of sea ice in the Fram Strait, 1990 to 2026"
    digests = {"trigger_digest": b"1", "content_digest": b"1", "payload": b"1", "fetched_at": clock.now()}
    DoiSnapshot.objects.bulk_create(
        [DoiSnapshot(doi=doi, state="findable", title=title, names=[ALICE], **digests) for doi in dois]
    )
    client.force_login(account)
    return client


@pytest.mark.parametrize(
    "path", ["/", "/works", "/works?size=100", "/works/trust", "/settings/me", "/works/record", "/api/docs"]
)
def test_a_page_with_a_long_list_is_at_most_100_kilobytes(alice, path):
    page = alice.get(path)

    assert page.status_code == 200
    assert len(page.content) <= 100_000
