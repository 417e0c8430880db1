"""The language in which a page shows a title, as the metadata name it."""

import pytest

from profiles.domain.mapping.languages import title_language
from profiles.domain.records.display import DisplayRecord
from profiles.domain.records.doi_record import TitleText


@pytest.mark.parametrize(
    ("of_title", "of_resource", "shown"),
    [
        ("de", "en", "de"),
        (None, "ara", "ar"),
        ("heb", None, "he"),
        (None, "Chinese (Traditional)", "zh-TW"),
        ("nonsense", "Português", "pt"),
        (None, None, ""),
    ],
)
def test_a_title_is_in_its_own_language_or_else_in_that_of_the_resource(of_title, of_resource, shown):
    titles = [TitleText(" "), TitleText("A title", lang=of_title)]

    assert title_language(DisplayRecord(titles=titles, language=of_resource)) == shown
