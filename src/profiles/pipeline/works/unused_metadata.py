"""Delete the metadata of DOIs that no longer concern a person."""

from datetime import datetime
from typing import Final

from profiles.claims import selectors as claims
from profiles.intake import retention

PAGE: Final = 1000


def delete_unused_metadata(*, older_than: datetime) -> int:
    """Delete metadata fetched before this moment for DOIs without a claim or decision; return their number.

    Their people have closed their accounts. If a DOI is needed again, it is fetched again. Safe to run twice.
    """
    deleted, after = 0, ""
    while dois := retention.undecided_dois(older_than=older_than, after=after, limit=PAGE):
        after = dois[-1]
        unused = set(dois) - claims.claimed_dois(dois)
        deleted += retention.delete_snapshots(unused, older_than=older_than)
    return deleted
