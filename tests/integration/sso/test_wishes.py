"""What a service says ahead of whom it expects, and in which language."""

import pytest
import requests

from tests.support import sso
from tests.support.globus_browser import parameters_of
from tests.support.signing_in import begin

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache", "stands")]
BOB = "0009-0001-0000-0022"


def form_of(client, hint: str) -> dict[str, str]:
    """Come from a service that expects this person, and return what the sign-in form carries of it."""
    party = sso.register()
    page = client.get(client.get("/oauth/authorize", party.request(login_hint=hint))["Location"])
    return {"login_hint": hint} if f'name="login_hint" value="{hint}"' in page.content.decode() else {}


def test_whom_a_service_expects_is_filled_in_at_orcid(client):
    address = begin(client, "orcid", **form_of(client, BOB))

    assert parameters_of(address)["orcid"] == BOB
    assert BOB in requests.get(address, timeout=20).text


def test_an_address_that_a_service_expects_is_filled_in_at_orcid(client):
    address = begin(client, "orcid", **form_of(client, "bob@univ.example"))

    assert parameters_of(address)["email"] == "bob@univ.example"


def test_globus_takes_no_hint_and_gets_none(client):
    assert not {"login_hint", "orcid", "email"} & set(parameters_of(begin(client, **form_of(client, BOB))))


@pytest.mark.parametrize("hint", ["a b", "x" * 201, "<b>", '"', "&scope=all", "  "])
def test_what_cannot_name_anybody_is_not_handed_on(client, hint):
    address = begin(client, "orcid", login_hint=hint)

    assert not {"orcid", "email"} & set(parameters_of(address))


@pytest.mark.parametrize("wish", ["en", "de fr en-GB", "xx-yy", "<script>"])
def test_languages_that_no_one_speaks_here_do_no_harm(client, wish):
    sso.person(client)
    party = sso.register()

    assert "code" in sso.answer_of(client.get("/oauth/authorize", party.request(ui_locales=wish)))


def test_the_pages_are_in_the_first_language_of_the_service_that_we_have(client):
    address = client.get("/oauth/authorize", sso.register().request(ui_locales="xx ja-JP de"))["Location"]

    assert '<html lang="ja">' in client.get(address).content.decode()
    assert parameters_of(begin(client, "orcid"))["lang"] == "ja", "ORCID's page too"


@pytest.mark.parametrize("wish", ["login", "select_account"])
def test_a_service_may_let_the_person_sign_in_again_or_as_another_person(client, wish):
    sso.person(client)

    answer = client.get("/oauth/authorize", sso.register().request(prompt=wish))

    assert answer["Location"].startswith("/sign_in?")
    assert sso.answer_of(answer)["fresh"] == "1"


def test_a_service_may_have_the_person_asked_again_also_one_of_ours(client):
    sso.person(client)
    ours = sso.register()
    theirs = sso.register("Theirs", is_first_party=False)
    sso.approve(client, theirs)

    for party in (ours, theirs):
        answer = client.get("/oauth/authorize", party.request(prompt="consent"))
        assert answer["Location"].startswith("/oauth/resume/")
        assert "Do not allow" in client.get(answer["Location"]).content.decode()
