"""Commands for moving in from the previous service."""
