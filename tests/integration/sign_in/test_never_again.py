"""What went wrong elsewhere and must not happen here: each its own test."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from profiles.accounts import services
from profiles.accounts.models import Account
from profiles.accounts.services import Names
from profiles.consents.models import Consent
from profiles.domain.return_to import safe_return
from tests.support.globus_browser import sign_in_at_globus
from tests.support.pushing import ALICE, BOB
from tests.support.signing_in import back, begin, who

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
BACKEND = settings.AUTHENTICATION_BACKENDS[0]


def test_bob_whose_orcid_is_linked_at_globus_is_signed_in_at_once(client, stands):
    answer = back(client, sign_in_at_globus(begin(client), "bob@univ.example"))

    assert answer.status_code == 302
    assert Account.objects.get().orcid_id == BOB


def test_alice_whose_orcid_is_not_linked_is_asked_for_it_and_has_no_account_yet(client, stands):
    answer = back(client, sign_in_at_globus(begin(client), "alice@univ.example"))

    assert answer["Location"] == "/link_orcid"
    assert not Account.objects.exists()
    assert who(client) is None


@pytest.mark.parametrize(
    "quirk",
    ["foreign-key", "alg-none", "wrong-nonce", "wrong-aud", "wrong-iss", "expired", "wrong-sub"],
)
def test_an_answer_with_a_wrong_mark_is_not_believed(client, stands, quirk):
    location = sign_in_at_globus(begin(client), "bob@univ.example")
    stands.globus.order("quirks", {"id_token": quirk})

    answer = back(client, location)

    assert answer.status_code == 400
    assert b"did not pass our checks" in answer.content
    assert not Account.objects.exists()


def test_an_answer_about_somebody_else_is_not_believed(client, stands):
    location = sign_in_at_globus(begin(client), "bob@univ.example")
    stands.globus.order("quirks", {"userinfo": "other-sub"})

    assert back(client, location).status_code == 400
    assert who(client) is None


def test_rotated_keys_of_the_provider_keep_nobody_out(client, stands):
    back(client, sign_in_at_globus(begin(client), "bob@univ.example"))
    stands.globus.order("rotate-keys")
    other = Client()

    answer = back(other, sign_in_at_globus(begin(other), "bob@univ.example"))

    assert answer.status_code == 302


def test_a_callback_without_a_journey_of_this_browser_signs_nobody_in(client, stands):
    location = sign_in_at_globus(begin(client), "bob@univ.example")
    victim = Client()

    answer = back(victim, location)

    assert (answer.status_code, who(victim)) == (400, None)


def test_a_replayed_callback_signs_nobody_in(client, stands):
    location = sign_in_at_globus(begin(client), "bob@univ.example")
    back(client, location)
    client.post("/sign_out")

    answer = back(client, location)

    assert (answer.status_code, who(client)) == (400, None)


def test_a_refusal_on_the_providers_page_is_told_and_stores_nothing(client, stands):
    answer = back(client, sign_in_at_globus(begin(client), "bob@univ.example", decision="deny"))

    assert b"You said no" in answer.content
    assert not Account.objects.exists()


def test_a_provider_that_is_down_is_told_with_another_way(client, stands):
    from django.core.cache import cache

    cache.clear()
    stands.globus.fail_next(count=None, status=503)

    answer = client.post("/users/auth/globus")

    assert answer.status_code == 503
    assert b"choose another way" in answer.content


@pytest.mark.parametrize("address", ["/users/auth/globus", "/orcid/auto_update/withdraw", "/settings/update"])
def test_nothing_changes_by_get(client, stands, address):
    account = Account.objects.create(orcid_id=ALICE)
    client.force_login(account, backend=BACKEND)

    answer = client.get(address)

    account.refresh_from_db()
    assert answer.status_code in {200, 405}
    assert account.auto_update_since is None


def test_every_way_to_a_provider_carries_state_nonce_and_where_supported_pkce(client, stands):
    globus = parse_qs(urlsplit(begin(client)).query)
    orcid = parse_qs(urlsplit(begin(client, "orcid")).query)

    assert {"state", "nonce", "code_challenge", "code_challenge_method"} <= set(globus)
    assert globus["code_challenge_method"] == ["S256"]
    assert {"state", "nonce"} <= set(orcid)
    assert "code_challenge" not in orcid


def test_scopes_and_parameters_are_never_taken_from_the_visitor(client, stands):
    answer = client.post(
        "/users/auth/globus?scope=all&auth_params=prompt%3Dnone&prompt=none", {"scope": "all"}
    )

    asked = parse_qs(urlsplit(answer["Location"]).query)
    assert "all" not in asked["scope"][0]
    assert "prompt" not in asked


def test_a_form_can_set_neither_role_nor_id_nor_token(client, stands):
    account = Account.objects.create(orcid_id=ALICE, name="Alice")
    client.force_login(account, backend=BACKEND)
    hostile = {
        "name": "Alice A.",
        "role": "staff_admin",
        "orcid_id": BOB,
        "auto_update_since": "2020-01-01",
        "access_token": "x",
        "is_active": "",
    }

    client.post("/settings/edit", hostile)

    account.refresh_from_db()
    assert (account.name, account.role, account.orcid_id) == ("Alice A.", "user", ALICE)
    assert (account.auto_update_since, account.is_active) == (None, True)
    assert not Consent.objects.exists()


def test_forms_without_a_csrf_token_are_refused(stands):
    client = Client(enforce_csrf_checks=True)

    assert client.post("/users/auth/globus").status_code == 403
    assert client.post("/sign_out").status_code == 403


def test_the_permission_callback_without_state_stores_nothing(client, stands):
    account = Account.objects.create(orcid_id=ALICE)
    client.force_login(account, backend=BACKEND)

    for query in ("code=abcdef", "code=abcdef&state=", "code=abcdef&state=unknown", "error=access_denied"):
        client.get(f"/orcid/auto_update/callback?{query}")

    assert not Consent.objects.exists()


def test_the_permission_callback_signs_nobody_in(client, stands):
    client.get("/orcid/search_and_link/callback?code=abcdef")

    assert who(client) is None


def test_two_first_visits_at_once_make_one_account():
    start = threading.Barrier(4)

    def arrive() -> int:
        try:
            start.wait(5)
            return services.arrive(orcid_id=ALICE, names=Names("Alice")).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        found = {future.result() for future in [threads.submit(arrive) for _ in range(4)]}

    assert len(found) == 1
    assert Account.objects.count() == 1


def test_the_session_changes_its_name_at_sign_in(client, stands):
    client.get("/sign_in")
    location = sign_in_at_globus(begin(client), "bob@univ.example")
    before = client.session.session_key

    back(client, location)

    assert client.session.session_key != before


def test_people_come_back_to_the_page_they_came_from_and_only_there(client, stands):
    location = begin(client, return_to="https://commons.stage.datacite.org/doi.org/10.5072/x")
    answer = back(client, sign_in_at_globus(location, "bob@univ.example"))
    assert answer["Location"] == "https://commons.stage.datacite.org/doi.org/10.5072/x"

    other = Client()
    location = begin(other, return_to="https://evil.example/")
    assert back(other, sign_in_at_globus(location, "bob@univ.example"))["Location"] == "/settings/me"


HOSTS = [".datacite.org", "127.0.0.1:8104"]
OWN = "https://profiles.datacite.org"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/x",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "https://datacite.org.evil.example",
        "https://evildatacite.org",
        "https://user@commons.datacite.org/",
        "https://commons.datacite.org@evil.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://commons.datacite.org/",
        "https://commons.datacite.org\n.evil.example",
        " https://commons.datacite.org",
        "https:evil.example",
        "https:///evil.example",
        "http://127.0.0.1:9/",
        "",
        None,
    ],
)
def test_nobody_is_sent_elsewhere(target):
    assert safe_return(target, hosts=HOSTS, own=OWN) is None


@pytest.mark.parametrize(
    "target",
    ["/works", "/works?show=failed", "https://commons.datacite.org/x", "https://datacite.org/", f"{OWN}/why"],
)
def test_people_may_be_sent_to_our_own_and_allowed_places(target):
    assert safe_return(target, hosts=HOSTS, own=OWN) == target


@given(st.text(max_size=60))
def test_whatever_is_asked_for_the_host_is_ours_or_allowed(text):
    for target in (text, f"https://{text}", f"//{text}", f"/{text}", f"https://commons.datacite.org{text}"):
        allowed = safe_return(target, hosts=HOSTS, own=OWN)
        if allowed is not None:
            host = urlsplit(allowed).hostname or ""
            assert (
                host == ""
                or re.fullmatch(r"([\w-]+\.)*datacite\.org", host)
                or allowed.startswith("http://127.0.0.1:8104")
            )
