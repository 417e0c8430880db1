"""The web server's way in (Granian, WSGI)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "profiles.config.settings")
application = get_wsgi_application()
