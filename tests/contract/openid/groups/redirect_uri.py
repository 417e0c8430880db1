"""People are sent only to addresses that were registered, letter by letter."""

from collections.abc import Callable
from urllib.parse import quote, urlsplit

from tests.contract.openid.catalogue import check
from tests.contract.openid.protocol import refused
from tests.contract.openid.suite import NOBODYS, Suite


def _parts(uri: str) -> tuple[str, str, str]:
    found = urlsplit(uri)
    return found.scheme, found.netloc, found.path


def _other_port(uri: str) -> str:
    scheme, place, path = _parts(uri)
    host, _, port = place.partition(":")
    return f"{scheme}://{host}:{int(port or 80) + 1}{path}"


VARIANTS: dict[str, Callable[[str], str]] = {
    "a slash more": lambda uri: f"{uri}/",
    "a folder more": lambda uri: f"{uri}/deeper",
    "a way up and down": lambda uri: f"{uri}/../{uri.rpartition('/')[2]}",
    "an encoded way up": lambda uri: f"{uri}/%2e%2e/evil",
    "another query": lambda uri: f"{uri}?next=evil",
    "an empty query": lambda uri: f"{uri}?",
    "a path parameter": lambda uri: f"{uri};x=1",
    "a fragment": lambda uri: f"{uri}#here",
    "capital letters in the path": lambda uri: uri[:-3] + uri[-3:].upper(),
    "capital letters in the scheme": lambda uri: uri[:4].upper() + uri[4:],
    "a letter encoded": lambda uri: f"{uri[:-1]}%{ord(uri[-1]):02x}",
    "a user before the host": lambda uri: uri.replace("://", "://attacker@", 1),
    "the host as a user": lambda uri: uri.replace(_parts(uri)[1], f"{_parts(uri)[1]}@attacker.example", 1),
    "the host as a subdomain": lambda uri: uri.replace(
        _parts(uri)[1], f"{_parts(uri)[1].partition(':')[0]}.attacker.example", 1
    ),
    "another host": lambda uri: NOBODYS,
    "another name of the host": lambda uri: uri.replace("127.0.0.1", "localhost.", 1).replace(
        "://localhost:", "://127.0.0.1:", 1
    ),
    "another port": _other_port,
    "another scheme": lambda uri: uri.replace("http", "https", 1) if uri[4] == ":" else f"http{uri[5:]}",
    "a backslash": lambda uri: uri.replace("/", "\\"),
    "a script": lambda uri: "javascript:alert(1)//" + uri,
    "a line break": lambda uri: f"{uri}\r\nSet-Cookie: a=b",
    "two slashes": lambda uri: uri.replace(_parts(uri)[2], "/" + _parts(uri)[2], 1),
}


@check(3, 4, each=VARIANTS)
def an_address_that_is_nearly_right_is_refused(suite: Suite, variant: Callable[[str], str]) -> None:
    wrong = variant(suite.one.redirect_uri)
    assert wrong != suite.one.redirect_uri

    arrival = suite.alice().begin(suite.request(redirect_uri=wrong))

    assert arrival.page.status_code in {400, 403}, arrival
    assert arrival.page.headers.get("Location") is None
    assert "Set-Cookie: a=b" not in str(arrival.page.headers)


@check(3)
def another_partys_address_is_refused(suite: Suite) -> None:
    arrival = suite.alice().begin(suite.request(redirect_uri=suite.two.redirect_uri))

    assert arrival.page.status_code in {400, 403}
    assert arrival.page.headers.get("Location") is None


@check(3)
def no_address_or_an_empty_one_is_refused(suite: Suite) -> None:
    for missing in (None, ""):
        arrival = suite.alice().begin(suite.request(redirect_uri=missing))
        assert arrival.page.status_code in {400, 403}, missing
        assert arrival.page.headers.get("Location") is None


@check(3, each={"right and wrong": True, "wrong and right": False})
def two_addresses_are_refused(suite: Suite, right_first: bool) -> None:
    request = suite.request() if right_first else suite.request(redirect_uri=NOBODYS)
    second = NOBODYS if right_first else suite.one.redirect_uri
    arrival = suite.alice().begin(request.with_text(f"&redirect_uri={quote(second, safe='')}"))

    assert "code" not in arrival.parameters
    assert not arrival.address.startswith(NOBODYS)


@check(4, each={"unknown": "nobody-knows-it", "with a zero byte": "suite\0one", "very long": "x" * 5000})
def an_unknown_party_gets_a_page_and_never_a_redirect(suite: Suite, client_id: str) -> None:
    arrival = suite.alice().begin(suite.request(client_id=client_id, redirect_uri=NOBODYS))

    assert arrival.page.status_code in {400, 401, 403, 414}
    assert arrival.page.headers.get("Location") is None


@check(4)
def a_silent_request_is_no_open_door_either(suite: Suite) -> None:
    arrival = suite.stranger().begin(suite.request(redirect_uri=NOBODYS, prompt="none"))

    assert arrival.page.status_code in {400, 403}
    assert arrival.page.headers.get("Location") is None


@check(4)
def a_wrong_request_is_no_open_door_either(suite: Suite) -> None:
    arrival = suite.stranger().begin(suite.request(redirect_uri=NOBODYS, response_type="token"))

    assert arrival.page.status_code in {400, 403}
    assert arrival.page.headers.get("Location") is None


@check(3, 6, each={"another": "other", "none": "none", "a slash more": "slash"})
def a_code_is_exchanged_only_with_the_address_it_was_sent_to(suite: Suite, kind: str) -> None:
    arrival = suite.arrive(suite.alice())
    given = {"other": NOBODYS, "none": None, "slash": f"{suite.one.redirect_uri}/"}[kind]

    refused(suite.provider.redeem(suite.one, arrival, redirect_uri=given), "invalid_grant", "invalid_request")
