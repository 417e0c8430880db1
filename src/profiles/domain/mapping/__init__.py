"""Map DOI metadata to ORCID works: pure rules, one module per subject; what is left out is reported."""

from profiles.domain.mapping.findings import DroppedValue, MappingResult, Refusal
from profiles.domain.mapping.works import map_work

__all__ = ["DroppedValue", "MappingResult", "Refusal", "map_work"]
