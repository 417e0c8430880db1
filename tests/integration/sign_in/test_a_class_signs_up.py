"""Two hundred people behind one address sign up within five minutes, beside an attacker who is limited."""

import sys
import time
from collections import Counter
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as project
from django.db.models.functions import Now
from django.test import Client

from profiles.accounts.models import Account
from profiles.config.env import Environment
from profiles.infra.models import Tries
from tests.support import sso
from tests.support.chaos import invented_ids
from tests.support.signing_in import by_globus
from tests.support.sso import answer_of

pytestmark = [
    pytest.mark.proof,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]
CLASS = 200
ADDRESS = "198.51.100.7"


@pytest.fixture
def class_of_200(stands) -> list[str]:
    """People who have an iD that is linked at Globus, and no account here."""
    ids = invented_ids(CLASS)
    people = [
        {"orcid": orcid_id, "given_names": "Student", "family_name": f"Number {number}"}
        for number, orcid_id in enumerate(ids)
    ]
    stands.orcid.order("people", people)
    stands.globus.order("people", people)
    return ids


@pytest.fixture(autouse=True)
def limits_of_production(settings):
    """Let the limits be as high as in production; elsewhere in tests some are a thousand times as high."""
    default = Environment.model_fields["PROFILES_SIGN_IN_TRIES"].default
    changes = {
        "PROFILES_MODE": "production",
        "PROFILES_TEST_SUITE": False,
        "PROFILES_SIGN_IN_TRIES": default,
    }
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update=changes)


def sign_up(party: sso.Party, orcid_id: str) -> dict:
    """Begin at the service as a new person, sign in by Globus, and return what the service learns."""
    browser = Client(REMOTE_ADDR=ADDRESS)
    asked = browser.get("/oauth/authorize", party.request())
    assert asked.status_code == 303, asked.content[:300]
    signed_in = by_globus(browser, f"{orcid_id}@orcid.org", return_to=sso_return(asked["Location"]))
    answer = browser.get(signed_in["Location"])
    tokens = party.redeem(Client(), answer_of(answer)["code"]).json()
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    return Client().get("/oauth/userinfo", headers=headers).json()


def sso_return(location: str) -> str:
    """Return where the sign-in page leads back to."""
    return parse_qs(urlsplit(location).query)["return_to"][0]


def guess() -> int:
    """Make up an answer of Globus, as an attacker does, and return the status."""
    attacker = Client(REMOTE_ADDR=ADDRESS)
    return attacker.get("/users/auth/globus/callback?code=guessed&state=guessed").status_code


def test_200_people_behind_one_address_sign_up_beside_an_attacker(class_of_200, capsys):
    party = sso.register(scopes=["openid", "profile"])
    began = time.monotonic()
    guesses: Counter[int] = Counter()

    for orcid_id in class_of_200:
        guesses[guess()] += 1
        assert sign_up(party, orcid_id)["preferred_username"] == orcid_id

    assert Account.objects.filter(orcid_id__in=class_of_200).count() == CLASS
    tries = project.ENVIRONMENT.PROFILES_SIGN_IN_TRIES
    assert guesses == {400: tries, 429: CLASS - tries}
    # All of it was within one window: the one that the attacker's first guess began.
    assert Tries.objects.filter(key__startswith="sign-in:", until__gt=Now()).count() == 1
    with capsys.disabled():
        seconds = time.monotonic() - began
        sys.stdout.write(f"\nlong: {CLASS} sign-ups behind one address in {seconds:.0f} s\n")
