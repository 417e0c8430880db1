"""Stored authorization requests: pushed by a party, or waiting for the person to sign in or consent."""

from datetime import timedelta
from typing import Any, Final

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Error

from profiles.accounts.authorization.asking_services import AskingService
from profiles.infra import clock
from profiles.sso.digests import digest_of, new_value
from profiles.sso.models import PendingRequest, RelyingParty
from profiles.sso.protocol.authorization_request import UnknownRedirectUriError, validate
from profiles.sso.protocol.client_auth import Client
from profiles.sso.protocol.grants import Presence

PREFIX: Final = "urn:ietf:params:oauth:request_uri:"
PUSHED_SECONDS: Final = 90
WAITING: Final = timedelta(hours=1)
RESUME_PATH: Final = "/oauth/resume/"
CLIENT_PROOF: Final = frozenset({"client_secret", "client_assertion", "client_assertion_type"})


def push(client: Client, form: dict[str, str]) -> dict[str, Any]:
    """Check a pushed request (RFC 9126) and store it for a short time.

    Raises:
        OAuth2Error: it would be refused; better now than in front of the person.
    """
    if "request_uri" in form:
        raise InvalidRequestError("request_uri has no place in a pushed request.")
    parameters = {name: value for name, value in form.items() if name not in CLIENT_PROOF}
    parameters["client_id"] = client.party.client_id
    try:
        validate(parameters)
    except UnknownRedirectUriError:
        raise InvalidRequestError("redirect_uri is not registered.") from None
    except OAuth2Error as error:
        # No browser is involved: the service gets the error in the answer, not by a redirect.
        error.redirect_uri = None
        raise
    key = new_value()
    _store(key, client.party, parameters, lasts=timedelta(seconds=PUSHED_SECONDS), is_pushed=True)
    return {"request_uri": PREFIX + key, "expires_in": PUSHED_SECONDS}


def take_pushed(request_uri: str, client_id: str) -> dict[str, str]:
    """Return the parameters of a pushed request, once.

    Raises:
        InvalidRequestError: it is unknown, used, too old, or another party's.
    """
    row = None
    if request_uri.startswith(PREFIX):
        row = PendingRequest.objects.filter(
            digest=digest_of(request_uri.removeprefix(PREFIX)),
            is_pushed=True,
            party__client_id=client_id,
            ends_at__gt=clock.now(),
        ).first()
    if row is None or not PendingRequest.objects.filter(pk=row.pk).delete()[0]:
        raise InvalidRequestError("The pushed request is unknown or used.")
    return {str(name): str(value) for name, value in row.parameters.items()}


def store_waiting(
    party: RelyingParty, parameters: dict[str, str], presence: Presence, *, to_sign_in: bool
) -> str:
    """Store a request until the person has signed in or consented, and return its key."""
    key = new_value()
    _store(
        key,
        party,
        parameters,
        lasts=WAITING,
        asked_to_sign_in=to_sign_in,
        sid=presence.sid,
        auth_time=presence.auth_time,
    )
    return key


def _store(
    key: str, party: RelyingParty, parameters: dict[str, str], *, lasts: timedelta, **fields: Any
) -> None:
    moment = clock.now()
    PendingRequest.objects.create(
        digest=digest_of(key),
        party=party,
        parameters=parameters,
        made_at=moment,
        ends_at=moment + lasts,
        **fields,
    )


def find_waiting(key: str) -> PendingRequest | None:
    """Find a stored request that waits for its person."""
    row = find(key)
    return row if row and row.finished_at is None and row.ends_at > clock.now() else None


def find(key: str) -> PendingRequest | None:
    """Find a stored request, also one that is finished or waited for too long."""
    rows = PendingRequest.objects.select_related("party")
    return rows.filter(digest=digest_of(key), is_pushed=False).first()


def finish(row: PendingRequest) -> bool:
    """Finish a request that waited; return False if that had happened before."""
    rows = PendingRequest.objects.filter(pk=row.pk, finished_at=None)
    return bool(rows.update(finished_at=clock.now()))


def service_of(return_to: str) -> AskingService | None:
    """Read an address to return to: name the service whose request waits there."""
    path, _, _query = return_to.partition("?")
    key = path.removeprefix(RESUME_PATH)
    waiting = find_waiting(key) if key != path else None
    if waiting is None:
        return None
    return AskingService(waiting.party.shown_name, back=f"{path}/cancel", keep=f"{path}?account=keep")
