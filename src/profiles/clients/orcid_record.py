"""A cheap read of an ORCID record, to see whether ORCID still accepts the permission."""

from profiles.clients.http import HttpClient
from profiles.clients.orcid_answers import refusal


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
