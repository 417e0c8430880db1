"""Django, started for a command."""

import os


def start_django() -> None:
    """Read the settings and set up logs; safe to call twice."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "profiles.config.settings")
    import django

    django.setup()
