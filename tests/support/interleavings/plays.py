"""A worker and somebody else, in every order, each order from a fresh start and judged at its end."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connections

from tests.support.interleavings.actors import Doing
from tests.support.interleavings.hooks import hooked
from tests.support.interleavings.judge import complaints
from tests.support.interleavings.scene import DOIS, Scene
from tests.support.interleavings.scheduler import Actor, Run, explore, kill_of, loss_of, step_of


@dataclass(frozen=True)
class Play:
    """One order of steps, and what was wrong at its end."""

    story: tuple[str, ...]
    complaints: tuple[str, ...]

    def __str__(self) -> str:
        return f"{' / '.join(self.complaints)}: {' -> '.join(self.story)}"

    __repr__ = __str__


def played(
    orcid: Any,
    datacite: Any,
    start: Doing,
    other: Doing,
    *,
    first: Doing = Scene.turn,
    works: int = 1,
    kill: bool = False,
    lose: bool = False,
    most_interruptions: int | None = None,
) -> Iterator[Play]:
    """Play every order, or those with few interruptions, of a worker's turn and what the other does.

    ``first`` takes the place of the worker's turn. With ``kill`` it also ends at any of its steps, with
    ``lose`` any one answer does not arrive.
    """
    scene = Scene(orcid, datacite)

    def play(run: Run) -> None:
        nonlocal scene
        scene = Scene(orcid, datacite, DOIS[:works])
        start(scene)
        connections.close_all()
        worker = Actor("worker", lambda: first(scene))
        somebody = Actor(other.__name__, lambda: other(scene))
        accidents = [*([kill_of(worker)] if kill else []), *([loss_of(worker)] if lose else [])]
        with hooked(scene.note):
            run.play([worker, somebody], [step_of(worker), step_of(somebody), *accidents])
            scene.settle()

    for run in explore(play, most_interruptions=most_interruptions):
        yield Play(tuple(run.story), tuple(complaints(scene, with_accident=run.has_accident)))


def assert_all_end_well(plays: Iterable[Play]) -> None:
    """Fail with the first orders that end badly."""
    judged = list(plays)
    bad = [play for play in judged if play.complaints]
    assert judged
    if bad:
        shown = "\n".join(map(str, bad[:5]))
        pytest.fail(f"{len(bad)} of {len(judged)} orders end badly:\n{shown}", pytrace=False)
