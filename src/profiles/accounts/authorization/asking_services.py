"""The service that a person is on the way to, for pages that know only the address to return to.

The OpenID provider registers how such an address is read; the pages of sign-in then name the service and lead
back to it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class AskingService:
    """A service that waits for a person to sign in."""

    name: str
    back: str
    """Our address that sends the person back to the service with the standard error."""
    keep: str
    """Our address by which the person goes on as who they are signed in."""


_readers: Final[list[Callable[[str], AskingService | None]]] = []


def register(reader: Callable[[str], AskingService | None]) -> None:
    """Let addresses to return to be read by this function."""
    _readers.append(reader)


def asking_service(return_to: str) -> AskingService | None:
    """Return the service that the person is on the way to, if it is one."""
    return next((service for reader in _readers if (service := reader(return_to))), None)
