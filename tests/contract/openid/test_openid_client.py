"""npm's openid-client, a certified relying party, does all that a party can, and checks what it is told."""

import re

import pytest

from tests.contract.openid.person import Person
from tests.contract.openid.protocol import Party, Provider, Request
from tests.support import node_party
from tests.support.node_party import NodeParty, WrongError

SCOPE = "openid profile orcid offline_access"


@pytest.fixture(scope="module")
def node(ours):
    with node_party.running(ours.url) as party:
        party.discover("node-basic")
        party.discover("node-post", post=True)
        party.discover("node-key", key=node_party.KEY.as_dict(private=True), algorithm="ES256")
        party.discover("node-machine")
        yield party


@pytest.fixture
def alice(ours) -> Person:
    return Person(Provider(ours.url), "suite-alice", "suite-alice-password")


def sign_in(node: NodeParty, person: Person, place: str, client_id: str = "node-basic", **more) -> dict:
    """Go the whole way and return what the party holds."""
    redirect_uri = f"{place}/{client_id}/callback"
    begun = node.do("authorize", client_id, redirect_uri=redirect_uri, scope=SCOPE, **more)
    party = Party(client_id, "", redirect_uri)
    arrival = person.visit(Request(party, begun["url"], {"state": begun["state"]}, ""))
    return node.do("callback", client_id, url=arrival.address, state=begun["state"])


def test_code_with_pkce_gives_an_identity_that_the_party_verifies(node, alice, place):
    tokens = sign_in(node, alice, place)

    assert tokens["claims"]["sid"]
    assert tokens["claims"]["auth_time"]
    told = node.do("userinfo", "node-basic", token=tokens["access_token"], sub=tokens["claims"]["sub"])
    assert (told["orcid"], told["name"]) == ("0009-0009-0000-0012", "Alice Suite")


def test_tokens_are_renewed_and_the_renewed_ones_serve(node, alice, place):
    tokens = sign_in(node, alice, place)

    renewed = node.do("refresh", "node-basic", token=tokens["refresh_token"])

    assert renewed["claims"]["sub"] == tokens["claims"]["sub"]
    assert renewed["claims"]["auth_time"] == tokens["claims"]["auth_time"]
    assert node.do("userinfo", "node-basic", token=renewed["access_token"], sub=tokens["claims"]["sub"])
    with pytest.raises(WrongError, match="invalid_grant"):
        node.do("refresh", "node-basic", token=tokens["refresh_token"])


def test_tokens_are_described_and_given_back(node, alice, place):
    tokens = sign_in(node, alice, place)
    said = node.do("introspect", "node-basic", token=tokens["access_token"])
    assert said["active"] is True
    assert said["client_id"] == "node-basic"

    node.do("revoke", "node-basic", token=tokens["refresh_token"])

    assert node.do("introspect", "node-basic", token=tokens["access_token"]) == {"active": False}
    with pytest.raises(WrongError, match="invalid_grant"):
        node.do("refresh", "node-basic", token=tokens["refresh_token"])


def test_signing_out_leads_back_and_ends_the_tokens(node, alice, place):
    tokens = sign_in(node, alice, place)
    address = f"{place}/node-basic/signed-out"
    more = {
        "id_token_hint": tokens["id_token"],
        "post_logout_redirect_uri": address,
        "state": "over",
    }
    url = node.do("end", "node-basic", more=more)["url"]

    answer = alice.open(url)

    assert answer.headers["Location"] == f"{address}?state=over"
    with pytest.raises(WrongError, match="invalid_grant"):
        node.do("refresh", "node-basic", token=tokens["refresh_token"])


def test_a_request_may_be_pushed_ahead(node, alice, place):
    begun = node.do(
        "authorize", "node-basic", redirect_uri=f"{place}/node-basic/callback", scope=SCOPE, pushed=True
    )
    assert "request_uri=urn%3A" in begun["url"]
    assert "code_challenge" not in begun["url"]

    assert sign_in(node, alice, place, pushed=True)["claims"]["sub"]


def test_a_party_proves_itself_with_its_own_key_and_gets_an_es256_identity(node, alice, place):
    tokens = sign_in(node, alice, place, "node-key", pushed=True)

    assert tokens["claims"]["aud"] == "node-key"
    renewed = node.do("refresh", "node-key", token=tokens["refresh_token"])
    assert node.do("introspect", "node-key", token=renewed["access_token"])["active"] is True


def test_a_party_with_its_secret_in_the_form_knows_people_by_another_subject(node, alice, place):
    mine = sign_in(node, alice, place, "node-post")["claims"]["sub"]
    others = sign_in(node, alice, place)["claims"]["sub"]

    assert mine != others
    assert mine == sign_in(node, alice, place, "node-post")["claims"]["sub"]


def test_a_party_that_wants_a_recent_sign_in_gets_the_moment_of_it(node, alice, place):
    tokens = sign_in(node, alice, place, more={"max_age": "300"})

    assert tokens["claims"]["auth_time"]


def test_a_silent_request_of_no_one_is_refused_in_a_form_the_party_believes(node, alice, place):
    with pytest.raises(WrongError, match="login_required"):
        sign_in(node, alice, place, more={"prompt": "none"})


def test_a_secret_that_is_wrong_is_told_as_such(node, alice, place, ours):
    node.do("discover", "node-basic", issuer=ours.url, secret="wrong")
    try:
        with pytest.raises(WrongError, match="WWW_AUTHENTICATE_CHALLENGE"):
            sign_in(node, alice, place)
    finally:
        node.discover("node-basic")


def test_a_machine_gets_a_token_for_itself(node):
    tokens = node.do("machine", "node-machine", scope="doi-events:write")

    assert tokens["scope"] == "doi-events:write"
    assert "refresh_token" not in tokens
    assert node.do("introspect", "node-machine", token=tokens["access_token"])["active"] is True


def test_a_program_without_a_browser_waits_for_its_person(node, alice, place):
    sign_in(node, alice, place)
    begun = node.do("device", "node-basic", scope="openid orcid offline_access")
    page = alice.browser.get(begun["verification_uri_complete"], timeout=30)
    for _ in range(2):
        page = _say_yes(alice, page)

    tokens = node.do("poll", "node-basic", answer={**begun, "interval": 1})

    told = node.do("userinfo", "node-basic", token=tokens["access_token"], sub=tokens["claims"]["sub"])
    assert told["orcid"] == "0009-0009-0000-0012"


def _say_yes(person: Person, page):
    """Press the button for yes, where the page has one."""
    import requests

    from tests.contract.openid.person import NO, forms, values_of

    for form in forms(page):
        words = " ".join(form.text_content().split())
        if form.method == "POST" and "sign_out" not in (form.get("action") or "") and not NO.fullmatch(words):
            target = requests.compat.urljoin(page.url, form.get("action") or page.url)
            return person.browser.post(target, values_of(form), timeout=30)
    assert re.search(r"device|done|back", page.text, re.IGNORECASE), page.text[:500]
    return page
