"""Read DOI metadata from DataCite: parsing, salvage of damaged records, display, and change detection."""
