"""The web server's way in (Granian, WSGI)."""

import os

from django.core.wsgi import get_wsgi_application

from profiles.config.env import environment
from profiles.infra import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "profiles.config.settings")
application = get_wsgi_application()
logs.configure(environment().LOG_LEVEL)
