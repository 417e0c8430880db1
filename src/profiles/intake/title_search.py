"""Search the titles of the DOIs that are stored."""

from profiles.infra.postgres.text_search import beginning_like
from profiles.intake.models import TITLE_VECTOR, DoiSnapshot


def titled_like(text: str, *, limit: int) -> list[tuple[str, str]]:
    """Return DOIs with their titles, of those in whose titles words begin like all of these."""
    wanted = beginning_like(text)
    if wanted is None:
        return []
    rows = DoiSnapshot.objects.annotate(titled=TITLE_VECTOR).filter(titled=wanted)
    return list(rows.order_by("-registered").values_list("doi", "title")[:limit])
