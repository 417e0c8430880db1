"""The claims: one row for each DOI on one ORCID record, its history, and the lanes of the workers."""
