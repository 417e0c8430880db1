"""Relying parties that a deployment configures in a file, and three for conformance suites.

Each ``migrate`` updates them from their list. The list decides for the parties that it names: a secret that
it no longer names ends, and a party that it no longer names is switched off. So a deployment can keep its
registrations beside its other settings. The suites' secrets are public; config.env refuses them outside of
demo and test.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from profiles.sso.models import RelyingParty
from profiles.sso.protocol.provider import CODE, REFRESH
from profiles.sso.registry import registration

ACTOR: Final = "settings"
FILE: Final = "file"
SUITE: Final = "suite"
SCOPES: Final = ("openid", "orcid", "profile", "email", "offline_access")
SUITE_PARTIES: Final = ("one", "two", "asking")
"""Two first-party services, and one of a third party, which asks for consent."""


@transaction.atomic
def sync_all() -> None:
    """Update all parties from their lists. Safe to run twice; an invalid entry prevents all changes.

    Without a configured file, parties of an earlier file stay: a host that lacks the setting ends nothing.
    An empty file switches off all of them.

    Raises:
        OSError, ValueError: the file cannot be read; the operator should look at PROFILES_RELYING_PARTIES.
        RegistrationError: an entry is invalid.
    """
    env = settings.ENVIRONMENT
    if env.PROFILES_RELYING_PARTIES:
        _sync(json.loads(env.PROFILES_RELYING_PARTIES.read_text()), described_by=FILE)
    names = SUITE_PARTIES if env.PROFILES_TEST_SUITE else ()
    _sync([suite_party(name, at=env.PROFILES_TEST_SUITE_AT) for name in names], described_by=SUITE)


def check_file() -> str:
    """Check the configured file without changing anything, and say what it holds.

    Raises:
        OSError, ValueError: the file cannot be read, or an entry is invalid; the message says which.
    """
    file = settings.ENVIRONMENT.PROFILES_RELYING_PARTIES
    if file is None:
        return "no file is named"
    entries = json.loads(file.read_text())
    if not isinstance(entries, list):
        raise ValueError("not a list")  # noqa: TRY004  the file is wrong, not our type
    for number, entry in enumerate(entries, start=1):
        try:
            registration.check_entry(entry)
        except (registration.RegistrationError, LookupError, TypeError, ValueError) as error:
            raise ValueError(f"entry {number}: {error}") from error
    return f"{len(entries)} services in {file}"


def _sync(entries: Iterable[Mapping[str, Any]], *, described_by: str) -> None:
    named = set()
    for entry in entries:
        party = registration.ensure(entry, by=ACTOR)
        named.add(party.pk)
        if party.described_by == described_by:
            continue
        party.described_by = described_by
        party.save(update_fields=["described_by"])
        if party.disabled_at is not None:
            registration.switch(party, on=True, by=ACTOR)
    for party in RelyingParty.objects.filter(described_by=described_by).exclude(pk__in=named):
        party.described_by = ""
        party.save(update_fields=["described_by"])
        if party.disabled_at is None:
            registration.switch(party, on=False, by=ACTOR)


def suite_party(name: str, *, at: str) -> dict[str, Any]:
    """Return the entry of a suite's party, whose addresses are on this machine."""
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
