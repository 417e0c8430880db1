"""Middleware: heartbeat, status page, security headers, and 400 for text that PostgreSQL cannot store."""
