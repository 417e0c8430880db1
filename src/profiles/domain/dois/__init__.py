"""DOIs, read from whatever people and machines write: one reader for pages, APIs, matching and mapping."""
