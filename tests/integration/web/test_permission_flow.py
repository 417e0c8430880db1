"""The way to ORCID's permission page and back: one exchange, the right person, what was really allowed."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import Client

from profiles.accounts.models import Account
from profiles.claims import services
from profiles.claims.models import Claim
from profiles.consents.models import Consent, Receipt, Revocation
from profiles.domain.claim import ClaimEvent
from profiles.infra import wiring
from tests.support.claims import waiting_claim
from tests.support.orcid_browser import sign_in_at_orcid
from tests.support.pushing import ALICE, BOB

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
BACKEND = django_settings.AUTHENTICATION_BACKENDS[0]
ASK = "/orcid/auto_update/auth"


@pytest.fixture
def alice(client):
    account = Account.objects.create(orcid_id=ALICE, name="Alice")
    client.force_login(account, backend=BACKEND)
    return account


@pytest.fixture
def one_client(settings):
    """The deployment has one client at ORCID for everything."""
    empty = dict.fromkeys(("ORCID_AUTO_UPDATE_CLIENT_ID", "ORCID_SEARCH_AND_LINK_CLIENT_ID"), "")
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update=empty)


def answer_of_orcid(client, orcid_id=ALICE, path=ASK, *, form=None, **how) -> str:
    """Press the button, be this person at ORCID, and return the way back."""
    form = form or {name: how.pop(name) for name in ("return_to",) if name in how}
    begun = client.post(path, form)
    location = sign_in_at_orcid(begun["Location"], orcid_id, **how)
    parts = urlsplit(location)
    return f"{parts.path}?{parts.query}"


def exchanges(orcid) -> int:
    return len(orcid.log(path="/oauth/token", method="POST"))


def test_a_permission_is_kept_with_what_was_really_allowed(client, alice, orcid):
    client.get(answer_of_orcid(client))

    consent = Consent.objects.get()
    assert (consent.orcid_id, consent.purpose) == (ALICE, "auto_update")
    assert set(consent.scopes) == {"/activities/update", "/read-limited"}
    assert consent.expires_at is not None


def test_an_answer_for_another_record_stores_nothing_and_is_explained(client, alice, orcid):
    answer = client.get(answer_of_orcid(client, BOB))

    assert answer.status_code == 400
    assert BOB.encode() in answer.content
    assert b"Sign out at ORCID" in answer.content
    assert not Consent.objects.exists()
    assert not Receipt.objects.exists()


@pytest.mark.parametrize(
    ("quirk", "stored"),
    [
        ({"orcid": None}, False),
        ({"orcid": "absent"}, False),
        ({"access_token": None}, False),
        ({"access_token": "absent"}, False),
        ({"name": None, "refresh_token": "absent"}, True),
        ({"name": "absent", "expires_in": None}, True),
        ({"scope": "absent"}, True),
        ({"scope": None}, True),
    ],
    ids=str,
)
def test_fields_of_the_answer_may_be_missing_or_null(client, alice, orcid, quirk, stored):
    orcid.order("people", {"orcid": ALICE, "token_answer": quirk})

    answer = client.get(answer_of_orcid(client))

    assert Consent.objects.exists() is stored
    assert answer.status_code == (302 if stored else 400)


def test_scopes_that_the_answer_leaves_out_are_those_that_were_asked_for(client, alice, orcid):
    orcid.order("people", {"orcid": ALICE, "token_answer": {"scope": "absent"}})

    client.get(answer_of_orcid(client))

    assert set(Consent.objects.get().scopes) == {"/activities/update", "/read-limited"}


def test_less_than_was_asked_for_is_stored_as_less_and_said(client, alice, orcid):
    orcid.order("people", {"orcid": ALICE, "token_answer": {"scope": "/read-limited"}})

    page = client.get(answer_of_orcid(client), follow=True).content

    assert Consent.objects.get().scopes == ["/read-limited"]
    assert b"works cannot be added" in page


def test_a_connection_that_breaks_after_orcid_answered_is_not_tried_again(client, alice, orcid):
    back = answer_of_orcid(client)
    before = exchanges(orcid)
    orcid.fail_next(path="/oauth/token", drop_after=True)

    answer = client.get(back)

    assert answer.status_code == 400
    assert b"start again" in answer.content
    assert exchanges(orcid) == before + 1


def test_after_a_lost_answer_starting_again_works(client, alice, orcid):
    back = answer_of_orcid(client)
    orcid.fail_next(path="/oauth/token", drop_after=True)
    client.get(back)
    client.get(back)

    client.get(answer_of_orcid(client))

    assert Consent.objects.get().access_token is not None


def test_a_callback_that_comes_twice_at_once_exchanges_its_code_once(client, alice, orcid):
    back = answer_of_orcid(client)
    before = exchanges(orcid)
    orcid.fail_next(path="/oauth/token", count=None, delay_ms=150)

    def come_back() -> int:
        browser = Client()
        browser.cookies = client.cookies
        try:
            return browser.get(back).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        answers = sorted(future.result() for future in [threads.submit(come_back) for _ in range(3)])

    assert 302 in answers
    assert set(answers) <= {200, 302}, "stored, or being completed: never refused"
    assert exchanges(orcid) == before + 1


def test_a_reloaded_callback_exchanges_nothing(client, alice, orcid):
    back = answer_of_orcid(client)
    first = client.get(back)
    before = exchanges(orcid)

    assert client.get(back)["Location"] == first["Location"]
    assert exchanges(orcid) == before


def test_claims_that_waited_start_by_themselves(client, alice, orcid):
    claim = waiting_claim(ALICE, "10.5072/waited")
    services.move(claim_id=claim.pk, event=ClaimEvent.FAIL, problem="consent-missing")

    client.get(answer_of_orcid(client, path="/orcid/search_and_link/auth"))

    assert Claim.objects.get().state == "waiting"


def test_people_go_back_to_where_they_came_from_and_nowhere_else(client, alice, orcid):
    commons = "https://commons.datacite.org/doi.org/10.5072/x"

    there = client.get(answer_of_orcid(client, return_to=commons))
    elsewhere = client.get(answer_of_orcid(client, return_to="https://evil.example/"))

    assert there["Location"] == commons
    assert elsewhere["Location"] == "/settings/me"


def test_whom_orcids_own_wizard_sends_begins_here_and_goes_on_to_find_works(client, alice, orcid):
    welcome = client.get("/orcid/search_and_link/callback?code=abcdef")

    assert b"One more click" in welcome.content
    assert b'name="return_to" value="find"' in welcome.content
    assert exchanges(orcid) == 0
    page = client.get("/orcid/search_and_link/auth", {"return_to": "find"}).content
    assert b'name="return_to" value="find"' in page

    done = client.get(answer_of_orcid(client, path="/orcid/search_and_link/auth", return_to="find"))

    assert done["Location"].startswith("/find?return_to=")
    orcid_url = django_settings.ENVIRONMENT.ORCID_URL
    page = client.get(done["Location"]).content.decode()
    assert f'<a href="{orcid_url}/{ALICE}">' in page


def test_a_person_who_says_no_at_orcid_is_offered_the_way_back(client, alice, orcid):
    begun = client.post("/orcid/search_and_link/auth", {"return_to": "/find?by=name"})
    oauth_state = parse_qs(urlsplit(begun["Location"]).query)["state"][0]

    said_no = client.get(f"/orcid/search_and_link/callback?error=access_denied&state={oauth_state}")

    assert b'href="/find?by=name"' in said_no.content


def test_with_one_client_one_permission_serves_both_purposes_and_the_page_says_so(
    client, alice, orcid, one_client
):
    before = client.get("/settings/me").content
    client.get(answer_of_orcid(client))

    assert b"ORCID keeps one permission for both" in before
    assert before.count(b"Get ORCID Token</button>") == 1
    assert set(Consent.objects.values_list("purpose", flat=True)) == {"auto_update", "search_and_link"}
    assert set(Consent.objects.values_list("client_id", flat=True)) == {
        wiring.orcid_client("auto_update").client_id
    }


def test_with_one_client_taking_back_ends_both(client, alice, orcid, one_client):
    client.get(answer_of_orcid(client))

    client.post("/orcid/search_and_link/withdraw")

    assert set(Consent.objects.values_list("health", flat=True)) == {"withdrawn"}
    assert Revocation.objects.count() == 2


def test_with_two_clients_each_permission_stands_alone(client, alice, orcid):
    client.get(answer_of_orcid(client))
    client.get(answer_of_orcid(client, path="/orcid/search_and_link/auth"))

    client.post("/orcid/search_and_link/withdraw")

    assert Consent.objects.get(purpose="auto_update").health == "unused"
    assert Consent.objects.get(purpose="search_and_link").health == "withdrawn"


def test_neither_code_nor_token_is_in_any_log_line(client, alice, orcid, capfd):
    back = answer_of_orcid(client)
    code = parse_qs(urlsplit(back).query)["code"][0]

    client.get(back)

    said = "".join(capfd.readouterr())
    sealed = Consent.objects.get()
    opened = wiring.vault().unseal(bytes(sealed.access_token), purpose=f"orcid-token:{ALICE}:auto_update")
    assert "http.call" in said
    assert code not in said
    assert opened not in said


def test_the_cookie_of_the_other_services_tells_at_once_whether_there_is_a_permission(client, alice, orcid):
    given = client.get(answer_of_orcid(client))
    taken = client.post("/orcid/auto_update/withdraw")

    assert "_datacite" in given.cookies
    assert "_datacite" in taken.cookies
    assert given.cookies["_datacite"].value != taken.cookies["_datacite"].value
