"""Commands for a database that was restored from a backup, and the drill that plays it."""
