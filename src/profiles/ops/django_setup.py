"""Set up Django for a command."""

import os


def start_django() -> None:
    """Set up Django and the logs, which do not write to standard output. Safe to call twice."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "profiles.config.settings")
    import django
    from django.apps import apps

    from profiles import __version__
    from profiles.config.env import environment
    from profiles.infra.monitoring import error_reports, logs

    if not apps.ready:
        django.setup()
        logs.configure(environment().LOG_LEVEL)
        error_reports.start(environment(), release=__version__)
