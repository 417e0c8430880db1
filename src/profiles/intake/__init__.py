"""Store DOI events, decisions and snapshots of DOI metadata."""
