"""Forwarded headers count only from the proxies that the settings name; our own address decides on https."""

import http.client
from ipaddress import ip_network

import pytest
from django.test import RequestFactory

from profiles.infra.web import proxies
from tests.support.served_beside import serving

PROXY, PERSON, LIAR = "10.0.0.7", "203.0.113.9", "198.51.100.1"


def address(settings, forwarded: str, *, remote: str = PROXY, named=("10.0.0.0/8",)) -> str:
    networks = [ip_network(name) for name in named]
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"PROFILES_TRUSTED_PROXIES": networks})
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return proxies.address_of(RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers))


@pytest.mark.parametrize(
    ("forwarded", "remote", "expected"),
    [
        (PERSON, PROXY, PERSON),
        (f"{LIAR}, {PERSON}", PROXY, PERSON),
        (f"{LIAR}, {PERSON}, 10.1.1.1", PROXY, PERSON),
        (f"{LIAR}, {PERSON}, 10.1.1.1", f"::ffff:{PROXY}", PERSON),
        (f"{LIAR}, {PERSON}", LIAR, LIAR),
        ("", PROXY, PROXY),
        ("10.1.1.1", PROXY, "10.1.1.1"),
        ("no address", PROXY, PROXY),
    ],
)
def test_the_caller_is_the_last_address_that_is_no_named_proxy(settings, forwarded, remote, expected):
    assert address(settings, forwarded, remote=remote) == expected


def test_without_a_named_proxy_no_forwarded_address_counts(settings):
    assert address(settings, PERSON, named=()) == PROXY


@pytest.mark.django_db(transaction=True)
def test_a_public_https_address_brings_hsts_and_an_unnamed_proxy_is_reported():
    with serving(PROFILES_URL="https://profiles.example.org", PROFILES_HOSTS="127.0.0.1") as place:
        for _ in range(2):
            connection = http.client.HTTPConnection(*place, timeout=60)
            connection.request("GET", "/sign_in", headers={"X-Forwarded-For": PERSON})
            answer = connection.getresponse()
            answer.read()
            connection.close()

    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert proxies.unnamed_seen()
