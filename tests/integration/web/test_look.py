"""What a first visit costs, and where the style guide is shown."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.django_db
FIRST_VISIT = 60_000
PAGE = 100_000


def weight(page: bytes) -> int:
    """Count the compressed bytes of a page and of what it names in its head."""
    named = re.findall(r'(?:href|src)="/static/([^"]+)"', page.decode().partition("</head>")[0])
    files = [Path(finders.find(name)).read_bytes() for name in named]
    assert len(files) > 3
    return sum(len(gzip.compress(content)) for content in (page, *files))


@pytest.mark.parametrize("path", ["/", "/sign_in", "/why"])
def test_a_first_visit_costs_at_most_60_kilobytes(client, path):
    page = client.get(path)

    assert page.status_code == 200
    assert weight(page.content) <= FIRST_VISIT
    assert len(page.content) <= PAGE


def test_the_style_guide_is_shown_where_pages_are_made_and_not_in_production(client, settings):
    assert b"Style guide" in client.get("/style").content

    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"PROFILES_MODE": "production"})
    assert client.get("/style").status_code == 404
