"""An ORCID record as a whole: a cheap read to see whether a permission works, and calls when it changes."""

from typing import Final
from urllib.parse import quote

from profiles.clients.http import Answer, HttpClient
from profiles.clients.orcid_answers import refusal

WEBHOOK_SCOPE: Final = "/webhook"
_CREATED: Final = 201
_UNCHANGED: Final = 204
_UNKNOWN: Final = 404


class OrcidRecord:
    """The part of a record that is read to see whether a token works."""

    def __init__(self, http: HttpClient, *, api_url: str) -> None:
        self._http = http
        self._base = f"{api_url}/v3.0"

    async def look(self, orcid_id: str, token: str) -> None:
        """Read the person's public part with this token; what it says is not kept.

        Raises:
            TokenRejectedError: ORCID does not accept the token.
            ServiceError: every other answer; it says nothing about the token.
        """
        answer = await self._http.send(
            "orcid",
            "record/look",
            "GET",
            f"{self._base}/{orcid_id}/person",
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
        )
        if answer.status != 200:  # noqa: PLR2004  ok
            raise refusal(answer)


class OrcidWebhooks:
    """Addresses that ORCID calls when a record changes (contract section 5). Both calls may run twice.

    They are for premium members. One token of our own serves all records. ORCID lists no registrations, so
    what is registered has to be remembered here.
    """

    def __init__(self, http: HttpClient, *, api_url: str, token: str) -> None:
        self._http = http
        self._api_url = api_url
        self._token = token

    async def register(self, orcid_id: str, address: str) -> None:
        """Have ORCID call this address when the record changes.

        Raises:
            TokenRejectedError: the token of our own is no longer accepted; get another one.
            ServiceError: every other answer.
        """
        answer = await self._send("webhook/register", "PUT", orcid_id, address)
        if answer.status not in {_CREATED, _UNCHANGED}:
            raise refusal(answer)

    async def remove(self, orcid_id: str, address: str) -> None:
        """Have ORCID no longer call this address. What ORCID does not know counts as removed.

        Raises:
            TokenRejectedError: the token of our own is no longer accepted; get another one.
            ServiceError: every other answer.
        """
        answer = await self._send("webhook/remove", "DELETE", orcid_id, address)
        if answer.status not in {_UNCHANGED, _UNKNOWN}:
            raise refusal(answer)

    async def _send(self, route: str, method: str, orcid_id: str, address: str) -> Answer:
        # These addresses have no version (contract 5.1).
        url = f"{self._api_url}/{orcid_id}/webhook/{quote(address, safe='')}"
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        return await self._http.send("orcid", route, method, url, headers=headers)
