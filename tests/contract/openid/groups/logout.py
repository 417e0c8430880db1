"""Signing out ends what it should, and nobody is signed out by somebody else."""

from collections.abc import Callable
from urllib.parse import urlencode, urljoin

from tests.contract.openid.catalogue import check
from tests.contract.openid.groups.login_and_consent import is_signed_in, tokens_against_forgery
from tests.contract.openid.person import STATUS_OF_REDIRECTS, Arrival, Person, forms, values_of
from tests.contract.openid.protocol import Tokens, refused
from tests.contract.openid.suite import NOBODYS, Suite
from tests.contract.openid.tokens import forgeries, unverified, verified

BACKCHANNEL = "http://schemas.openid.net/event/backchannel-logout"


def begin(suite: Suite, person: Person, **parameters: str) -> Arrival:
    """Go to the end-session endpoint."""
    endpoint = suite.provider.metadata["end_session_endpoint"]
    page = person.open(f"{endpoint}?{urlencode(parameters)}" if parameters else endpoint)
    return person.follow(page, suite.request(), [])


def confirm(person: Person, arrival: Arrival) -> Arrival:
    """Say yes where the provider asks."""
    for _ in range(2):
        if arrival.page.status_code in STATUS_OF_REDIRECTS:
            return arrival
        asking = [form for form in forms(arrival.page) if form.method == "POST"]
        if not asking:
            return arrival
        arrival = person.send(arrival, asking[-1], values_of(asking[-1]))
    return arrival


def signed_out(suite: Suite) -> tuple[Person, Tokens, Arrival]:
    """Sign in at a party and out again, with everything right."""
    person = suite.fresh()
    tokens = suite.tokens(person)
    arrival = begin(
        suite,
        person,
        id_token_hint=tokens.identity,
        post_logout_redirect_uri=suite.one.signed_out_uri,
        state="over & out",
    )
    return person, tokens, confirm(person, arrival)


@check(24)
def it_ends_at_the_party_with_its_state(suite: Suite) -> None:
    _, _, arrival = signed_out(suite)

    assert arrival.address.startswith(suite.one.signed_out_uri), arrival
    assert arrival.parameters["state"] == "over & out"


@check(24)
def the_session_is_over(suite: Suite) -> None:
    person, _, _ = signed_out(suite)

    assert not is_signed_in(suite, person)


@check(7, 24)
def the_tokens_of_the_session_are_over(suite: Suite) -> None:
    _, tokens, _ = signed_out(suite)

    refused(suite.provider.renew(suite.one, tokens.refresh), "invalid_grant")


@check(24)
def another_session_of_the_same_person_lives_on(suite: Suite) -> None:
    elsewhere = suite.fresh()
    tokens = suite.tokens(elsewhere)
    signed_out(suite)

    assert is_signed_in(suite, elsewhere)
    assert suite.provider.is_alive(tokens)


@check(24)
def without_a_hint_the_person_is_asked(suite: Suite) -> None:
    person = suite.fresh()
    begin(suite, person)

    assert is_signed_in(suite, person)


VARIANTS: dict[str, Callable[[str], str]] = {
    "elsewhere": lambda uri: NOBODYS,
    "another query": lambda uri: f"{uri}?next=evil",
    "a slash more": lambda uri: f"{uri}/",
    "a fragment": lambda uri: f"{uri}#x",
    "a user before the host": lambda uri: uri.replace("://", "://attacker@", 1),
    "capital letters": lambda uri: uri[:-3] + uri[-3:].upper(),
    "a script": lambda uri: "javascript:alert(1)",
}


@check(4, 24, each=VARIANTS)
def nobody_is_sent_where_the_party_is_not_at_home(suite: Suite, variant) -> None:
    person = suite.fresh()
    tokens = suite.tokens(person)
    wrong = variant(suite.one.signed_out_uri)
    arrival = begin(suite, person, id_token_hint=tokens.identity, post_logout_redirect_uri=wrong)
    arrival = confirm(person, arrival)

    assert not any(
        step.headers.get("Location", "").startswith((wrong, "javascript", NOBODYS))
        for step in [*arrival.steps, arrival.page]
    )


@check(4, 24)
def without_a_party_nobody_is_sent_anywhere(suite: Suite) -> None:
    person = suite.fresh()
    arrival = confirm(person, begin(suite, person, post_logout_redirect_uri=NOBODYS))

    assert not arrival.address.startswith(NOBODYS)


@check(24)
def one_partys_hint_does_not_open_anothers_address(suite: Suite) -> None:
    person = suite.fresh()
    others = suite.tokens(person, suite.two)
    arrival = begin(
        suite, person, id_token_hint=others.identity, post_logout_redirect_uri=suite.one.signed_out_uri
    )
    arrival = confirm(person, arrival)

    assert not arrival.address.startswith(suite.one.signed_out_uri)


FORGERIES = (
    "alg none",
    "HS256 with the client's secret",
    "HS256 with the public key",
    "tampered",
    "foreign key",
)


@check(16, 24, each={name: name for name in FORGERIES})
def a_forged_hint_signs_nobody_out(suite: Suite, kind: str) -> None:
    person = suite.fresh()
    hint = forgeries(suite.provider, suite.tokens(person).identity, suite.one.secret)[kind]
    begin(suite, person, id_token_hint=hint, post_logout_redirect_uri=suite.one.signed_out_uri)

    assert is_signed_in(suite, person)


@check(24)
def the_hint_of_another_person_signs_nobody_out(suite: Suite) -> None:
    person = suite.fresh()
    hint = suite.tokens(suite.bob()).identity
    begin(suite, person, id_token_hint=hint, post_logout_redirect_uri=suite.one.signed_out_uri)

    assert is_signed_in(suite, person)


@check(21, 24)
def a_yes_from_another_site_signs_nobody_out(suite: Suite) -> None:
    person = suite.fresh()
    arrival = begin(suite, person)
    asking = [form for form in forms(arrival.page) if form.method == "POST"]
    assert asking, f"nobody asks at {arrival.address}"
    form = asking[-1]
    values = values_of(form)
    for name in tokens_against_forgery(form):
        values.pop(name)
    if tokens_against_forgery(form):
        headers = {"Origin": "https://attacker.example", "Referer": "https://attacker.example/"}
        person.open(
            urljoin(arrival.page.url, form.get("action") or arrival.page.url), values, headers=headers
        )

    assert is_signed_in(suite, person)


@check(25)
def the_party_is_told_behind_the_browsers_back(suite: Suite) -> None:
    if not suite.provider.metadata.get("backchannel_logout_supported"):
        return
    person, tokens, _ = signed_out(suite)
    del person
    said = unverified(tokens.identity)[1]
    path = suite.one.redirect_uri.removeprefix(suite.named.listen).rpartition("/")[0] + "/backchannel"
    form = suite.wait_for(path, sid=said["sid"])

    assert form is not None, f"nothing came to {path}"
    header, told = verified(suite.provider, form["logout_token"])
    assert header["typ"].lower() == "logout+jwt"
    assert told["iss"] == suite.named.issuer
    assert told["aud"] in (suite.one.client_id, [suite.one.client_id])
    assert told["sid"] == said["sid"]
    assert told["events"] == {BACKCHANNEL: {}}
    assert told["exp"] - told["iat"] <= 300
    assert told["jti"]
    assert "nonce" not in told


@check(16, 25)
def what_the_party_is_told_is_no_key_to_anything(suite: Suite) -> None:
    if not suite.provider.metadata.get("backchannel_logout_supported"):
        return
    _, tokens, _ = signed_out(suite)
    path = suite.one.redirect_uri.removeprefix(suite.named.listen).rpartition("/")[0] + "/backchannel"
    form = suite.wait_for(path, sid=unverified(tokens.identity)[1]["sid"])
    assert form is not None

    token = form["logout_token"]
    assert suite.provider.userinfo(token).status_code == 401
    arrival = suite.alice().begin(suite.request(prompt="none", id_token_hint=token))
    assert "code" not in arrival.parameters
