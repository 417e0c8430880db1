"""Where we call addresses that others named: the public internet, and nothing only we can reach."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.clients.http import Limits
from profiles.clients.ssrf_safe_http import PublicResolver, SsrfSafeHttpClient, is_public, refusal_of
from profiles.clients.webhook_sender import tell

INSIDE = [
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1",
    "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "224.0.0.1", "255.255.255.255",
    "2002:7f00:1::", "fe80::1%eth0", "not an address", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1", "::127.0.0.1", "::ffff:0:127.0.0.1", "fec0::1", "2001:0:7f00:1::", "5f00::1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "93.184.215.14",
        "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
        "2a00:1450:4001:82a::200e",
        "64:ff9b::5db8:d70e",
    ],
)
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest",
     "https://localhost/", "https://db.internal/", "https://a@example.org/", "https://example.org/#x",
     "https://", "https://example.org:99999/", "https://exam ple.org/", "file:///x", "//example.org"],
)  # fmt: skip
def test_an_address_that_is_not_plainly_public_is_refused_before_any_call(url):
    assert refusal_of(url, local=False)


def test_a_plain_public_address_is_accepted():
    assert refusal_of("https://agent.example.org/hooks?a=1", local=False) == ""


@given(st.text())
def test_any_text_gets_an_answer(url):
    assert isinstance(refusal_of(url, local=False), str)


async def test_a_name_that_leads_inside_is_not_called():
    with pytest.raises(OSError, match="not a public address"):
        await PublicResolver().resolve("localhost", 80)


def test_a_call_to_a_name_that_leads_inside_ends_without_an_answer():
    async def call():
        limits = Limits(connect=1, read=1, total=2)
        async with SsrfSafeHttpClient(user_agent="tests", limits=limits, local=False) as door:
            return await tell(
                door, "https://localhost.localdomain/", message_id="1", body=b"{}", secrets=["whsec_AAAA"]
            )

    told = asyncio.run(call())

    assert told.status is None
    assert not told.is_taken
