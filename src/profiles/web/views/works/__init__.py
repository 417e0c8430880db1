"""Pages about works: my works, search, one work, why, and progress."""
