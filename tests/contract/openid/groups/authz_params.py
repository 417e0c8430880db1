"""What a party may ask of the sign-in, and what becomes of it."""

import time
from urllib.parse import quote

from tests.contract.openid.catalogue import check
from tests.contract.openid.person import Arrival
from tests.contract.openid.suite import Suite
from tests.contract.openid.tokens import forgeries, unverified

SILENT = {"login_required", "interaction_required", "consent_required", "account_selection_required"}


def told_to_party(arrival: Arrival, *errors: str) -> None:
    """See that the party is told of an error, with its state and who says so."""
    assert arrival.is_back, arrival
    said = arrival.parameters
    assert "code" not in said, said
    assert said.get("error") in errors, said
    assert said.get("state") == arrival.request.parameters.get("state")
    assert "iss" in said, "the error does not say who sends it"


RESPONSE_TYPES = {
    name.replace(" ", " and "): name
    for name in ("token", "id_token", "id_token token", "code token", "code id_token", "none", "anything")
}


@check(1, each=RESPONSE_TYPES)
def nothing_but_a_code_can_be_asked_for(suite: Suite, response_type: str) -> None:
    arrival = suite.alice().begin(suite.request(response_type=response_type))

    assert "access_token" not in arrival.address
    assert "id_token=" not in arrival.address
    assert "code=" not in arrival.address
    # Errors of these types belong into the fragment, where no server reads them; a page is as good.
    error = arrival.parameters.get("error") or ("unsupported_response_type" in arrival.address)
    assert error or arrival.page.status_code == 400, arrival


@check(1)
def a_request_without_a_response_type_is_refused(suite: Suite) -> None:
    arrival = suite.alice().begin(suite.request(response_type=None))

    told_to_party(arrival, "invalid_request", "unsupported_response_type")


@check(5)
def success_says_who_sends_it(suite: Suite) -> None:
    arrival = suite.arrive(suite.alice())

    assert arrival.parameters["iss"] == suite.named.issuer
    assert arrival.parameters["state"] == arrival.request.parameters["state"]


@check(5)
def an_error_says_who_sends_it(suite: Suite) -> None:
    arrival = suite.stranger().begin(suite.request(prompt="none"))

    told_to_party(arrival, *SILENT)
    assert arrival.parameters["iss"] == suite.named.issuer


STATES = {
    "strange letters": "ä & = # % + \" ' < > 日本",
    "long": "s" * 1500,
    "like an address": "https://a.example/?b=c",
}


@check(5, each=STATES)
def the_state_comes_back_letter_by_letter(suite: Suite, state: str) -> None:
    assert suite.arrive(suite.alice(), state=state).parameters["state"] == state


@check(5)
def no_state_comes_back_where_none_was_sent(suite: Suite) -> None:
    assert "state" not in suite.arrive(suite.alice(), state=None).parameters


@check(18)
def who_is_signed_in_comes_back_silently(suite: Suite) -> None:
    arrival = suite.alice().begin(suite.request(prompt="none", scope="openid"))

    assert arrival.is_back
    assert "code" in arrival.parameters, arrival


@check(18)
def who_is_not_signed_in_is_not_asked_when_it_must_be_silent(suite: Suite) -> None:
    arrival = suite.stranger().begin(suite.request(prompt="none"))

    told_to_party(arrival, "login_required")
    assert not arrival.asked_to_sign_in


@check(18)
def silent_and_not_silent_at_once_is_refused(suite: Suite) -> None:
    arrival = suite.alice().begin(suite.request(prompt="none login"))

    told_to_party(arrival, "invalid_request")


@check(18)
def a_party_may_ask_for_a_new_sign_in(suite: Suite) -> None:
    person = suite.fresh()
    before = unverified(suite.tokens(person).identity)[1]["auth_time"]
    time.sleep(1.1)
    arrival = person.begin(suite.request(prompt="login"))
    assert arrival.asked_to_sign_in, arrival
    arrival = person.visit(suite.request(prompt="login"))

    after = unverified(suite.provider.tokens(suite.one, arrival).identity)[1]["auth_time"]
    assert after > before


@check(18)
def an_old_sign_in_is_not_enough_when_a_new_one_is_asked_for(suite: Suite) -> None:
    person = suite.fresh()
    before = unverified(suite.tokens(person).identity)[1]["auth_time"]
    time.sleep(2.1)
    arrival = person.begin(suite.request(max_age="1"))
    assert arrival.asked_to_sign_in, arrival
    arrival = person.visit(suite.request(max_age="1"))

    assert unverified(suite.provider.tokens(suite.one, arrival).identity)[1]["auth_time"] > before


@check(18)
def an_old_sign_in_is_told_silently_too(suite: Suite) -> None:
    person = suite.fresh()
    time.sleep(2.1)

    told_to_party(person.begin(suite.request(max_age="1", prompt="none")), "login_required")


@check(18)
def a_recent_sign_in_is_enough(suite: Suite) -> None:
    arrival = suite.fresh().begin(suite.request(max_age="1000"))

    assert "code" in arrival.parameters, arrival


@check(18, each={"a word": "soon", "negative": "-1", "a fraction": "1.5", "empty": ""})
def an_age_that_is_no_number_is_refused(suite: Suite, age: str) -> None:
    arrival = suite.alice().begin(suite.request(max_age=age))

    # An empty parameter counts as none at all (RFC 6749, 3.1).
    if age:
        assert "code" not in arrival.parameters, arrival
    assert arrival.page.status_code < 500


@check(18)
def a_hint_at_somebody_else_is_not_answered_with_this_person(suite: Suite) -> None:
    hint = suite.tokens(suite.bob()).identity
    arrival = suite.alice().begin(suite.request(prompt="none", id_token_hint=hint))

    told_to_party(arrival, *SILENT)


@check(18)
def a_hint_at_this_person_is_answered(suite: Suite) -> None:
    hint = suite.tokens(suite.alice()).identity
    arrival = suite.alice().begin(suite.request(prompt="none", id_token_hint=hint, scope="openid"))

    assert "code" in arrival.parameters, arrival


FORGERIES = (
    "alg none",
    "HS256 with the client's secret",
    "HS256 with the public key",
    "tampered",
    "foreign key",
)


@check(16, 18, each={name: name for name in FORGERIES})
def a_forged_hint_is_not_believed(suite: Suite, kind: str) -> None:
    hint = forgeries(suite.provider, suite.tokens().identity, suite.one.secret)[kind]
    arrival = suite.alice().begin(suite.request(prompt="none", id_token_hint=hint))

    assert "code" not in arrival.parameters, arrival
    assert arrival.page.status_code < 500


@check(28)
def an_unsigned_request_object_is_refused(suite: Suite) -> None:
    inside = forgeries(suite.provider, suite.tokens().identity, "x" * 32)["alg none"]
    arrival = suite.alice().begin(suite.request(request=inside))

    assert "code" not in arrival.parameters, arrival
    assert arrival.page.status_code < 500


@check(28)
def a_request_elsewhere_is_refused_and_never_fetched(suite: Suite) -> None:
    trap = f"{suite.named.listen}/trap"
    arrival = suite.alice().begin(suite.request(request_uri=trap))

    assert "code" not in arrival.parameters, arrival
    assert "/trap" not in [path for path, _ in suite.received]


@check(5, each={name: name for name in ("scope", "state", "client_id", "nonce", "response_type", "prompt")})
def a_parameter_twice_is_refused(suite: Suite, name: str) -> None:
    request = suite.request(prompt="none", scope="openid")
    arrival = suite.alice().begin(request.with_text(f"&{name}={quote(request.parameters[name])}"))

    assert "code" not in arrival.parameters, arrival
    assert arrival.page.status_code < 500


@check(18)
def what_nobody_knows_is_ignored(suite: Suite) -> None:
    arrival = suite.arrive(suite.alice(), ui_locales="xx-YY de", nobody_knows="this", login_hint="somebody")

    assert arrival.parameters["state"] == arrival.request.parameters["state"]


@check(8)
def a_scope_that_nobody_gave_is_not_granted(suite: Suite) -> None:
    arrival = suite.alice().visit(suite.request(scope="openid admin root"))

    if "code" in arrival.parameters:
        granted = suite.provider.tokens(suite.one, arrival).answer.get("scope", "")
        assert not {"admin", "root"} & set(granted.split())
    else:
        told_to_party(arrival, "invalid_scope")


@check(1)
def without_openid_there_is_no_identity(suite: Suite) -> None:
    arrival = suite.alice().visit(suite.request(scope="profile"))

    if "code" in arrival.parameters:
        assert "id_token" not in suite.provider.tokens(suite.one, arrival).answer
    else:
        told_to_party(arrival, "invalid_scope", "invalid_request")


@check(5)
def the_request_may_come_as_a_form(suite: Suite) -> None:
    request = suite.request(scope="openid")
    endpoint = suite.provider.metadata["authorization_endpoint"]
    person = suite.alice()
    arrival = person.follow(person.open(endpoint, request.parameters), request, [])

    assert arrival.page.status_code in {200, 302, 303}
    assert arrival.is_back or arrival.page.status_code == 200


@check(1, each={"fragment": "fragment", "unknown": "carrier_pigeon", "a JWT": "jwt"})
def a_code_does_not_travel_in_another_way(suite: Suite, mode: str) -> None:
    arrival = suite.alice().begin(suite.request(response_mode=mode, scope="openid"))

    offered = suite.provider.metadata.get("response_modes_supported", ["query"])
    if mode not in offered:
        assert "code=" not in arrival.address
        assert arrival.page.status_code < 500


@check(33)
def the_answer_is_not_kept_by_caches(suite: Suite) -> None:
    arrival = suite.arrive(suite.alice())

    assert "no-store" in arrival.page.headers.get("Cache-Control", "")
    assert arrival.page.status_code in {302, 303}
