"""What the Django programs here share: a project in one file, with a database in its own folder."""

import os
import sys
from types import ModuleType

import django
from django.conf import settings
from django.core.management import execute_from_command_line

from page import HOST, PORT


def configure(
    name: str, *, apps: tuple[str, ...] = (), middleware: tuple[str, ...] = (), **more: object
) -> None:
    """Configure Django as startproject does, with these apps and settings beside."""
    settings.configure(
        SECRET_KEY="of the tests",
        ALLOWED_HOSTS=[HOST],
        ROOT_URLCONF=__name__,
        SESSION_COOKIE_NAME=name,
        CSRF_COOKIE_NAME=f"{name}-csrf",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["FOLDER"] + "/db"}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            *apps,
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            *middleware,
        ],
        **more,
    )
    django.setup()


def run(urlpatterns: list[object]) -> None:
    """Serve these pages."""
    module = ModuleType("urls")
    module.urlpatterns = urlpatterns
    sys.modules["urls"] = module
    settings.ROOT_URLCONF = "urls"
    execute_from_command_line(["client", "migrate", "--verbosity", "0"])
    execute_from_command_line(["client", "runserver", "--noreload", f"{HOST}:{PORT}"])
