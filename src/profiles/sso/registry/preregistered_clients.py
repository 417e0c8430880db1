"""Relying parties that are there from the start: those a file names, and three for conformance suites.

Brought to what is said at each migration, so that a deployment can keep its registrations beside its other
settings. The suites' secrets are no secrets; config.env refuses them outside of demo and test.
"""

import json
from typing import Any, Final

from django.conf import settings

from profiles.sso.protocol.provider import CODE, REFRESH
from profiles.sso.registry import registration

BY: Final = "settings"
SCOPES: Final = ("openid", "orcid", "profile", "email", "offline_access")
SUITE_PARTIES: Final = ("one", "two", "asking")
"""Two that ask nothing, and one of a third party, which asks for consent."""


def bring_all() -> None:
    """Register all of them, or bring them to what is said; twice changes nothing.

    Raises:
        OSError, ValueError: the file cannot be read; the operator should look at PROFILES_RELYING_PARTIES.
        NotRegistrableError: one of them cannot be registered as it is described.
    """
    env = settings.ENVIRONMENT
    said: list[dict[str, Any]] = []
    if env.PROFILES_RELYING_PARTIES:
        said += json.loads(env.PROFILES_RELYING_PARTIES.read_text())
    if env.PROFILES_TEST_SUITE:
        said += [suite_party(name, at=env.PROFILES_TEST_SUITE_AT) for name in SUITE_PARTIES]
    for one in said:
        registration.ensure(one, by=BY)


def suite_party(name: str, *, at: str) -> dict[str, Any]:
    """Describe a party of the suites, whose addresses are on this machine."""
    return {
        "client_id": f"suite-{name}",
        "client_secret": f"suite-{name}-secret-for-loopback-only-0000000000",
        "name": f"Test suite, party {name}",
        "redirect_uris": [f"{at}/{name}/callback"],
        "logout_return_uris": [f"{at}/{name}/signed-out"],
        "backchannel_logout_uri": f"{at}/{name}/backchannel",
        "scopes": list(SCOPES),
        "grant_types": [CODE, REFRESH],
        "is_first_party": name != "asking",
    }
