"""Keys change while people sign in, at several processes at once: nobody loses a sign-in."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.contract.openid.__main__ import PROFILE
from tests.contract.openid.person import Person
from tests.contract.openid.protocol import Party, Provider
from tests.support.served import Served, serving
from tests.support.shared import ROOT

BEFORE, AFTER = 7.0, 4.0
"""Seconds of load before the successor signs, and after."""
PEOPLE = 4
# The first key is as old as keys become, and its successor was made a day before its turn.
PREPARE = """
import datetime, sys
import django
django.setup()
from profiles.infra import clock
from profiles.sso import keys
turn = clock.now() + datetime.timedelta(seconds=float(sys.argv[1]))
keys.rotate(now=turn - keys.SIGNS_FOR - datetime.timedelta(minutes=1))
keys.rotate(now=turn - keys.AHEAD)
"""


@pytest.fixture(scope="module")
def two_processes():
    with serving(workers=2, PROFILES_TEST_SUITE="1") as served:
        yield served


def prepare(served: Served) -> None:
    """Let a new key's turn come in a few seconds, as the schedule does every ninety days."""
    settings = {**served.variables, "DJANGO_SETTINGS_MODULE": "profiles.config.settings"}
    words = [sys.executable, "-c", PREPARE, str(BEFORE)]
    subprocess.run(words, env=settings, cwd=ROOT, check=True)


def sign_in_until(end: float, provider: Provider, known: KeySet) -> list[str]:
    """Sign somebody in again and again, as a party that read the keys long ago; return who signed."""
    party = Party(PROFILE["OPENID_ONE_ID"], PROFILE["OPENID_ONE_SECRET"], PROFILE["OPENID_ONE_REDIRECT_URI"])
    person, signers = Person(provider, *PROFILE["OPENID_ALICE"].split(":")), []
    while time.monotonic() < end:
        tokens = provider.tokens(party, person.visit(provider.request(party)))
        said = jwt.decode(tokens.identity, known, algorithms=["RS256"])
        assert provider.userinfo(tokens.access).json()["sub"] == said.claims["sub"]
        renewed = provider.renew(party, tokens.refresh)
        jwt.decode(renewed.json()["id_token"], known, algorithms=["RS256"])
        signers.append(said.header["kid"])
    return signers


def test_a_change_of_keys_under_load_loses_no_sign_in(two_processes):
    prepare(two_processes)
    end = time.monotonic() + BEFORE + AFTER
    known = KeySet.import_key_set(Provider(two_processes.url).keys())

    with ThreadPoolExecutor(PEOPLE) as threads:
        people = [
            threads.submit(sign_in_until, end, Provider(two_processes.url), known) for _ in range(PEOPLE)
        ]
        # Meanwhile whatever is sealed, the signing keys among it, is resealed.
        two_processes.run("rotate-keys")
        signers = [kid for person in people for kid in person.result()]

    assert len(set(signers)) == 2
    assert len(signers) > 10 * PEOPLE
    published = {key["kid"] for key in Provider(two_processes.url).keys()["keys"]}
    assert set(signers) <= published
