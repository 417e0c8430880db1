"""Which provider the checks look at: ours, in two processes; or the one that OPENID_ISSUER names.

The relying parties of others can look at a running demo too, when it knows them (docs/dev/conformance.md).
"""

import json
import os
from collections.abc import Iterator

import pytest

from tests.contract.openid.__main__ import PROFILE, parties_of_others
from tests.contract.openid.suite import Named, Suite, listening, named
from tests.support.served import Served, free_port, serving


@pytest.fixture(scope="session")
def place() -> str:
    """Where we listen."""
    return os.environ.get("OPENID_LISTEN") or f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="session")
def apache_base() -> str:
    """Where Apache listens."""
    return os.environ.get("OPENID_APACHE") or f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="session")
def ours(place: str, apache_base: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Our service with the settings profile for suites, and two processes that answer; or a running demo."""
    if "OPENID_ISSUER" in os.environ:
        yield Served(os.environ["OPENID_ISSUER"], {})
        return
    parties = tmp_path_factory.mktemp("parties") / "parties.json"
    parties.write_text(json.dumps(parties_of_others(place, apache_base)))
    with serving(
        workers=2,
        jobs=True,
        PROFILES_TEST_SUITE="1",
        PROFILES_TEST_SUITE_AT=place,
        PROFILES_RELYING_PARTIES=str(parties),
    ) as served:
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
