"""ORCID's record webhooks: an address that ORCID calls when a record changes (contract section 5).

They are for premium members. One token of our own serves all records. ORCID lists no registrations, so what
is registered has to be remembered here.
"""

from typing import Final
from urllib.parse import quote

from profiles.clients.http import Answer, HttpClient
from profiles.clients.orcid_answers import refusal

SCOPE: Final = "/webhook"
_CREATED: Final = 201
_UNCHANGED: Final = 204
_UNKNOWN: Final = 404


class OrcidWebhooks:
    """Registers and removes addresses. Both may run twice."""

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
