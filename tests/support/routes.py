"""Every address of the URL tree, with the ids of a person's things in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from profiles.api.http.endpoint import is_api_endpoint


@dataclass(frozen=True, slots=True)
class Route:
    """One pattern of the URL tree."""

    pattern: str
    is_api: bool

    @property
    def is_regex(self) -> bool:
        """Whether this is the API's answer for addresses that do not exist."""
        return self.pattern.startswith("^")

    @property
    def needs_ids(self) -> bool:
        """Whether its address contains an id."""
        return "<" in self.pattern

    def filled(self, ids: Mapping[str, str]) -> str:
        """Return its address with these ids, which are named as in the pattern: ``<uuid:uuid>``."""
        address = f"/{self.pattern}"
        for name, value in ids.items():
            address = address.replace(name, value)
        assert "<" not in address, f"say which ids are in {self.pattern}"
        return address


def all_routes() -> list[Route]:
    """Return every route once, in its order."""
    return list(dict.fromkeys(_routes(get_resolver())))


def _routes(resolver: URLResolver, before: str = "") -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, here)
        elif isinstance(pattern, URLPattern):
            yield Route(here, is_api_endpoint(pattern.callback))
