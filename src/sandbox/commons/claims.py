"""Calls to the claims API of DataCite Profiles, as Commons makes them, and what it shows of the answers."""

import uuid
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from sandbox.commons.session import Person

_SECONDS: Final = 10
_ACCEPTED: Final = 202
_REMOVED: Final = (200, 202, 204)
_NO_PERMISSION: Final = "No user and/or ORCID token"


@dataclass(frozen=True, slots=True)
class Claim:
    """What Commons knows of the claim of one work."""

    id: str = ""
    state: str = "ready"
    is_claimed: bool = False
    problem: str = ""
    failure: str = ""
    """Why the claim could not be fetched."""

    @property
    def waits(self) -> bool:
        """Whether the page asks again: only in this state."""
        return self.state == "waiting"

    @property
    def wants_permission(self) -> bool:
        """Whether the help text leads to the settings of Profiles."""
        return self.problem == _NO_PERMISSION


class Profiles:
    """DataCite Profiles, at its address."""

    def __init__(self) -> None:
        """Begin with the usual address of the demo."""
        self.url = "http://localhost:8000"

    async def claim_of(self, person: Person, doi: str) -> Claim:
        """Return the claim of a work; a failure is returned, not raised."""
        query = {"user-id": person.orcid_id, "dois": doi.lower()}
        status, body = await self._call("GET", "/claims", person, params=query)
        if status // 100 != 2 or "errors" in body:  # noqa: PLR2004
            return Claim(failure=_title_of(body) or f"status {status}")
        return _shown(body["data"][0]) if body.get("data") else Claim()

    async def add(self, person: Person, doi: str) -> str:
        """Ask for a work to be added; return why that failed, or nothing."""
        claim = {
            "uuid": str(uuid.uuid4()),
            "orcid": person.orcid_id,
            "doi": doi.lower(),
            "claim_action": "create",
            "source_id": "orcid_search",
        }
        status, body = await self._call("POST", "/claims", person, json={"claim": claim})
        return "" if status == _ACCEPTED else _title_of(body) or f"status {status}"

    async def remove(self, person: Person, claim_id: str) -> str:
        """Ask for a work to be removed; return why that failed, or nothing."""
        status, body = await self._call("DELETE", f"/claims/{claim_id}", person)
        return "" if status in _REMOVED else _title_of(body) or f"status {status}"

    async def _call(self, verb: str, path: str, person: Person, **more: Any) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {person.token}", "Accept": "application/json"}
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(_SECONDS)) as session,
                session.request(verb, f"{self.url}{path}", headers=headers, **more) as answer,
            ):
                body = await answer.json(content_type=None)
                return answer.status, body if isinstance(body, dict) else {}
        except (TimeoutError, aiohttp.ClientError, ValueError) as error:
            return 599, {"errors": [{"title": f"DataCite Profiles does not answer ({type(error).__name__})"}]}


def _shown(data: dict[str, Any]) -> Claim:
    attributes = data["attributes"]
    errors = attributes.get("errorMessages") or [{}]
    state = attributes["state"]
    return Claim(
        data["id"],
        state,
        is_claimed=state == "done" and attributes.get("claimed") is not None,
        problem=errors[0].get("title", ""),
    )


def _title_of(body: dict[str, Any]) -> str:
    errors = body.get("errors")
    return str(errors[0].get("title", "")) if errors else ""
