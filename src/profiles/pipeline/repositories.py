"""Tell what repositories are: the same few appear on every page, so each process keeps them for a while."""

from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Final

from django.core.cache import caches

from profiles.clients.datacite import RepositoryEntry
from profiles.domain.records.sighting import Sighting
from profiles.intake.selectors import repositories_among
from profiles.pipeline import datacite_time_budget, sync_clients
from profiles.pipeline.intake.receive import learn_repositories

_KEY: Final = "repository:"
_FRESH_SECONDS: Final = 600
_MAX_WAIT_SECONDS: Final = 2.0


def repositories_of(records: Iterable[Sighting]) -> dict[str, RepositoryEntry]:
    """Return kind and name of the records' repositories, by id; empty where DataCite did not tell them.

    Repositories that are not known yet are asked about, for a short time: a page waits for this.
    """
    records = list(records)
    memory = caches["memory"]
    client_ids = {record.repository for record in records}
    entries = {
        key.removeprefix(_KEY): RepositoryEntry(*entry)
        for key, entry in memory.get_many([_KEY + client_id for client_id in client_ids]).items()
    }
    unknown = [record for record in records if record.repository and record.repository not in entries]
    if unknown:
        learn_repositories(sync_clients.datacite(), unknown, ask=_ask_for_page)
        found = repositories_among({record.repository for record in unknown})
        memory.set_many({_KEY + client_id: entry for client_id, entry in found.items()}, _FRESH_SECONDS)
        entries |= {client_id: RepositoryEntry(*entry) for client_id, entry in found.items()}
    return {client_id: entries.get(client_id, RepositoryEntry()) for client_id in client_ids}


def _ask_for_page(work: Callable[[], Coroutine[Any, Any, RepositoryEntry]]) -> RepositoryEntry:
    return datacite_time_budget.ask(work, seconds=_MAX_WAIT_SECONDS)
