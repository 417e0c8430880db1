"""The state of the stand-in."""

from collections.abc import Iterable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from sandbox.control import ControlError
from sandbox.datacite.credentials import Credentials, token
from sandbox.datacite.limits import Limits
from sandbox.datacite.records import Record, Records, record_from, records_in

Source = Path | dict[str, Any]
DEFAULT_CLIENTS: Final = {
    "demo.repository": {"name": "Demo Repository", "clientType": "repository"},
    "demo.journal": {"name": "Demo Journal", "clientType": "periodical"},
    "demo.raid": {"name": "Demo RAiD Registry", "clientType": "raidRegistry"},
}


class DataCiteState:
    """The state of one stand-in."""

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        """Load the initial records.

        Raises:
            ValueError: a line of a file is no record.
        """
        self._seed: dict[str, Record] = {}
        for source in sources:
            records = records_in(source) if isinstance(source, Path) else [record_from(source)]
            self._seed.update({record.doi: record for record in records})
        self.limits = Limits()
        self.credentials = Credentials()
        self.reset()

    def reset(self) -> None:
        """Restore the initial records."""
        self.records = Records()
        # Writing replaces records and never changes one in place, so the seed can be shared.
        self.records.fill(self._seed.values())
        self.clients: dict[str, dict[str, Any]] = deepcopy(DEFAULT_CLIENTS)
        self.limits.reset()
        self.credentials.reset()

    def now(self) -> datetime:
        """Return the time, with the offset set through the control endpoints."""
        return datetime.now(UTC) + timedelta(seconds=self.limits.options.clock_ahead)

    def add_records(self, body: Any) -> dict[str, int]:
        """Store records unchanged, with their times and states: one, a list, or under ``dois``.

        Raises:
            ControlError: one is not a record; nothing was stored.
        """
        entries = body if isinstance(body, list) else body.get("dois", [body])
        try:
            records = [record_from(each) for each in entries]
        except (KeyError, TypeError, ValueError) as error:
            raise ControlError(f"not a DOI record ({error!r})") from error
        for record in records:
            self.records.put(record)
        return {"taken": len(records), "total": len(self.records)}

    def add_client(self, body: Any) -> dict[str, Any]:
        """Add or change a repository: ``{"id", "name", "clientType"}``.

        Raises:
            ControlError: it has no id.
        """
        if not isinstance(body, dict) or not body.get("id"):
            raise ControlError("a repository needs an id")
        client = self.clients.setdefault(str(body["id"]).lower(), {"clientType": "repository"})
        client.update({name: value for name, value in body.items() if name != "id"})
        return client

    def set_key(self, body: Any) -> dict[str, str]:
        """Add an API key, ``{"key", "repository"}``, or revoke it: without a repository.

        Raises:
            ControlError: it has no key.
        """
        if not isinstance(body, dict) or not body.get("key"):
            raise ControlError("an API key needs its text")
        self.credentials.keys.pop(body["key"], None)
        if body.get("repository"):
            self.credentials.keys[body["key"]] = str(body["repository"]).lower()
        return self.credentials.keys

    @staticmethod
    def make_token(body: Any) -> dict[str, str]:
        """Return a token with these claims; ``foreign``: signed by another key than DataCite's.

        Raises:
            ControlError: the claims are no object.
        """
        if not isinstance(body, dict):
            raise ControlError("a token needs claims")
        return {"access_token": token(body.get("claims", {}), foreign=bool(body.get("foreign")))}

    def export(self) -> dict[str, Any]:
        """Return the state for the control endpoint."""
        recent = sorted(self.records, key=lambda record: record.updated, reverse=True)[:100]
        return {
            "dois": len(self.records),
            "recent": [
                {
                    "doi": record.doi,
                    "state": record.attributes.get("state"),
                    "updated": record.attributes.get("updated"),
                    "metadata_version": record.attributes.get("metadataVersion"),
                }
                for record in recent
            ],
            "clients": self.clients,
            "options": self.limits.options,
        }


STATE: Final = web.AppKey("datacite_state", DataCiteState)
