"""What many tests share."""

from collections.abc import Iterator
from itertools import islice

import pytest
import structlog
from django.core.cache import caches
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings

from profiles.infra.web import page_calls
from profiles.infra.web.static_files import StaticFiles
from sandbox.serving import Stands
from tests.support import environment, live_requests, services
from tests.support.database import empty_all_tables, has_current_schema, remember_schema
from tests.support.sentry import Sentry, start

# How fast a shared machine is at the moment says nothing about the code.
settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")


def _empty_when_quiet(_: TransactionTestCase) -> None:
    live_requests.wait_for_end()
    empty_all_tables()


def _find_static_files_once() -> None:
    """Let the clients of all tests share the static files that the middleware finds."""
    find, found = StaticFiles.add_files_from_finders, {}

    def share(middleware: StaticFiles) -> None:
        if not found:
            find(middleware)
            found.update(middleware.files)
        middleware.files = found

    StaticFiles.add_files_from_finders = share


_find_static_files_once()
live_requests.watch()
TransactionTestCase._fixture_teardown = _empty_when_quiet


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with files that take long, four others after each.

    They wait for processes of their own, so that others can use the cores meanwhile; one that came last would
    keep one process busy and the others not.
    """
    files = list(dict.fromkeys(item.path for item in items))
    long = {item.path for item in items if item.get_closest_marker("slow")}
    others = (path for path in files if path not in long)
    order = [path for slow in files if slow in long for path in (slow, *islice(others, 4))]
    place = {path: number for number, path in enumerate([*order, *others])}
    items.sort(key=lambda item: place[item.path])


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Keep the test database for the next run, as ``--reuse-db`` does."""
    return True


@pytest.fixture(scope="session")
def django_db_createdb(request, django_db_modify_db_settings) -> bool:
    """Make the test database again when migrations changed, or by ``--create-db``."""
    return request.config.getvalue("create_db") or not has_current_schema()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """Begin with empty tables: a run that was killed may have left rows."""
    with django_db_blocker.unblock():
        empty_all_tables()
        remember_schema()


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """Commands set up their own logging, for a whole process; a test must not do so for the next one."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Forget what this process remembers of services and of answers to strangers."""
    caches["memory"].clear()
    page_calls.gateway.cache_clear()


@pytest.fixture
def stands() -> Iterator[Stands]:
    """The stand-ins for ORCID, Globus and DataCite, as they are at their start."""
    from profiles.infra.web import page_calls

    environment.stands.reset()
    page_calls.gateway.cache_clear()  # what failed in other tests closes nothing here
    services.register(environment.stands)
    yield environment.stands
    for stand in (environment.stands.orcid, environment.stands.globus, environment.stands.datacite):
        stand.heal()


@pytest.fixture
def orcid(stands: Stands):
    """ORCID's stand-in."""
    return stands.orcid


@pytest.fixture
def datacite(stands: Stands):
    """DataCite's stand-in."""
    return stands.datacite


@pytest.fixture
def mailbox():
    """The mail server's box, empty."""
    environment.mailbox.empty()
    return environment.mailbox


@pytest.fixture
def sentry() -> Iterator[Sentry]:
    """A server of error reports; ``tests.support.sentry.start`` lets this process send them there."""
    sentry = Sentry()
    yield sentry
    start("")
    sentry.server.shutdown()
    sentry.server.server_close()


@pytest.fixture
def clean_cache(db) -> None:
    """Forget rate limits, descriptions and keys that other tests left in the shared cache."""
    from django.core.cache import caches

    for cache in caches.all(initialized_only=False):
        cache.clear()
