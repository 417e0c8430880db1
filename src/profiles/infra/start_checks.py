"""Checks before a process starts that a package registers, so that commands need not know the package."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StartCheck:
    """A check without the database: it returns its result in words, or raises an error with the reason."""

    name: str
    words: str
    check: Callable[[], str]


_registered: dict[str, StartCheck] = {}


def register(check: StartCheck) -> None:
    """Add a check; adding it twice changes nothing."""
    _registered[check.name] = check


def everything() -> list[StartCheck]:
    """List the checks."""
    return list(_registered.values())
