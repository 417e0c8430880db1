"""The list of checks: each is a sentence, belongs to a group, and serves rows of the checklist."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.contract.openid.suite import Suite


@dataclass(frozen=True)
class Check:
    """One thing that must be so."""

    group: str
    sentence: str
    rows: tuple[int, ...]
    """Rows of docs/dev/sso-checklist.md."""
    look: Callable[[Suite], None]

    @property
    def name(self) -> str:
        """How it is called in a report."""
        return f"{self.group}: {self.sentence}"


_found: list[Check] = []


def check(*rows: int, each: Mapping[str, Any] | None = None) -> Callable[[Callable[..., None]], Any]:
    """Make a function a check; with ``each``, one for every named case, which is its second argument."""

    def note(function: Callable[..., None]) -> Callable[..., None]:
        group = function.__module__.rpartition(".")[2]
        sentence = function.__name__.replace("_", " ")
        if each is None:
            _found.append(Check(group, sentence, rows, function))
        else:
            for words, case in each.items():
                _found.append(
                    Check(
                        group, f"{sentence} ({words})", rows, lambda suite, case=case: function(suite, case)
                    )
                )
        return function

    return note


def all_checks() -> list[Check]:
    """Return every check, group by group."""
    from tests.contract.openid import groups

    for module in pkgutil.iter_modules(groups.__path__):
        importlib.import_module(f"{groups.__name__}.{module.name}")
    return _found
