"""Django's PostgreSQL backend, except that web processes do not wait for ever for a silent database."""
