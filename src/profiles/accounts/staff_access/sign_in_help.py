"""What staff can do about a person's sign-in. sign_in registers how; staff pages do not know that package."""

from collections.abc import Callable
from dataclasses import dataclass

from profiles.accounts.models import Account


@dataclass(frozen=True, slots=True)
class SignInHelp:
    """How sessions are counted and ended, and a lost second step is found and removed."""

    count_sessions: Callable[[Account], int]
    end_sessions: Callable[[Account], int]
    count_factors: Callable[[Account], int]
    reset_factors: Callable[[Account], int]


_registered: list[SignInHelp] = []


def register(sign_in_help: SignInHelp) -> None:
    """Let staff help by these functions."""
    _registered[:] = [sign_in_help]


def registered() -> SignInHelp:
    """Return how staff can help."""
    return _registered[0]
