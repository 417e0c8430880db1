"""Authorization requests that wait: pushed ahead by a party, or for their person to sign in or agree."""

from datetime import timedelta
from typing import Any, Final

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Error

from profiles.infra import clock
from profiles.sso.digests import digest_of, new_value
from profiles.sso.models import PendingRequest, RelyingParty
from profiles.sso.protocol.authorization_request import UnknownPlaceError, validated
from profiles.sso.protocol.client_auth import Client
from profiles.sso.protocol.grants import Presence

PREFIX: Final = "urn:ietf:params:oauth:request_uri:"
PUSHED_SECONDS: Final = 90
WAITING: Final = timedelta(hours=1)
CLIENT_PROOF: Final = frozenset({"client_secret", "client_assertion", "client_assertion_type"})


def push(client: Client, form: dict[str, str]) -> dict[str, Any]:
    """Check a request as if its person were here, and keep it for a moment.

    Raises:
        OAuth2Error: it would be refused; better now than in front of the person.
    """
    if "request_uri" in form:
        raise InvalidRequestError("request_uri has no place in a pushed request.")
    parameters = {name: value for name, value in form.items() if name not in CLIENT_PROOF}
    parameters["client_id"] = client.party.client_id
    try:
        validated(parameters)
    except UnknownPlaceError:
        raise InvalidRequestError("redirect_uri is not registered.") from None
    except OAuth2Error as error:
        # Nobody's browser is here: the service itself is told, by the answer and not by a redirect.
        error.redirect_uri = None
        raise
    key = new_value()
    _keep(key, client.party, parameters, lasts=timedelta(seconds=PUSHED_SECONDS), is_pushed=True)
    return {"request_uri": PREFIX + key, "expires_in": PUSHED_SECONDS}


def take_pushed(request_uri: str, client_id: str) -> dict[str, str]:
    """Take a pushed request, once.

    Raises:
        InvalidRequestError: it is unknown, used, too old, or another party's.
    """
    found = None
    if request_uri.startswith(PREFIX):
        found = PendingRequest.objects.filter(
            digest=digest_of(request_uri.removeprefix(PREFIX)),
            is_pushed=True,
            party__client_id=client_id,
            ends_at__gt=clock.now(),
        ).first()
    if found is None or not PendingRequest.objects.filter(pk=found.pk).delete()[0]:
        raise InvalidRequestError("The pushed request is unknown or used.")
    return {str(name): str(value) for name, value in found.parameters.items()}


def wait(party: RelyingParty, parameters: dict[str, str], presence: Presence, *, to_sign_in: bool) -> str:
    """Keep a request until its person has signed in or agreed, and return the key to it."""
    key = new_value()
    _keep(
        key,
        party,
        parameters,
        lasts=WAITING,
        asked_to_sign_in=to_sign_in,
        sid=presence.sid,
        auth_time=presence.auth_time,
    )
    return key


def _keep(
    key: str, party: RelyingParty, parameters: dict[str, str], *, lasts: timedelta, **more: Any
) -> None:
    moment = clock.now()
    PendingRequest.objects.create(
        digest=digest_of(key),
        party=party,
        parameters=parameters,
        made_at=moment,
        ends_at=moment + lasts,
        **more,
    )


def find_waiting(key: str) -> PendingRequest | None:
    """Find a request that waits for its person."""
    rows = PendingRequest.objects.select_related("party")
    return rows.filter(digest=digest_of(key), is_pushed=False, ends_at__gt=clock.now()).first()


def finish(row: PendingRequest) -> bool:
    """Be done with a request that waited; say whether this was the first time."""
    return bool(PendingRequest.objects.filter(pk=row.pk).delete()[0])
