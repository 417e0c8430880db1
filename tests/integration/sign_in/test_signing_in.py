"""Signing in by a provider: whom it lets in, what it believes, and where people come back to."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from profiles.accounts.models import Account
from profiles.sign_in.identity_providers.providers import providers
from tests.support.globus_browser import sign_in_at_globus
from tests.support.pushing import ALICE, BOB
from tests.support.signing_in import back, begin, by_orcid, who

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]


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
    [
        "foreign-key",
        "alg-none",
        "wrong-nonce",
        "wrong-aud",
        "two-auds",
        "other-azp",
        "wrong-iss",
        "wrong-sub",
    ],
)
def test_an_answer_with_a_wrong_mark_is_not_believed(client, stands, quirk):
    location = sign_in_at_globus(begin(client), "bob@univ.example")
    stands.globus.order("quirks", {"id_token": quirk})

    answer = back(client, location)

    assert answer.status_code == 400
    assert b"did not pass our checks" in answer.content
    assert not Account.objects.exists()


def test_an_answer_that_names_another_issuer_is_not_believed(client, stands):
    location = sign_in_at_globus(begin(client), "bob@univ.example")

    answer = back(client, f"{location}&iss=https%3A%2F%2Felsewhere.example")

    assert answer.status_code == 400
    assert not Account.objects.exists()


def test_an_answer_of_one_provider_does_not_serve_where_another_was_asked(client, stands):
    location = sign_in_at_globus(begin(client), "bob@univ.example")

    answer = back(client, location.replace("/users/auth/globus/", "/users/auth/orcid/"))

    assert answer.status_code == 400
    assert not Account.objects.exists()


def test_an_answer_about_another_person_is_not_believed(client, stands):
    location = sign_in_at_globus(begin(client), "bob@univ.example")
    stands.globus.order("quirks", {"userinfo": "other-sub"})

    assert back(client, location).status_code == 400
    assert who(client) is None


def test_rotated_keys_of_the_provider_keep_no_one_out(client, stands):
    back(client, sign_in_at_globus(begin(client), "bob@univ.example"))
    stands.globus.order("rotate-keys")
    other = Client()

    answer = back(other, sign_in_at_globus(begin(other), "bob@univ.example"))

    assert answer.status_code == 302


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


def test_forms_without_a_csrf_token_are_refused(stands):
    client = Client(enforce_csrf_checks=True)

    assert client.post("/users/auth/globus").status_code == 403
    assert client.post("/sign_out").status_code == 403


def test_the_permission_callback_signs_no_one_in(client, stands):
    client.get("/orcid/search_and_link/callback?code=abcdef")

    assert who(client) is None


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
    assert back(other, sign_in_at_globus(location, "bob@univ.example"))["Location"] == "/"


def test_a_person_who_starts_again_after_a_refusal_does_not_come_back_to_the_refusal(client, stands):
    own = settings.ENVIRONMENT.PROFILES_URL
    refused = f"{own}/users/auth/globus/callback?error=access_denied&state=x"

    page = client.get("/sign_in", headers={"Referer": refused})
    client.post("/users/auth/globus", headers={"Referer": refused})
    (attempt,) = client.session["sign_in_attempts"].values()

    assert b"access_denied" not in page.content
    assert attempt["return_to"] == ""


def test_the_name_is_put_together_where_the_provider_gives_only_its_parts(client, stands):
    by_orcid(client, ALICE)

    assert Account.objects.get().display_name == "Alice Alvarado"


ICON = "data:image/svg+xml;base64,PHN2Zy8+"


@pytest.fixture
def staff_provider(settings, stands):
    """A further OpenID provider, set up by nothing but the environment: the Globus stand-in again."""
    named = {
        "id": "office",
        "label": "DataCite Office",
        "issuer": settings.ENVIRONMENT.GLOBUS_URL,
        "client_id": "5b0d2c1e-6f0a-4d53-9f53-0a1d0c5e0009",
        "client_secret": "office-secret",
        "icon": ICON,
    }
    callback = f"{settings.ENVIRONMENT.PROFILES_URL}/users/auth/office/callback"
    about = {name: named[name] for name in ("client_id", "client_secret")}
    stands.globus.order("clients", {**about, "name": "DataCite Profiles", "redirect_uris": [callback]})
    foreign = {**named, "id": "foreign", "label": "Foreign", "icon": "https://elsewhere.example/icon.png"}
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(
        update={"PROFILES_OPENID_PROVIDERS": json.dumps([named, foreign])}
    )


def test_a_sign_in_leads_to_the_provider_of_the_settings_of_the_moment(client, stands, settings):
    """Kept for the process, a test's production address once led all later ones away from the stand-in."""
    sound = settings.ENVIRONMENT
    settings.ENVIRONMENT = sound.model_copy(update={"GLOBUS_URL": "http://127.0.0.1:9"})
    assert providers()["globus"].issuer == "http://127.0.0.1:9"
    assert begin(client, "globus").endswith("/go-on")

    settings.ENVIRONMENT = sound

    assert begin(Client(), "globus").startswith(sound.GLOBUS_URL)


def test_a_further_provider_needs_configuration_only_its_icon_included(client, stands, staff_provider):
    page = client.get("/sign_in").content.decode()
    assert "Sign in with DataCite Office" in page
    assert f'src="{ICON}"' in page
    assert "elsewhere.example" not in page

    answer = back(client, sign_in_at_globus(begin(client, "office"), "dana@office.example"))
    assert answer["Location"] == "/link_orcid"
    by_orcid(client, ALICE, aim="link")
    client.post("/link_orcid/confirm", {"answer": "yes"})

    other = Client()
    back(other, sign_in_at_globus(begin(other, "office"), "dana@office.example"))
    assert who(other) == who(client) == str(Account.objects.get(orcid_id=ALICE).pk)
    assert b"DataCite Office" in client.get("/settings/sign-in-methods").content
