"""The ``profiles`` command line: serving, deployment checks, demo, and support commands."""
