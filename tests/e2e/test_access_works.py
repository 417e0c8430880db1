"""Find works and My works in every state: nothing axe objects to, and nothing over the edge of a phone."""

import pytest

from profiles.accounts.models import Account
from profiles.claims import services
from profiles.claims.models import Claim
from profiles.domain.claim import ClaimEvent, Origin
from profiles.domain.doi_lists.reading import read_pasted
from profiles.pipeline.requests import choose_works
from tests.e2e.steps import ALICE, be_signed_in
from tests.support.accessibility import walk
from tests.support.claims import waiting_claim
from tests.support.finding import added_by_crossref, look_up_all
from tests.support.pushing import permitted, registered, run_lanes

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]
PASTED = "10.5072/nowhere 10.1038/nature12373 10.5072/does.not.exist 10.5281"


@pytest.fixture
def addresses(orcid, datacite) -> list[str]:
    """The pages, with a work in each state."""
    for name in ("ours", "elsewhere", "removed", "nowhere", "moving"):
        registered(datacite, f"10.5072/{name}", title=f"A title that runs on, about {name} " * 4)
    permitted(orcid)
    added_by_crossref(orcid, "10.5072/elsewhere")
    for name in ("ours", "unknown"):
        waiting_claim(ALICE, f"10.5072/{name}")
    run_lanes()
    gone, out = waiting_claim(ALICE, "10.5072/removed"), waiting_claim(ALICE, "10.5072/left-out")
    services.move(claim_id=gone.pk, event=ClaimEvent.VANISH, problem="removed-by-owner")
    services.move(claim_id=out.pk, event=ClaimEvent.SKIP, detail="other-agency", actor="auto-update")
    waiting_claim(ALICE, "10.5072/moving", origin=Origin.AUTO_UPDATE)
    account = Account.objects.get(orcid_id=ALICE)
    asked = choose_works.choose_pasted(account, read_pasted(PASTED))
    look_up_all()
    choose_works.request_all(asked)
    choose_works.choose_pasted(account, read_pasted(PASTED))
    look_up_all()
    works = [f"/works/{claim.uuid}" for claim in Claim.objects.order_by("id")]
    found = ["/find", "/find?text=runs", "/find?text=10.1038/x", "/find?type=software", "/find/chosen"]
    return [
        *found,
        f"/find/added/{asked.uuid}",
        "/works",
        "/works?text=zzz",
        "/works/found",
        "/works/trust",
        *works,
    ]


def test_in_every_state(page, context, live_server, datacite, addresses):
    be_signed_in(context, live_server.url, ALICE, name="Alice Alvarado")

    wrong = walk(page, live_server.url, addresses)
    datacite.fail_next(None, path="/dois", status=503)
    wrong += walk(page, live_server.url, ["/find?text=ice", "/works/found"])

    assert wrong == []
