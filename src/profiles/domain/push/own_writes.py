"""Tell our own changes of a record from those of its owner, when ORCID says only that it changed."""

from datetime import datetime, timedelta
from typing import Final

OWN_CHANGE_WINDOW: Final = timedelta(minutes=15)
"""ORCID looks for changes every five minutes (contract 5.5), and a call that failed is repeated after ten."""


def is_our_own_change(*, written_at: datetime | None, called_before: datetime | None) -> bool:
    """Tell whether a call of ORCID is explained by our last write within the window.

    One write explains one call: ORCID joins the changes of a few minutes into one. What the owner does in
    these same minutes is found by the weekly comparison, or by ORCID's answer to our next write.
    """
    if written_at is None:
        return False
    return called_before is None or called_before < written_at
