"""Which ORCID iDs a DOI record names, in which role, and whether any of them is enrolled."""
