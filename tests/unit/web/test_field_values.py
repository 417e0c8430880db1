"""Values of fields of the metadata, as the pages about rules show them."""

import pytest

from profiles.web.templatetags.moments import field_value


def test_a_time_among_them_is_shown_as_the_pages_other_times():
    shown = field_value("2026-11-30T19:44:49+00:00")

    assert shown.startswith('<time datetime="2026-11-30T19:44:49+00:00"')
    assert "2026-11-30T19" not in shown.partition(">")[2]


@pytest.mark.parametrize("value", ["2019", "2019-05-01", "12", "IsPartOf 10.5072/a", "2026-11-30T19:44"])
def test_what_is_no_time_of_a_zone_stays_as_it_was_written(value):
    assert field_value(value) == value


def test_what_others_wrote_is_escaped():
    assert field_value("<b>") == "&lt;b&gt;"
