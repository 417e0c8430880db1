"""Write to ORCID in quiet times, so that an outage is known before a person meets it.

The probe sends one work again, unchanged, to a record that DataCite owns: ORCID compares, changes nothing and
notifies no one (contract 2.9.2). It goes the way of every claim, so that whatever stops others stops it too.
"""

from datetime import timedelta
from typing import Final

import structlog
from django.conf import settings

from profiles.claims import selectors, traffic
from profiles.claims.campaigns import send_again
from profiles.infra import clock

log = structlog.get_logger(__name__)

QUIET: Final = timedelta(minutes=15)


def probe_if_quiet() -> bool:
    """Send the work of the probe again if ORCID accepted nothing for a while; tell whether it was requested.

    Off unless the operator names the record and the work. Safe to run twice: a requested claim is not quiet.
    """
    env = settings.ENVIRONMENT
    if not (env.PROFILES_PROBE_ORCID and env.PROFILES_PROBE_DOI):
        return False
    last = traffic.last_write_at()
    if (last and clock.now() - last < QUIET) or selectors.oldest_due():
        return False
    requested = send_again(
        orcid_id=env.PROFILES_PROBE_ORCID,
        doi=env.PROFILES_PROBE_DOI.lower(),
        actor="probe",
        note="quiet time",
    )
    if not requested:
        log.warning("probe.not_on_record", doi=env.PROFILES_PROBE_DOI)
    return requested
