"""Everything the stand-in remembers."""

from collections.abc import Iterable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from sandbox.datacite.limits import Limits
from sandbox.datacite.records import Record, Records, record_from, records_in
from sandbox.door import OrderError

Source = Path | dict[str, Any]
DEFAULT_CLIENTS: Final = {
    "demo.repository": {"name": "Demo Repository", "clientType": "repository"},
    "demo.journal": {"name": "Demo Journal", "clientType": "periodical"},
    "demo.raid": {"name": "Demo RAiD Registry", "clientType": "raidRegistry"},
}


class DataCiteState:
    """The memory of one stand-in."""

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        """Read the records of the start.

        Raises:
            ValueError: a line of a file is no record.
        """
        self._seed: dict[str, Record] = {}
        for source in sources:
            records = records_in(source) if isinstance(source, Path) else [record_from(source)]
            self._seed.update({record.doi: record for record in records})
        self.limits = Limits()
        self.reset()

    def reset(self) -> None:
        """Go back to the records of the start."""
        self.records = Records()
        # Writing replaces records and never changes one in place, so the seed can be shared.
        self.records.fill(self._seed.values())
        self.clients: dict[str, dict[str, Any]] = deepcopy(DEFAULT_CLIENTS)
        self.limits.reset()

    def now(self) -> datetime:
        """Return the time, moved by as much as the control door asked for."""
        return datetime.now(UTC) + timedelta(seconds=self.limits.options.clock_ahead)

    def add_records(self, order: Any) -> dict[str, int]:
        """Take records as they are, with their moments and states: one, a list, or under ``dois``.

        Raises:
            OrderError: one is no record; nothing was taken.
        """
        given = order if isinstance(order, list) else order.get("dois", [order])
        try:
            records = [record_from(each) for each in given]
        except (KeyError, TypeError, ValueError) as error:
            raise OrderError(f"not a DOI record ({error!r})") from error
        for record in records:
            self.records.put(record)
        return {"taken": len(records), "total": len(self.records)}

    def add_client(self, order: Any) -> dict[str, Any]:
        """Add or change a repository: ``{"id", "name", "clientType"}``.

        Raises:
            OrderError: it has no id.
        """
        if not isinstance(order, dict) or not order.get("id"):
            raise OrderError("a repository needs an id")
        client = self.clients.setdefault(str(order["id"]).lower(), {"clientType": "repository"})
        client.update({name: value for name, value in order.items() if name != "id"})
        return client

    def export(self) -> dict[str, Any]:
        """Return what the control door shows."""
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
