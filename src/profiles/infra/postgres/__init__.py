"""Connections to PostgreSQL: its address, asynchronous connections, the embedded server, SQL parameters."""
