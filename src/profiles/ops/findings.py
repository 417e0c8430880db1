"""What the checks of ``doctor`` find."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Result of a check. ``fatal``: the service cannot start without it."""

    name: str
    ok: bool
    words: str
    fatal: bool = True


def find(name: str, check: Callable[[], object], words: str, *, fatal: bool = True) -> Finding:
    """Run a check that raises an error if it fails, and returns its words if it has better ones."""
    try:
        result = check()
    except Exception as error:  # noqa: BLE001  any error is the finding
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:150]}"
        return Finding(name, ok=False, words=f"{words} ({reason})", fatal=fatal)
    return Finding(name, ok=True, words=result if isinstance(result, str) else words)
