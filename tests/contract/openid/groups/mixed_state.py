"""Several tabs, several parties, one browser: nothing of one gets into the other."""

from http.cookies import SimpleCookie

from tests.contract.openid.catalogue import check
from tests.contract.openid.person import STATUS_OF_REDIRECTS, Person, decision_form, password_form
from tests.contract.openid.protocol import refused
from tests.contract.openid.suite import Suite
from tests.contract.openid.tokens import unverified


def _finish(person: Person, arrival):
    """Go on from the sign-in page of one tab; others may have signed in meanwhile."""
    arrival = person.sign_in(arrival)
    for _ in range(2):
        if arrival.page.status_code not in STATUS_OF_REDIRECTS and decision_form(arrival.page) is not None:
            arrival = person.decide(arrival, yes=True)
    return arrival


@check(23)
def two_tabs_end_each_with_its_own_request(suite: Suite) -> None:
    person = suite.stranger()
    first, second = person.begin(suite.request()), person.begin(suite.request())
    ended = [_finish(person, second)]
    again = person.begin(first.request)
    ended.append(
        _finish(person, again) if password_form(again.page) is not None else person.visit(first.request)
    )

    for arrival in ended:
        assert arrival.parameters.get("state") == arrival.request.parameters["state"], arrival
        tokens = suite.provider.tokens(suite.one, arrival)
        assert unverified(tokens.identity)[1]["nonce"] == arrival.request.parameters["nonce"]


@check(23)
def tabs_of_two_parties_do_not_mix(suite: Suite) -> None:
    person = suite.stranger()
    mine, others = person.begin(suite.request()), person.begin(suite.request(suite.two))
    first = _finish(person, mine)
    second = person.visit(others.request)

    assert first.address.startswith(suite.one.redirect_uri), first
    assert second.address.startswith(suite.two.redirect_uri), second
    for party, arrival in ((suite.one, first), (suite.two, second)):
        said = unverified(suite.provider.tokens(party, arrival).identity)[1]
        assert said["aud"] in (party.client_id, [party.client_id])
        assert said["nonce"] == arrival.request.parameters["nonce"]


@check(6, 23)
def the_code_of_one_party_does_not_serve_the_other(suite: Suite) -> None:
    person = suite.alice()
    mine, others = suite.arrive(person), suite.arrive(person, suite.two)

    refused(suite.provider.redeem(suite.one, others), "invalid_grant")
    refused(suite.provider.redeem(suite.two, mine), "invalid_grant")


@check(22)
def signing_in_begins_a_new_session(suite: Suite) -> None:
    person = suite.stranger()
    waiting = person.begin(suite.request())
    before = {cookie.value for cookie in person.browser.cookies}
    _finish(person, waiting)
    after = {cookie.value for cookie in person.browser.cookies}

    assert after - before, "the browser holds the same cookies before and after signing in"


@check(22)
def a_session_that_somebody_else_planted_does_not_become_theirs(suite: Suite) -> None:
    attacker = suite.stranger()
    attacker.begin(suite.request())
    victim = suite.stranger()
    victim.browser.cookies.update(attacker.browser.cookies)
    suite.arrive(victim)

    arrival = attacker.begin(suite.request(prompt="none"))
    assert arrival.parameters.get("error") == "login_required", arrival


@check(22)
def cookies_are_kept_from_scripts_and_from_other_sites(suite: Suite) -> None:
    person = suite.stranger()
    arrival = person.visit(suite.request())

    seen = 0
    for page in arrival.steps:
        for line in page.raw.headers.getlist("Set-Cookie"):
            for name, morsel in SimpleCookie(line).items():
                # Shared with sibling services on purpose, and no proof of anything.
                if name == "_datacite" or not morsel.value or "sig" in name:
                    continue
                seen += 1
                assert morsel["httponly"], name
                assert morsel["samesite"].lower() in {"lax", "strict"}, name
    assert seen


@check(22)
def without_its_cookies_a_browser_is_nobody(suite: Suite) -> None:
    person = suite.fresh()
    person.browser.cookies.clear()

    arrival = person.begin(suite.request(prompt="none"))
    assert arrival.parameters.get("error") == "login_required"
