"""Pictures of figures can be read without seeing them, and a curve that grows too much is found."""

from xml.etree import ElementTree as ET

from bench import growth
from bench.pictures import Axis, Line, chart

SVG = "{http://www.w3.org/2000/svg}"
LEVEL = {"what": "claims", "unit": "ms", "most": 1.5, "curves": {"list": [(1_000, 2.0), (1_000_000, 2.4)]}}


def test_a_picture_says_in_words_what_it_shows_and_needs_no_colours():
    lines = [Line("workers & web", [(0, 1), (10, 3)]), Line("limit", [(0, 2), (10, 2)])]
    root = ET.fromstring(chart("CPU", "3 cores <at most>", lines, x=Axis("s"), y=Axis("cores")))

    texts = [element.text for element in root.iter(f"{SVG}text")]
    dashes = [element.get("stroke-dasharray") for element in root.iter(f"{SVG}polyline")]
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "title description")
    assert root.find(f"{SVG}desc").text == "3 cores <at most>"
    assert {"workers & web", "limit", "CPU", "cores", "s"} <= set(texts)
    assert len(set(dashes)) == 2


def test_a_curve_that_grows_more_than_it_may_is_named():
    steep = LEVEL | {"curves": {"list": [(1_000, 2.0), (1_000_000, 3.2)]}}

    assert growth.bad_shapes(LEVEL) == []
    assert growth.bad_shapes(steep) == ["list grew 1.60 times, 1.5 is the most"]


def test_the_picture_of_growth_says_how_much_it_is(tmp_path):
    file, words = growth.write_picture("claims_list", LEVEL, tmp_path)

    assert "list: 1.20 times" in words
    assert words.split(". ", 1)[1] in file.read_text()
