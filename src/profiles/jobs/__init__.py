"""Background jobs and the worker process; each job calls one use case of ``pipeline``."""
