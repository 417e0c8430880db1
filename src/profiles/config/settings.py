"""Django's settings, derived from the environment and nothing else."""

from pathlib import Path
from typing import Any

from profiles.config.env import ROOT, environment
from profiles.config.identity import *  # noqa: F403  allauth's and our own settings of signing in
from profiles.infra.monitoring.metrics import watch_job
from profiles.infra.postgres.database import django_database
from profiles.infra.web import languages
from profiles.infra.web.static_files import YEAR_SECONDS, keep, static_version

env = environment()
PACKAGE = Path(__file__).resolve().parents[1]

SECRET_KEY = env.SECRET_KEY_BASE or "not-for-production-" + "0" * 40
DEBUG = False
ALLOWED_HOSTS = [
    *env.PROFILES_HOSTS,
    env.PROFILES_URL.partition("://")[2].partition(":")[0].partition("/")[0],
]
if env.is_local:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]", "testserver"]

INSTALLED_APPS = [
    "profiles.web",
    "profiles.api",
    "profiles.sign_in",
    "profiles.sso",
    "profiles.staff",
    "profiles.ops",
    "profiles.jobs",
    "profiles.pipeline",
    "profiles.intake",
    "profiles.claims",
    "profiles.consents",
    "profiles.webhooks",
    "profiles.confirmations",
    "profiles.accounts",
    "profiles.infra",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "profiles.web.middleware.Heartbeat",
    "profiles.infra.monitoring.request_log.RequestLog",
    "profiles.infra.web.proxies.UnnamedProxies",
    "django.middleware.security.SecurityMiddleware",
    "profiles.api.middleware.ApiFastPath",
    "profiles.sso.middleware.ServiceEndpoints",
    "profiles.infra.web.static_files.Compression",
    "profiles.web.middleware.PageHeaders",
    "profiles.web.middleware.NoNul",
    "profiles.web.middleware.PagesWithoutSession",
    "profiles.infra.web.static_files.StaticFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "profiles.web.languages.Languages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "profiles.sign_in.middleware.SessionLimits",
    "django_htmx.middleware.HtmxMiddleware",
    "profiles.sso.middleware.SharedCookie",
]

APPEND_SLASH = False  # a redirect would turn a POST of a careless client into a GET
ROOT_URLCONF = "profiles.config.urls"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            # No page may write a moment, a title or an iD in another way, so each has these tags.
            "builtins": ["profiles.web.templatetags.components", "profiles.web.templatetags.moments"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "profiles.web.context.site",
            ],
        },
    }
]

DATABASES = {"default": django_database(env.DATABASE_URL, env.PROFILES_VAR)}
if env.PROFILES_MODE == "test":
    DATABASES["default"]["CONN_MAX_AGE"] = 0  # a test database can only be dropped without connections
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "infra_cache",
        "TIMEOUT": 3600,
    },
    # Of this process alone: answers that may be forgotten at any moment.
    "memory": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}

AUTH_USER_MODEL = "accounts.Account"
# There are no passwords: sign_in authenticates people through their identity providers.
AUTHENTICATION_BACKENDS = ["profiles.sign_in.session.session_store.Backend"]
LOGIN_URL = "/sign_in"
LOGIN_REDIRECT_URL = "/settings/me"

SESSION_ENGINE = "profiles.sign_in.session.session_store"
SESSION_COOKIE_NAME = "profiles_session" if env.is_local else "__Host-profiles_session"
SESSION_COOKIE_AGE = int(env.PROFILES_SESSION_DAYS * 24 * 3600)  # idle time is watched by SessionLimits
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "profiles.sign_in.pages.stale_forms.csrf_failure"
CSRF_TRUSTED_ORIGINS = [env.PROFILES_URL]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE = not env.is_local
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
# TLS ends before us, and so does the redirect to it, which Django would like to make itself (security.W008).
# The web server gives every request the scheme of our public address (rsgi.py), so no header decides it.
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 63_072_000 if env.has_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.has_https
SECURE_HSTS_PRELOAD = env.has_https
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Room for a pasted list of 5 MB, which the page then answers in its own words; the API takes less.
DATA_UPLOAD_MAX_MEMORY_SIZE = 6_000_000
# Lists of works have a box for each: up to 5,000 past ones. What a request may weigh is limited above.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

LANGUAGE_CODE = "en"
LANGUAGES = languages.LANGUAGES
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = "profiles.config.formats"
TIME_ZONE = "UTC"

STATIC_URL = f"/static/{static_version(PACKAGE)}/"
# Pages' files are served from the packages themselves; nothing is collected, nothing is built.
STATIC_ROOT = None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = YEAR_SECONDS
WHITENOISE_ADD_HEADERS_FUNCTION = keep

PROCRASTINATE_WORKER_DEFAULTS = {"worker_middleware": [watch_job]}
PROCRASTINATE_ON_APP_READY = "profiles.jobs.tasks.on_app_ready"

EMAIL_BACKEND = "profiles.infra.mail.backend.Backend"
DEFAULT_FROM_EMAIL = env.PROFILES_EMAIL_FROM or env.PROFILES_CONTACT

LOGGING_CONFIG = None  # structlog is set up in infra.logs

SILENCED_SYSTEM_CHECKS = ["security.W008"]
ENVIRONMENT = env
PROJECT_ROOT = ROOT
