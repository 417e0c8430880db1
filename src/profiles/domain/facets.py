"""Count the values of the facets of a list, from one count for each combination of values."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple


class Combination(NamedTuple):
    """How many items have this value of each facet, in the order of the facets."""

    values: Sequence[str]
    items: int


class FacetCounts(NamedTuple):
    """How many items fit all that is chosen, and the counted values of each facet."""

    total: int
    facets: Sequence[Mapping[str, int]]


def count_facets(combinations: Iterable[Combination], chosen: Sequence[Collection[str]]) -> FacetCounts:
    """Count the items for each value of each facet.

    Values of one facet widen the list, facets narrow it. So a value counts the items that fit what is chosen
    in the other facets: that many there are, if it is chosen too. A chosen value is counted although nothing
    has it any more.
    """
    facets: list[dict[str, int]] = [dict.fromkeys(values, 0) for values in chosen]
    total = 0
    for values, items in combinations:
        misfits = [place for place, wanted in enumerate(chosen) if wanted and values[place] not in wanted]
        if not misfits:
            total += items
        for place in range(len(chosen)) if not misfits else misfits if len(misfits) == 1 else ():
            facets[place][values[place]] = facets[place].get(values[place], 0) + items
    return FacetCounts(total, facets)
