"""The claims tables: one row for each DOI on one ORCID record, its history, and the workers' lanes."""
