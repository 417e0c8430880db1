"""A scheduler that lets actors run one at a time, step by step, and tries every order of their steps.

An actor is a thread that runs real code. It stops before each step: a commit to the database, or a call to
ORCID, which is two steps: before it takes effect, and after that, before its answer arrives. The hooks that
stop it are in ``hooks``. Which actor goes on is a choice; a run is the list of its choices, and ``explore``
tries all lists, depth first, each from a fresh start.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import connections

STEP_SECONDS = 30.0
"""Longer than any step takes: an actor that does not come to its next one in time waits for another."""
MAX_STEPS = 60
KILL, LOSE = "kill", "lose answer"


class KilledError(BaseException):
    """The process of this actor was killed: nothing catches this, and nothing is done after it."""


@dataclass(eq=False)
class Actor:
    """One thread of real code, and where it stopped."""

    name: str
    work: Callable[[], object]
    at: str = ""
    is_over: bool = False
    is_killed: bool = False
    loses_answer: bool = False
    error: BaseException | None = None
    go: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Run up to the first step."""
        threading.Thread(target=self._run, name=self.name, daemon=True).start()
        self._wait()

    def step(self) -> None:
        """Do the step at which it stopped, and run up to the next one."""
        self.stopped.clear()
        self.go.set()
        self._wait()

    def stop(self, at: str) -> None:
        """Stop before a step, called from the actor's own thread; a killed one does no step any more."""
        if not self.is_killed:
            self.at = at
            self.stopped.set()
            self.go.wait()
            self.go.clear()
        if self.is_killed:
            raise KilledError

    def _wait(self) -> None:
        assert self.stopped.wait(STEP_SECONDS), f"{self.name} is stuck after {self.at}"

    def _run(self) -> None:
        _current.set(self)
        try:
            self.work()
        except KilledError:
            pass
        except BaseException as error:  # noqa: BLE001  raised again where the run is judged
            self.error = error
        finally:
            connections.close_all()
            self.is_over = True
            self.stopped.set()


_current: ContextVar[Actor | None] = ContextVar("actor", default=None)
"""Not of the thread alone: the clients' calls of a job run on a loop that all threads share."""


def current_actor() -> Actor | None:
    """Return the actor for which this code runs."""
    actor = _current.get()
    return None if actor is None or actor.is_over else actor


@dataclass(eq=False)
class Move:
    """Something that can happen next: an actor's step, or an accident such as the end of a process."""

    name: str
    is_possible: Callable[[], bool]
    do: Callable[[], None]


def step_of(actor: Actor) -> Move:
    return Move(actor.name, lambda: not actor.is_over, actor.step)


def kill_of(actor: Actor) -> Move:
    """The end of an actor's process, once, at whichever step it stands."""

    def kill() -> None:
        actor.is_killed = True
        actor.step()

    return Move(KILL, lambda: not actor.is_over and not actor.is_killed, kill)


def loss_of(actor: Actor) -> Move:
    """The loss of one answer of ORCID: the call took effect, and nobody learns of it."""

    def lose() -> None:
        actor.loses_answer = True
        done.append(True)

    done: list[bool] = []
    return Move(LOSE, lambda: not done and actor.at.endswith("answered") and not actor.is_over, lose)


@dataclass
class Run:
    """One order of steps: which were possible at each place, and which was taken."""

    prefix: Sequence[int]
    most_interruptions: int | None = None
    """How often an actor that could go on may have to wait for another; None: as often as there are steps.

    Nearly every race needs one or two, and the number of orders grows with a power of this.
    """
    taken: list[int] = field(default_factory=list)
    possible: list[int] = field(default_factory=list)
    story: list[str] = field(default_factory=list)

    @property
    def has_accident(self) -> bool:
        """Whether a process was killed or an answer lost."""
        return any(step.startswith((KILL, LOSE)) for step in self.story)

    def play(self, actors: Sequence[Actor], moves: Sequence[Move]) -> None:
        """Let the actors do their steps in the order of the prefix; from its end on, the first that can."""
        for actor in actors:
            actor.start()
        last, interruptions = None, 0
        while not all(actor.is_over for actor in actors):
            options = [move for move in moves if move.is_possible()]
            if last in options and interruptions == self.most_interruptions:
                options = [last]
            move = self._choose(options)
            interruptions += last in options and move is not last
            last = move
            self.story.append(f"{move.name} {_at(actors, move.name)}".strip())
            move.do()
        for actor in actors:
            if actor.error is not None:
                raise actor.error

    def _choose(self, options: Sequence[Move]) -> Move:
        place = len(self.taken)
        assert place < MAX_STEPS, self.story
        choice = self.prefix[place] if place < len(self.prefix) else 0
        self.taken.append(choice)
        self.possible.append(len(options))
        return options[choice]


def _at(actors: Sequence[Actor], name: str) -> str:
    return next((actor.at for actor in actors if actor.name == name), "")


def explore(play: Callable[[Run], None], *, most_interruptions: int | None) -> Iterator[Run]:
    """Play every order of steps with no more than so many interruptions; yield each when it was played."""
    prefix: list[int] | None = []
    while prefix is not None:
        run = Run(prefix, most_interruptions)
        play(run)
        yield run
        prefix = _next_prefix(run)


def _next_prefix(run: Run) -> list[int] | None:
    """Return the choices of the next order: the last place where another was possible takes its next one."""
    for place in reversed(range(len(run.taken))):
        if run.taken[place] + 1 < run.possible[place]:
            return [*run.taken[:place], run.taken[place] + 1]
    return None
