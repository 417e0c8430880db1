"""The users API, and who may see whom."""
