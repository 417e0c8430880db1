"""DOI metadata as DataCite gives them: parsing, salvage of damaged records, display, and what changed."""
