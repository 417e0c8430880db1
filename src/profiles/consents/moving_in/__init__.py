"""Store the permissions of the previous service."""
