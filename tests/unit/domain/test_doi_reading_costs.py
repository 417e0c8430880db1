"""Reading a list takes a time that grows like its length, whatever its shape."""

import time

import pytest

from profiles.domain.doi_lists.reading import MAX_BYTES, read_pasted

SHAPES = {
    "prose": "Roe, R. (2020). Sea ice of the year. A Journal of it 3(2), 1-9.\n",
    "beginnings": "10.1234/",
    "broken lines": "10.1234/a\n1\n",
    "pages": "https://zenodo.org/communities/x\n",
    "redirects": "https://a.b/?u=https%3A%2F%2F",
    "entities": "&amp;lt;",
    "open brackets": "10.1234/a((((((((",
    "closing brackets": "))))))))10.1234/a))))))))",
    "BibTeX": "@misc{a, doi={10.1234/x}, title={T}}\n",
    "BibTeX that never closes": "@a{b, doi={{{{{{",
    "RIS with one long value": "TY  - DATA\nDO  - 10.5072/\nx\nx\nx\n",
    "a table of quotes": 'doi,title\n"a\n',
    "tags": "<b>10.1234/x</b>",
    "dots": "10.1234.",
    "wide signs": "氷。１０．１２３４／",
    "typing mistakes": "1O.1234/x\n",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_text_of_any_shape_is_read_in_a_time_that_grows_like_its_length(shape):
    def seconds(length):
        text = (shape * (length // len(shape) + 1))[:length]
        began = time.process_time()
        read_pasted(text)
        return time.process_time() - began

    short = min(seconds(MAX_BYTES // 400) for _ in range(3))
    # Ten times the length: a square would be a hundred times the time, however often it is measured.
    assert any(seconds(MAX_BYTES // 40) < 40 * short for _ in range(3))
