import pytest
from django.conf import settings

from profiles.accounts.models import Account
from profiles.claims import services
from profiles.claims.models import Claim
from profiles.domain.claim import ClaimEvent
from tests.support.claims import waiting_claim
from tests.support.signing_in import with_second_factor

pytestmark = pytest.mark.django_db
BACKEND = settings.AUTHENTICATION_BACKENDS[0]
ALICE, DOI = "0009-0001-0000-0014", "10.5072/support"
PAGES = ["/staff", "/staff/problems/content-refused", f"/staff/people/{ALICE}", f"/staff/dois/{DOI}"]


@pytest.fixture
def signed_in(client):
    def sign_in(role: str):
        account = Account.objects.create(orcid_id="0009-0001-0000-0049", name="Dana", role=role)
        client.force_login(account, backend=BACKEND)
        return with_second_factor(client)

    return sign_in


@pytest.fixture
def stuck_claim():
    claim = waiting_claim(ALICE, DOI)
    return services.move(
        claim_id=claim.id, event=ClaimEvent.FAIL, problem="content-refused", detail="9001: a title"
    )


@pytest.mark.parametrize("page", PAGES)
def test_only_staff_see_the_support_pages(signed_in, client, stuck_claim, page):
    assert client.get(page).status_code == 302
    assert signed_in("user").get(page).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_staff_see_what_stands_still_and_the_whole_story(signed_in, stuck_claim, page):
    answer = signed_in("staff_user").get(page)

    assert answer.status_code == 200
    assert b"content-refused" in answer.content or b"ORCID refused the content" in answer.content


def test_staff_see_the_number_that_finds_a_claim_in_the_log(signed_in, stuck_claim):
    page = signed_in("staff_user").get(f"/staff/dois/{DOI}").content.decode()

    assert f"claim_id {stuck_claim.pk} ·" in page


def test_what_is_not_theirs_is_visible_to_staff(signed_in):
    services.block(orcid_id=ALICE, doi=DOI, reason="a namesake")

    assert b"a namesake" in signed_in("staff_user").get("/staff").content


def test_a_replay_is_counted_first_and_changes_nothing(signed_in, stuck_claim):
    answer = signed_in("staff_admin").post("/staff/problems/content-refused", {"act": "no"}, follow=True)

    assert b"1 claims would be sent again" in answer.content
    assert Claim.objects.get().state == "failed"


def test_a_replay_sends_again_and_names_who_asked(signed_in, stuck_claim):
    signed_in("staff_admin").post("/staff/problems/content-refused", {"act": "yes"})

    claim = Claim.objects.get()
    last = claim.history.order_by("-id").first()
    assert (claim.state, claim.problem) == ("waiting", "")
    assert (last.actor, last.note) == ("0009-0001-0000-0049", "replayed by staff")


def test_staff_without_the_right_look_but_do_not_replay(signed_in, stuck_claim):
    answer = signed_in("staff_user").post("/staff/problems/content-refused", {"act": "yes"})

    assert answer.status_code == 403
    assert Claim.objects.get().state == "failed"
