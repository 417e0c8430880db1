"""Store the claims of the previous service."""
