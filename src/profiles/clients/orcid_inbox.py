"""The ORCID inbox: a message to a researcher that asks for permission (contract section 4).

One token of our own serves all records. ORCID suppresses no doubles: who is not sure whether a message
arrived lists the own ones first.
"""

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from profiles.clients.errors import UnclearAnswerError
from profiles.clients.http import HttpClient, parsed
from profiles.clients.orcid_answers import refusal

_JSON: Final = "application/json"
_TITLE_LENGTH: Final = 1000
CREATED: Final = 201


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """What a message says; ``address`` is where its link leads, ``works`` are named below it."""

    subject: str
    intro: str
    address: str
    works: tuple[str, ...]


class OrcidInbox:
    """Messages that ask for permission."""

    def __init__(self, http: HttpClient, *, api_url: str, token: str) -> None:
        self._http = http
        self._base = f"{api_url}/v3.0"
        self._token = token

    async def ask(self, orcid_id: str, message: InboxMessage) -> int:
        """Send a message to a person's ORCID inbox and return its put-code.

        Raises:
            RefusedError: the person wants no messages, or the record is closed; do not ask again.
            ServiceUnavailableError: unknown whether it arrived; ``find`` says.
            ServiceError: every other answer.
        """
        items = [{"item-type": "work", "item-name": title[:_TITLE_LENGTH]} for title in message.works]
        body = {
            "notification-type": "permission",
            "authorization-url": {"uri": message.address},
            "notification-subject": message.subject,
            "notification-intro": message.intro,
            "items": {"item": items},
        }
        answer = await self._send("inbox/ask", "POST", orcid_id, msgspec.json.encode(body))
        if answer.status != CREATED:
            raise refusal(answer)
        last = answer.headers.get("location", "").rstrip("/").rpartition("/")[2]
        if not last.isdigit():
            raise UnclearAnswerError("created without a put-code", status=answer.status)
        return int(last)

    async def find(self, orcid_id: str, *, address: str, since_ms: int) -> int | None:
        """Return the put-code of a message of ours with this link that was made since then, if there is one.

        Raises:
            ServiceError: the inbox could not be read.
        """
        answer = await self._send("inbox/list", "GET", orcid_id, None)
        if answer.status != 200:  # noqa: PLR2004  ok
            raise refusal(answer)
        content = parsed(answer.body, msgspec.json.decode)
        listed = content.get("notification") if isinstance(content, dict) else None
        for one in listed if isinstance(listed, list) else ():
            if _leads_to(one) == address and _made(one) >= since_ms and isinstance(one.get("put-code"), int):
                return int(one["put-code"])
        return None

    async def _send(self, route: str, method: str, orcid_id: str, body: bytes | None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": _JSON}
        if body is not None:
            headers["Content-Type"] = _JSON
        url = f"{self._base}/{orcid_id}/notification-permission"
        return await self._http.send("orcid", route, method, url, headers=headers, body=body)


def _leads_to(one: dict[str, Any]) -> str:
    return str((one.get("authorization-url") or {}).get("uri") or "")


def _made(one: dict[str, Any]) -> int:
    value = (one.get("created-date") or {}).get("value")
    return int(value) if isinstance(value, int) else 0
