"""A person's ORCID record, read with their own permission."""

from collections.abc import Sequence

from profiles.clients import blocking
from profiles.clients.errors import TokenRejectedError
from profiles.clients.orcid_works import OrcidWorks, WorkSummary
from profiles.consents import services
from profiles.consents.models import Consent
from profiles.consents.sealing import seal_purpose
from profiles.domain.consent import USABLE, Purpose
from profiles.infra import wiring


def usable_consents(orcid_id: str) -> list[Consent]:
    """Return the permissions that a record may be read with."""
    usable = [health.value for health in USABLE]
    kept = Consent.objects.filter(orcid_id=orcid_id, health__in=usable, access_token__isnull=False)
    return list(kept.order_by("purpose"))


def read_works(consent: Consent, works: OrcidWorks) -> Sequence[WorkSummary]:
    """List the works on the record, as far as this permission shows them.

    Raises:
        ServiceError: the record could not be read.
        VaultError: the token was sealed with a key that is gone.
    """
    assert consent.access_token is not None
    purpose = seal_purpose(consent.orcid_id, consent.purpose)
    token = wiring.vault().unseal(bytes(consent.access_token), purpose=purpose)
    try:
        return blocking.call(works.read_all(consent.orcid_id, token))
    except TokenRejectedError:
        services.doubt(orcid_id=consent.orcid_id, purpose=Purpose(consent.purpose))
        raise
