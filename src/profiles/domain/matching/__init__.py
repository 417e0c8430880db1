"""Find the ORCID iDs that a DOI record names, their roles, and whether any of them is enrolled."""
