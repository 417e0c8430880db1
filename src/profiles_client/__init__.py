"""A client for the API of DataCite Profiles: claims on ORCID records, batches, people, webhooks.

    from profiles_client import Profiles

    with Profiles("https://profiles.datacite.org", token=token) as profiles:
        claim = profiles.claims.create(orcid="0000-0002-1825-0097", doi="10.5438/4hr0-d640")
        print(claim.state)

It shares no code with the service, knows nothing of Django, and needs urllib3 and msgspec.
"""

from profiles_client.client import Profiles
from profiles_client.errors import ProfilesError
from profiles_client.hooks import Delivery, DeliveryTry, DoiEvent, RefusedEvent, TakenEvents, Webhook
from profiles_client.shapes import (
    Batch,
    Claim,
    ClaimPage,
    ClaimRequest,
    Malformed,
    Metadata,
    Problem,
    RepositoryView,
    Result,
    User,
    UserPage,
    WhyNot,
)
from profiles_client.transport import Limits

__all__ = [
    "Batch",
    "Claim",
    "ClaimPage",
    "ClaimRequest",
    "Delivery",
    "DeliveryTry",
    "DoiEvent",
    "Limits",
    "Malformed",
    "Metadata",
    "Problem",
    "Profiles",
    "ProfilesError",
    "RefusedEvent",
    "RepositoryView",
    "Result",
    "TakenEvents",
    "User",
    "UserPage",
    "Webhook",
    "WhyNot",
]
