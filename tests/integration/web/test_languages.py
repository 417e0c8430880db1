"""A page is in the language of a link, of an earlier choice, of the account, or of the browser."""

import pytest
from django.conf import settings
from django.utils import translation

from profiles.accounts.models import Account
from profiles.infra.web.languages import language_at_orcid
from tests.support.pushing import ALICE
from tests.support.staff import dana

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs")]
BACKEND = settings.AUTHENTICATION_BACKENDS[0]
FROM_OUR_PAGES = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def alice(client):
    account = Account.objects.create(orcid_id=ALICE, name="Alice Alvarado", language="fr")
    client.force_login(account, backend=BACKEND)
    return account


def language_of(answer) -> str:
    return answer.content.decode().partition('<html lang="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("de", "de"),
        ("de-AT,en;q=0.5", "de"),
        ("pt-PT", "pt-br"),
        ("zh-CN", "zh-hans"),
        ("xx", "en"),
        ("", "en"),
    ],
)
def test_a_page_is_in_the_language_that_the_browser_wants(client, wanted, shown):
    assert language_of(client.get("/", headers={"Accept-Language": wanted})) == shown


def test_a_link_chooses_a_language_which_is_kept(client):
    answer = client.get("/?lang=ja")
    assert language_of(answer) == "ja"
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME]["httponly"]
    assert language_of(client.get("/", headers={"Accept-Language": "de"})) == "ja"


@pytest.mark.parametrize("wanted", ["xx", "", "../../etc", "<script>", "\x00"])
def test_a_link_to_a_language_that_we_do_not_have_changes_nothing(client, wanted):
    answer = client.get("/", {"lang": wanted})

    assert language_of(answer) == "en"
    assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies


def test_a_choice_on_our_pages_is_that_of_the_persons_e_mails_too(client, alice):
    client.get("/works?lang=de", headers=FROM_OUR_PAGES)

    assert Account.objects.get().language == "de"


def test_a_link_from_elsewhere_does_not_change_the_language_of_the_e_mails(client, alice):
    client.get("/works?lang=de", headers={"Sec-Fetch-Site": "cross-site"})

    assert Account.objects.get().language == "fr"


@pytest.mark.parametrize("shown", ["en", "ar"])
def test_each_page_offers_every_language_by_its_own_name_and_at_its_own_address(client, shown):
    page = client.get("/why?doi=10.5072/one", headers={"Accept-Language": shown}).content.decode()

    for code, name in settings.LANGUAGES:
        assert f'lang={code}"' in page
        assert f">{name}</a>" in page
    assert "?doi=10.5072/one&amp;lang=de" in page.replace("%2F", "/")


def test_caches_are_told_what_a_page_depends_on(client):
    answer = client.get("/")

    assert {"Accept-Language", "Cookie"} <= {part.strip() for part in answer["Vary"].split(",")}
    assert answer["Content-Language"] == "en"


def test_arabic_runs_from_right_to_left(client):
    assert b'<html lang="ar" dir="rtl">' in client.get("/?lang=ar").content


def test_pages_of_staff_are_in_english(client, alice):
    browser = dana()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"

    assert language_of(browser.get("/staff")) == "en"
    assert language_of(browser.get("/works")) == "de"


def test_orcids_pages_are_asked_for_the_same_language(client, alice):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "pt-br"

    for path in ("/orcid/auto_update/auth", "/users/auth/orcid"):
        assert "lang=pt&" in client.post(path)["Location"] + "&", path
    assert language_at_orcid("zh-hans") == "zh_CN"


def test_every_language_is_one_that_django_knows():
    assert [code for code, _ in settings.LANGUAGES if not translation.check_for_language(code)] == []
