"""Pages for DataCite's staff."""
