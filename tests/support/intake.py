"""People and records as intake meets them."""

import json
from datetime import UTC, datetime
from typing import Any

from profiles.accounts.models import Account
from profiles.consents.models import Consent
from profiles.consents.sealing import seal_purpose
from profiles.domain.consent import ConsentHealth, Purpose
from profiles.domain.eligibility.case import Source
from profiles.infra import wiring
from profiles.intake.watch import load_watch
from profiles.pipeline.intake.receive import IntakeResult, take_in_records
from tests.support.records import ANNA, PEOPLE

SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def enrol(orcid_id: str = ANNA, *, permission: bool = True, **account: Any) -> Account:
    """Somebody who switched Auto-Update on at the beginning of 2026."""
    given, family = PEOPLE.get(orcid_id, ("", ""))
    fields = {"name": f"{given} {family}".strip(), "auto_update_since": SINCE, **account}
    person, _new = Account.objects.update_or_create(orcid_id=orcid_id, defaults=fields)
    if permission:
        Consent.objects.update_or_create(
            orcid_id=orcid_id,
            purpose=Purpose.AUTO_UPDATE.value,
            defaults={
                "client_id": "APP-PROFILESDEMO0003",
                "scopes": ["/activities/update"],
                "access_token": wiring.vault().seal(
                    "a-token", purpose=seal_purpose(orcid_id, Purpose.AUTO_UPDATE.value)
                ),
                "health": ConsentHealth.WORKS.value,
                "granted_at": SINCE,
                "last_used_at": SINCE,
            },
        )
    return person


def take_in(*records: dict[str, Any] | bytes, source: Source = Source.POLL) -> IntakeResult:
    """Send records through the live path, as one page."""
    lines = [r if isinstance(r, bytes) else json.dumps(r).encode() for r in records]
    return take_in_records(lines, source=source, watch=load_watch())
