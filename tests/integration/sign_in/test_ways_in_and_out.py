"""The last way in stays; a sign-out by link asks first, unless one of DataCite's own hosts sent somebody."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.test import Client

from tests.support.pushing import BOB
from tests.support.signing_in import by_globus, by_orcid, who

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
METHODS = "/settings/sign-in-methods"
QUESTION = b"Do you want to sign out?"


def remove(client: Client, way: SocialAccount):
    return client.post(METHODS, {"identity": str(way.pk)}, follow=True)


def test_never_the_last_way_in(client, stands):
    by_globus(client)
    by_orcid(client, BOB)
    first, last = SocialAccount.objects.order_by("pk")

    assert b"This way to sign in is removed." in remove(client, first).content
    page = remove(client, last)

    assert b"This is the only way in." in page.content
    assert list(SocialAccount.objects.all()) == [last]
    again = Client()
    by_orcid(again, BOB)
    assert who(again) == who(client)


def allowed_hosts() -> dict[str, str]:
    """Return a page on each host that people may come from."""
    env = settings.ENVIRONMENT
    named = {
        host: f"http{'' if host in {'127.0.0.1', 'localhost'} else 's'}://"
        f"{'commons' + host if host.startswith('.') else host}/page"
        for host in env.PROFILES_RETURN_HOSTS
    }
    whole = next(host for host in named if host.startswith("."))
    own = {"our own": env.PROFILES_URL, "Commons": env.COMMONS_URL, "Fabrica": env.BRACCO_URL}
    return {
        **named,
        f"{whole} itself": f"https://{whole[1:]}/",
        **{name: f"{base}/page" for name, base in own.items()},
    }


ALLOWED = allowed_hosts()


@pytest.mark.parametrize("came_from", ALLOWED.values(), ids=ALLOWED)
def test_sign_out_by_link_from_an_allowed_host_happens_at_once(client, stands, came_from):
    by_globus(client)

    answer = client.get("/sign_out", headers={"Referer": came_from})

    assert answer.status_code == 302
    assert who(client) is None


@pytest.mark.parametrize(
    "came_from",
    [
        "https://evil.example/",
        "https://datacite.org.evil.example/",
        "https://notdatacite.org/",
        "https://commons.datacite.org@evil.example/",
        "https://evil.example/?from=https://commons.datacite.org/",
        "",
        None,
    ],
    ids=str,
)
def test_sign_out_by_link_from_anywhere_else_asks_first(client, stands, came_from):
    by_globus(client)
    before = who(client)

    page = client.get("/sign_out", headers={} if came_from is None else {"Referer": came_from})

    assert QUESTION in page.content
    assert who(client) == before is not None
    assert client.post("/sign_out").status_code == 302
    assert who(client) is None


@pytest.mark.parametrize("setting", ["COMMONS_URL", "BRACCO_URL"])
def test_people_go_back_to_commons_and_fabrica_by_their_configured_addresses(
    client, stands, settings, setting
):
    changes = {setting: "https://elsewhere.example", "PROFILES_RETURN_HOSTS": []}
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update=changes)

    answer = by_globus(client, return_to="https://elsewhere.example/works")

    assert answer["Location"] == "https://elsewhere.example/works"
