"""From DOI metadata to ORCID works: pure rules, one module a subject, each loss noted."""

from profiles.domain.mapping.findings import Dropped, Mapped, Refusal
from profiles.domain.mapping.works import map_work

__all__ = ["Dropped", "Mapped", "Refusal", "map_work"]
