"""Look at any OpenID provider from outside, and report.

    python -m tests.contract.openid ISSUER [GROUP ...]
    python -m tests.contract.openid --list
    python -m tests.contract.openid --parties    # Apache and openid-client, for PROFILES_RELYING_PARTIES

Who is registered there is read from the environment (docs/dev/conformance.md); what is not named is taken as
our own settings profile for suites has it. Exits with 1 if a check fails.
"""

import json
import os
import sys
import time
import traceback
from typing import Any

from tests.contract.openid.catalogue import Check, all_checks
from tests.contract.openid.suite import Suite, listening, named
from tests.support import apache, node_party

PLACE, APACHE = "http://127.0.0.1:8105", "http://127.0.0.1:8106"
PROFILE = {
    **{
        f"OPENID_{name.upper()}_{what}": value.format(name=name)
        for name in ("one", "two", "asking")
        for what, value in {
            "ID": "suite-{name}",
            "SECRET": "suite-{name}-secret-for-loopback-only-0000000000",
            "REDIRECT_URI": PLACE + "/{name}/callback",
            "SIGNED_OUT_URI": PLACE + "/{name}/signed-out",
        }.items()
    },
    "OPENID_ALICE": "suite-alice:suite-alice-password",
    "OPENID_BOB": "suite-bob:suite-bob-password",
}
"""What a service of ours with PROFILES_TEST_SUITE offers."""


def main() -> int:
    """Run the checks, or list them."""
    words = sys.argv[1:]
    if words == ["--list"]:
        for check in all_checks():
            print(f"{','.join(map(str, check.rows)):>8}  {check.name}")
        return 0
    if words == ["--parties"]:
        print(json.dumps(parties_of_others(PLACE, APACHE), indent=1))
        return 0
    if not words or words[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    issuer, *groups = words
    chosen = [check for check in all_checks() if not groups or check.group in groups]
    with listening(named({**PROFILE, **os.environ, "OPENID_ISSUER": issuer})) as suite:
        return report(chosen, suite)


def parties_of_others(place: str, apache_base: str) -> list[dict[str, Any]]:
    """Describe the relying parties that nobody here wrote, as our provider has to know them."""
    return [apache.party(apache_base), *node_party.parties(place)]


def report(checks: list[Check], suite: Suite) -> int:
    """Say of each check that fails what it found, and how many there were."""
    failed, began = 0, time.monotonic()
    for check in checks:
        try:
            check.look(suite)
        except Exception as error:  # noqa: BLE001  whatever goes wrong is a finding
            failed += 1
            where = [
                frame for frame in traceback.extract_tb(error.__traceback__) if "groups" in frame.filename
            ]
            print(f"FAIL  {check.name}\n      {where[-1].line if where else ''}  {error}"[:600])
    print(f"{len(checks)} checks, {failed} failed, {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
