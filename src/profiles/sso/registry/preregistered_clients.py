"""Relying parties that are there from the start: those a file names, and three for conformance suites.

Each migration brings them to what their list says. The list is the truth for the parties that it names: a
secret that it no longer names ends, and a party that it no longer names is switched off, so that a deployment
can keep its registrations beside its other settings. The suites' secrets are no secrets; config.env refuses
them outside of demo and test.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from profiles.sso.models import RelyingParty
from profiles.sso.protocol.provider import CODE, REFRESH
from profiles.sso.registry import registration

BY: Final = "settings"
FILE: Final = "file"
SUITE: Final = "suite"
SCOPES: Final = ("openid", "orcid", "profile", "email", "offline_access")
SUITE_PARTIES: Final = ("one", "two", "asking")
"""Two that ask nothing, and one of a third party, which asks for consent."""


@transaction.atomic
def bring_all() -> None:
    """Bring all of them to what their lists say; twice changes nothing, and one wrong entry changes nothing.

    Where no file is set, the parties of an earlier file go on: a host that lacks the setting ends nothing.
    An empty file ends all of them.

    Raises:
        OSError, ValueError: the file cannot be read; the operator should look at PROFILES_RELYING_PARTIES.
        NotRegistrableError: one of them cannot be registered as it is described.
    """
    env = settings.ENVIRONMENT
    if env.PROFILES_RELYING_PARTIES:
        _bring(json.loads(env.PROFILES_RELYING_PARTIES.read_text()), described_by=FILE)
    names = SUITE_PARTIES if env.PROFILES_TEST_SUITE else ()
    _bring([suite_party(name, at=env.PROFILES_TEST_SUITE_AT) for name in names], described_by=SUITE)


def _bring(entries: Iterable[Mapping[str, Any]], *, described_by: str) -> None:
    named = set()
    for entry in entries:
        party = registration.ensure(entry, by=BY)
        named.add(party.pk)
        if party.described_by == described_by:
            continue
        party.described_by = described_by
        party.save(update_fields=["described_by"])
        if party.disabled_at is not None:
            registration.switch(party, on=True, by=BY)
    for party in RelyingParty.objects.filter(described_by=described_by).exclude(pk__in=named):
        party.described_by = ""
        party.save(update_fields=["described_by"])
        if party.disabled_at is None:
            registration.switch(party, on=False, by=BY)


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
