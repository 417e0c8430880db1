"""The web server's way in (Granian, RSGI)."""

import os

from django.core.wsgi import get_wsgi_application

from profiles import __version__
from profiles.config.env import environment
from profiles.infra.monitoring import error_reports, logs, telemetry
from profiles.infra.postgres.silence import silence
from profiles.infra.web.http_front import Front

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "profiles.config.settings")
telemetry.start(role="web")
application = Front(
    get_wsgi_application(),
    threads=environment().PROFILES_WEB_THREADS,
    body_seconds=environment().PROFILES_BODY_SECONDS,
    scheme="https" if environment().has_https else "http",
)
silence.limit = environment().PROFILES_DATABASE_SECONDS
logs.configure(environment().LOG_LEVEL)
error_reports.start(environment(), release=__version__)
