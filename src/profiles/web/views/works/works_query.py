"""What an address of My works says: filters, order, page; and the addresses of its neighbours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.domain.ids import parse_doi
from profiles.pipeline.works.my_works import Facet, WorksFilter, WorksOverview
from profiles.web.paging import page_number, pages
from profiles.web.wording import SOURCES
from profiles.web.wording_types import type_name

SIZES: Final = (25, 50, 100)
LAST_PAGE: Final = 10_000
MAX_ADDRESS: Final = 4_000
_SIZE_COOKIE: Final = "works_size"
_ONE_YEAR: Final = 365 * 24 * 3600
_FIRST_VALUES: Final = 5
_MAX_VALUES: Final = 60
_MAX_CHOSEN: Final = 30
ORDERS: Final = {
    "latest": gettext_lazy("latest change first"),
    "oldest": gettext_lazy("oldest change first"),
    "title": gettext_lazy("title"),
    "added": gettext_lazy("last added first"),
}
_FACETS: Final = {
    Facet.STATE: gettext_lazy("State"),
    Facet.TYPE: gettext_lazy("Type"),
    Facet.SOURCE: gettext_lazy("Source"),
    Facet.REPOSITORY: gettext_lazy("Repository"),
    Facet.YEAR: gettext_lazy("Year"),
}
STATE_FILTERS: Final = {
    "on": gettext_lazy("On my record"),
    "queued": gettext_lazy("On their way"),
    "failed": gettext_lazy("Not sent"),
    "removed": gettext_lazy("Removed"),
    "left-out": gettext_lazy("Not added"),
}
_WITHOUT: Final = {
    Facet.TYPE: gettext_lazy("No type"),
    Facet.REPOSITORY: gettext_lazy("No repository"),
    Facet.YEAR: gettext_lazy("No year"),
}
_FIXED: Final[dict[Facet, Mapping[str, Any]]] = {Facet.STATE: STATE_FILTERS, Facet.SOURCE: SOURCES}
"""Facets whose values always stay in the same order, so that a person finds them where they were."""


@dataclass(frozen=True, slots=True)
class WorksQuery:
    """The filters and the order of an address."""

    wanted: WorksFilter
    text: str
    order: str

    @classmethod
    def of(cls, params: QueryDict) -> "WorksQuery":
        """Read an address; what it does not understand is ignored."""
        text = params.get("text", "").strip()[:200]
        chosen = {facet: _values(facet, params.getlist(facet.value)) for facet in Facet}
        order = params.get("sort", "")
        return cls(WorksFilter(chosen, parse_doi(text) or text), text, order if order in ORDERS else "latest")

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """Return what a form with other words keeps of this list."""
        parts = [
            (facet.value, value) for facet, values in self.wanted.chosen.items() for value in sorted(values)
        ]
        return parts if self.order == "latest" else [*parts, ("sort", self.order)]

    def address(self, **changes: Any) -> str:
        """Return the address of this list, without its page; ``changes`` replace single parameters."""
        parts: dict[str, Any] = {facet.value: sorted(values) for facet, values in self.wanted.chosen.items()}
        parts |= {"text": self.text, "sort": "" if self.order == "latest" else self.order, **changes}
        return "?" + urlencode({name: value for name, value in parts.items() if value != ""}, doseq=True)

    def toggled(self, facet: Facet, value: str) -> str:
        """Return the address of the list with this value, or without it where it is chosen."""
        return self.address(**{facet.value: sorted(self.wanted.chosen[facet] ^ {value})})


def _values(facet: Facet, texts: Iterable[str]) -> frozenset[str]:
    values = [text[:300] for text in texts][:_MAX_CHOSEN]
    if facet in _FIXED:
        return frozenset(value for value in values if value in _FIXED[facet])
    return frozenset(values)


def facets_context(query: WorksQuery, counted: WorksOverview) -> dict[str, Any]:
    """Return the facets with their values, the chosen ones, and the orders, each with its address."""
    facets = [_facet(query, counted, facet) for facet in Facet]
    orders = [
        {"title": title, "address": query.address(sort=name), "is_chosen": name == query.order}
        for name, title in ORDERS.items()
    ]
    chips = [value for facet in facets for value in (*facet["first"], *facet["rest"]) if value["is_chosen"]]
    if query.text:
        chips.append({"label": f"“{query.text}”", "address": query.address(text="")})
    return {"facets": facets, "orders": orders, "chips": chips}


def _facet(query: WorksQuery, counted: WorksOverview, facet: Facet) -> dict[str, Any]:
    counts = counted.facets[facet]
    chosen = query.wanted.chosen[facet]
    values = [
        {
            "id": f"{facet.value}-{slugify(value, allow_unicode=True) or 'none'}",
            "label": _label(facet, value),
            "count": counts.get(value, 0),
            "address": query.toggled(facet, value),
            "is_chosen": value in chosen,
        }
        for value in _ordered(facet, counts)
    ][:_MAX_VALUES]
    # What is chosen is always in sight.
    first = [value for place, value in enumerate(values) if place < _FIRST_VALUES or value["is_chosen"]]
    rest = [value for value in values if value not in first]
    if len(rest) == 1:
        first, rest = values, []
    return {"name": facet.value, "title": _FACETS[facet], "first": first, "rest": rest, "all": len(values)}


def _ordered(facet: Facet, counts: Mapping[str, int]) -> list[str]:
    if facet in _FIXED:
        return [value for value in _FIXED[facet] if facet is Facet.STATE or value in counts]
    if facet is Facet.YEAR:
        return sorted(counts, reverse=True)
    return sorted(counts, key=lambda value: (-counts[value], value))


def _label(facet: Facet, value: str) -> str:
    if facet in _FIXED:
        return str(_FIXED[facet][value])
    if not value:
        return str(_WITHOUT[facet])
    return type_name(value) if facet is Facet.TYPE else value


def size_of(request: HttpRequest) -> int:
    """Return how many works a page shows: as the address says, or as the person chose before."""
    for text in (request.GET.get("size", ""), request.COOKIES.get(_SIZE_COOKIE, "")):
        if text in map(str, SIZES):
            return int(text)
    return SIZES[0]


def remember_size(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Store the size that the address asks for in the browser, for all later visits."""
    if request.GET.get("size", "") in map(str, SIZES):
        response.set_cookie(
            _SIZE_COOKIE,
            str(size_of(request)),
            max_age=_ONE_YEAR,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


def pager_context(request: HttpRequest, query: WorksQuery, total: int) -> dict[str, Any]:
    """Return the page of an address, limited to the pages there are, with its neighbours and sizes."""
    size = size_of(request)
    last = min(LAST_PAGE, max(1, -(-total // size)))
    number = page_number(request.GET.get("page", ""), last)
    pager = pages(number, size, total, address=lambda page: query.address(page=page))
    first = (pager["page"] - 1) * size + 1
    return {
        **pager,
        "size": size,
        "range": _("%(first)d to %(last)d") % {"first": first, "last": min(first + size - 1, total)},
        "sizes": [(number, query.address(size=number), number == size) for number in SIZES],
    }
