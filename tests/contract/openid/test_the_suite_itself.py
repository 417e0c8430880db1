"""The checks find what is wrong, and nothing where nothing is: held against a toy with planted defects."""

import socket

import pytest

from tests.contract.openid.catalogue import Check, all_checks
from tests.contract.openid.suite import listening
from tests.support import toy_http

PLANTED = {
    "metadata": {
        "host header believed": "headers of the caller do not poison it (Host)",
        "private key shown": "keys are public strong and named",
    },
    "id_token": {
        "nonce lost": "it repeats the nonce of its request",
        "foreign signature": "it is signed by a published key that it names",
        "sub changes": "the subject is short plain and always the same",
        "long life": "it is new and ends within an hour",
        "auth_time of now": "the moment of signing in stays while the session lasts",
    },
    "redirect_uri": {"redirect by prefix": "an address that is nearly right is refused (a slash more)"},
    "pkce": {
        "pkce optional": "a request without a good challenge is refused (no challenge, one)",
        "plain pkce": "a request without a good challenge is refused (plain, one)",
        "verifier unchecked": "a code is not exchanged with a wrong verifier (another)",
    },
    "code": {
        "code reuse": "it is good once",
        "code reuse leaves tokens": "its second use takes the access token back",
        "code race": "of many who redeem it at once one wins",
        "codes of others": "another party cannot use it",
        "codes guessable": "it cannot be guessed",
    },
    "authz_params": {
        "max_age ignored": "an old sign in is told silently too",
        "hints believed": "a forged hint is not believed (alg none)",
        "no iss": "an error says who sends it",
        "state lost": "the state comes back letter by letter (long)",
        "request_uri fetched": "a request elsewhere is refused and never fetched",
        "parameters twice": "a parameter twice is refused (nonce)",
    },
    "mixed_state": {
        "session kept": "a session that somebody else planted does not become theirs",
        "cookie for scripts": "cookies are kept from scripts and from other sites",
        "codes of others": "the code of one party does not serve the other",
    },
    "login_and_consent": {
        "no csrf": "the yes of one person does not serve another",
        "open redirect": "the sign in form leads nowhere else",
        "307 after password": "after a password the browser does not send it again",
        "framed": "the consent page cannot be framed",
        "no consent": "a third party gets nothing without a yes",
    },
    "client_authn": {"secrets unchecked": "a secret is right or wrong (one letter less)"},
    "refresh": {
        "no rotation": "a used one is refused",
        "refresh race": "of many who renew at once one wins",
        "family lives on": "a used one ends the family",
        "scope widened": "it does not widen what was granted",
    },
    "bearer": {
        "token in address": "a token in the address is not read",
        "identity is access": "another kind of token is refused (identity)",
        "open to all scripts": "other sites scripts never get an answer with credentials",
    },
    "revocation": {
        "tokens of others revoked": "another partys token stays (access)",
        "refresh leaves access": "a refresh token takes its access token along",
    },
    "introspection": {"tokens of others described": "another partys token is not (access)"},
    "logout": {
        "logout leads anywhere": "nobody is sent where the party is not at home (elsewhere)",
        "logout by anybody": "a forged hint signs nobody out (alg none)",
        "logout leaves tokens": "the tokens of the session are over",
        "nobody told": "the party is told behind the browsers back",
    },
}
"""Group, planted defect, and the check that must find it."""
CASES = [
    (group, defect, sentence) for group, defects in PLANTED.items() for defect, sentence in defects.items()
]


def free_place() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def of_group(group: str) -> list[Check]:
    return [check for check in all_checks() if check.group == group]


def test_every_group_has_checks_and_every_check_a_row():
    checks = all_checks()

    assert {check.group for check in checks} == set(PLANTED)
    assert all(check.rows for check in checks)
    assert len({check.name for check in checks}) == len(checks) > 180


@pytest.mark.parametrize("group", PLANTED)
def test_nothing_is_found_where_nothing_is_wrong(group):
    with toy_http.running(free_place()) as named, listening(named) as suite:
        for check in of_group(group):
            check.look(suite)


@pytest.mark.parametrize(
    ("group", "defect", "sentence"), CASES, ids=[f"{group}: {defect}" for group, defect, _ in CASES]
)
def test_a_planted_defect_is_found(group, defect, sentence):
    (check,) = [check for check in of_group(group) if check.sentence == sentence]

    with toy_http.running(free_place(), defect) as named, listening(named) as suite:
        suite.patience = 0.5
        with pytest.raises((AssertionError, KeyError)):
            check.look(suite)
