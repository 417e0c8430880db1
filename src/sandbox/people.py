"""Read the file of invented people, which all stand-ins share."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Person = dict[str, Any]
"""An entry of the people file: data of the ORCID record, and under ``globus`` the sign-in identities."""


def read_people(path: Path) -> list[Person]:
    """Read the people of a file: a list, or an object with the list under ``people``."""
    given = json.loads(path.read_text(encoding="utf-8"))
    return list(given["people"] if isinstance(given, dict) else given)


def with_orcid(people: Iterable[Person]) -> list[Person]:
    """Return those who have an ORCID record."""
    return [person for person in people if person.get("orcid")]


def listed(order: Any) -> list[Person]:
    """Return the people of a control request: one, a list, or the format of the people file."""
    if isinstance(order, list):
        return order
    return list(order.get("people", [order]))
