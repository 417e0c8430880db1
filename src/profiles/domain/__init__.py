"""Pure rules: no I/O, no Django. Start with ``claim``, ``problems`` and the sub-package you need."""
