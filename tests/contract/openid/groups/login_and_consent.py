"""Nobody is signed in, and nobody agrees, without doing so themselves."""

from urllib.parse import urljoin

from tests.contract.openid.catalogue import check
from tests.contract.openid.person import (
    STATUS_OF_REDIRECTS,
    Arrival,
    Person,
    decision_form,
    forms,
    password_form,
    values_of,
)
from tests.contract.openid.suite import NOBODYS, Suite


def at_sign_in(suite: Suite) -> tuple[Person, Arrival]:
    """Bring somebody before the sign-in form."""
    person = suite.stranger()
    arrival = person.begin(suite.request())
    assert password_form(arrival.page) is not None, f"no sign-in form at {arrival.address}"
    return person, arrival


def at_consent(suite: Suite, person: Person | None = None) -> tuple[Person, Arrival]:
    """Bring somebody before the question of a third party."""
    person = person or suite.fresh()
    arrival = person.begin(suite.request(suite.asking, prompt="consent"))
    assert decision_form(arrival.page) is not None, f"nobody asks for consent at {arrival.address}"
    return person, arrival


def tokens_against_forgery(form) -> list[str]:
    """Name the hidden fields that make the form this browser's own."""
    names = form.xpath(".//input[@type='hidden']/@name")
    return [
        name
        for name in names
        if "csrf" in name.lower() or name.lower() in {"xsrf", "_token", "authenticity_token"}
    ]


def cross_site(person: Person, arrival: Arrival, form, values: dict[str, str]) -> Arrival:
    """Send a form as another site would make the browser do it."""
    target = urljoin(arrival.page.url, form.get("action") or arrival.page.url)
    headers = {"Referer": "https://attacker.example/", "Origin": "https://attacker.example"}
    return person.follow(person.open(target, values, headers=headers), arrival.request, [])


def is_signed_in(suite: Suite, person: Person) -> bool:
    """Say whether the browser holds a session."""
    arrival = person.begin(suite.request(prompt="none", scope="openid"))
    return "code" in arrival.parameters


@check(21)
def signing_in_from_another_site_is_refused(suite: Suite) -> None:
    person, arrival = at_sign_in(suite)
    form = password_form(arrival.page)
    values = {**values_of(form), **person.answers(form)}
    for name in tokens_against_forgery(form):
        values.pop(name)
    # Another site's page makes the browser send its own cookies, which SameSite keeps back.
    person.browser.cookies.clear()
    cross_site(person, arrival, form, values)

    assert not is_signed_in(suite, person)


@check(21)
def a_sign_in_form_of_another_browser_is_refused(suite: Suite) -> None:
    _, arrival = at_sign_in(suite)
    victim, _ = at_sign_in(suite)
    form = password_form(arrival.page)
    victim.send(arrival, form, {**values_of(form), **victim.answers(form)})

    assert not is_signed_in(suite, victim)


@check(21)
def the_wrong_password_lets_nobody_in(suite: Suite) -> None:
    person, arrival = at_sign_in(suite)
    person.password = "not-the-password"
    ended = person.sign_in(arrival)

    assert "code" not in ended.parameters
    assert ended.page.status_code < 500
    assert not is_signed_in(suite, person)


@check(21)
def a_sign_in_by_address_is_refused(suite: Suite) -> None:
    person, arrival = at_sign_in(suite)
    form = password_form(arrival.page)
    target = urljoin(arrival.page.url, form.get("action") or arrival.page.url)
    person.browser.get(
        target,
        params={**values_of(form), **person.answers(form)},
        timeout=30,
        allow_redirects=False,
    )

    assert not is_signed_in(suite, person)


@check(4)
def the_sign_in_form_leads_nowhere_else(suite: Suite) -> None:
    _, arrival = at_sign_in(suite)
    form = password_form(arrival.page)
    hidden = [*form.xpath(".//input[@type='hidden']/@name"), "next", "return_to", "redirect"]
    for name in set(hidden) - set(tokens_against_forgery(form)):
        person, arrival = at_sign_in(suite)
        ended = person.sign_in(arrival, **{name: NOBODYS})
        sent_to = [step.headers.get("Location", "") for step in [*ended.steps, ended.page]]
        assert not any(address.startswith(NOBODYS) for address in sent_to), name


@check(33)
def after_a_password_the_browser_does_not_send_it_again(suite: Suite) -> None:
    person, arrival = at_sign_in(suite)
    ended = person.sign_in(arrival)

    redirects = [step.status_code for step in ended.steps if step.status_code in STATUS_OF_REDIRECTS]
    assert not {307, 308} & set(redirects)


def _not_framed(page) -> None:
    policy = page.headers.get("Content-Security-Policy", "")
    assert "frame-ancestors 'none'" in policy or page.headers.get("X-Frame-Options", "").upper() == "DENY"


@check(21)
def the_sign_in_page_cannot_be_framed(suite: Suite) -> None:
    _not_framed(at_sign_in(suite)[1].page)


@check(21)
def the_consent_page_cannot_be_framed(suite: Suite) -> None:
    _not_framed(at_consent(suite)[1].page)


@check(33)
def pages_on_the_way_are_not_kept_and_tell_nobody(suite: Suite) -> None:
    for page in (at_sign_in(suite)[1].page, at_consent(suite)[1].page):
        assert {"no-store", "no-cache"} & {part.strip() for part in page.headers["Cache-Control"].split(",")}
        assert page.headers.get("Referrer-Policy") in {"no-referrer", "same-origin", "strict-origin"}


@check(20)
def a_third_party_gets_nothing_without_a_yes(suite: Suite) -> None:
    _, arrival = at_consent(suite)

    assert "code" not in arrival.parameters
    assert suite.asking.client_id not in arrival.page.text or len(arrival.page.text) > 200


@check(20)
def a_no_is_told_to_the_party(suite: Suite) -> None:
    person, arrival = at_consent(suite)
    ended = person.decide(arrival, yes=False)

    assert ended.is_back, ended
    assert ended.parameters.get("error") == "access_denied"
    assert ended.parameters["state"] == ended.request.parameters["state"]
    assert ended.parameters["iss"] == suite.named.issuer


@check(20)
def a_yes_is_remembered(suite: Suite) -> None:
    person, arrival = at_consent(suite)
    assert "code" in person.decide(arrival, yes=True).parameters
    again = person.begin(suite.request(suite.asking, prompt="none"))

    assert "code" in again.parameters, again


@check(20)
def a_party_that_wants_more_asks_again(suite: Suite) -> None:
    person = suite.another()
    arrival = person.visit(suite.request(suite.asking, scope="openid", prompt="consent"))
    assert "code" in arrival.parameters
    wider = person.begin(
        suite.request(suite.asking, prompt="none", scope="openid email profile offline_access")
    )

    # Bob may have agreed to all of it in a run before; then he is not asked.
    if "code" not in wider.parameters:
        assert wider.parameters["error"] in {"consent_required", "interaction_required"}


@check(21)
def a_yes_from_another_site_is_refused(suite: Suite) -> None:
    person, arrival = at_consent(suite)
    form = decision_form(arrival.page)
    values = values_of(form)
    for name in tokens_against_forgery(form):
        values.pop(name)
    cookies = person.browser.cookies.copy()
    # With cookies (an old browser) but without the token, and from elsewhere.
    ended = cross_site(person, arrival, form, values) if tokens_against_forgery(form) else arrival
    assert "code" not in ended.parameters, ended

    person.browser.cookies = cookies
    person.browser.cookies.clear()
    ended = cross_site(person, arrival, form, values_of(form))
    assert "code" not in ended.parameters, ended


@check(21)
def the_yes_of_one_person_does_not_serve_another(suite: Suite) -> None:
    _, arrival = at_consent(suite)
    bob = suite.another()
    suite.arrive(bob)
    form = decision_form(arrival.page)
    ended = bob.send(arrival, form, values_of(form))

    assert "code" not in ended.parameters, ended


@check(21)
def a_yes_by_address_is_refused(suite: Suite) -> None:
    person, arrival = at_consent(suite)
    form = decision_form(arrival.page)
    target = urljoin(arrival.page.url, form.get("action") or arrival.page.url)
    joint = "&" if "?" in target else "?"
    from urllib.parse import urlencode

    ended = person.follow(person.open(f"{target}{joint}{urlencode(values_of(form))}"), arrival.request, [])
    assert "code" not in ended.parameters, ended


@check(20)
def the_page_says_who_asks(suite: Suite) -> None:
    _, arrival = at_consent(suite)

    assert forms(arrival.page)
    assert arrival.page.headers["Content-Type"].startswith("text/html")
    policy = arrival.page.headers.get("Content-Security-Policy", "")
    assert "unsafe-inline" not in policy
