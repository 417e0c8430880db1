"""Store the people of the previous service."""
