"""How large pages are, and where the style guide is shown."""

import pytest

pytestmark = pytest.mark.django_db
PAGE = 100_000


@pytest.mark.parametrize("path", ["/", "/sign_in", "/why"])
def test_a_page_is_small_before_it_is_compressed(client, path):
    page = client.get(path)

    assert page.status_code == 200
    assert len(page.content) <= PAGE


def test_the_style_guide_is_shown_where_pages_are_made_and_not_in_production(client, settings):
    assert b"Style guide" in client.get("/style").content

    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"PROFILES_MODE": "production"})
    assert client.get("/style").status_code == 404
