"""Which provider the checks look at: ours, in two processes; or the one that OPENID_ISSUER names."""

import os
from collections.abc import Iterator

import pytest

from tests.contract.openid.__main__ import PROFILE
from tests.contract.openid.suite import Named, Suite, listening, named
from tests.support.served import Served, free_port, serving


@pytest.fixture(scope="session")
def place() -> str:
    """Where we listen."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="session")
def ours(place: str) -> Iterator[Served]:
    """Our service with the settings profile for suites, and two processes that answer."""
    with serving(workers=2, jobs=True, PROFILES_TEST_SUITE="1", PROFILES_TEST_SUITE_AT=place) as served:
        yield served


@pytest.fixture(scope="session")
def provider_named(request: pytest.FixtureRequest) -> Named:
    """The provider to look at."""
    if "OPENID_ISSUER" in os.environ:
        return named({**PROFILE, **os.environ})
    place = request.getfixturevalue("place")
    issuer = request.getfixturevalue("ours").url
    default = PROFILE["OPENID_ONE_REDIRECT_URI"].removesuffix("/one/callback")
    moved = {name: value.replace(default, place) for name, value in PROFILE.items()}
    return named({**moved, "OPENID_ISSUER": issuer})


@pytest.fixture(scope="session")
def suite(provider_named: Named) -> Iterator[Suite]:
    """The suite in front of it."""
    with listening(provider_named) as found:
        yield found
