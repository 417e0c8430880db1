"""What the owner of an iD can say about a work whose metadata name people."""

from enum import StrEnum
from typing import Final


class Answer(StrEnum):
    """An answer to: is this you?"""

    MINE = "mine"
    """The metadata name the person with the iD that they signed in with."""
    NOT_MINE = "not-mine"
    """The metadata name this iD, but the person is someone else."""
    OTHER_ID = "other-id"
    """The person is named with another iD, or with none."""
    WITHDRAWN = "withdrawn"
    """The person took their answer back."""


ANSWERS: Final = (Answer.MINE, Answer.NOT_MINE, Answer.OTHER_ID)
"""The answers that a person chooses from."""
