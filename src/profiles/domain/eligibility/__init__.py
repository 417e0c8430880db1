"""The rules of Auto-Update: each checks one fact and returns the reason for its answer."""
