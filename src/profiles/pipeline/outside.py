"""The outside as synchronous code of this process reaches it: one door, opened at the first call."""

import atexit
from functools import cache

from profiles.clients import blocking
from profiles.clients.datacite import DataCite
from profiles.clients.http import HttpDoor
from profiles.clients.orcid_works import OrcidWorks
from profiles.infra import wiring


@cache
def _door() -> HttpDoor:
    door = wiring.door()
    blocking.call(door.__aenter__())
    atexit.register(lambda: blocking.call(door.__aexit__(None, None, None)))
    return door


@cache
def datacite() -> DataCite:
    """Return the client for DOI metadata; its calls go through ``clients.blocking``."""
    return wiring.datacite(_door())


@cache
def orcid_works() -> OrcidWorks:
    """Return the client for works on ORCID records; its calls go through ``clients.blocking``."""
    return wiring.orcid_works(_door())
