"""The page of results is what the recorded records give today."""

import pytest
from dev.mapping_results import PAGE, counted, page

from tests.support.shared import shared

pytestmark = pytest.mark.contract


def test_the_page_of_mapping_results_is_up_to_date():
    files = [shared("corpus/dois.jsonl"), shared("corpus/dois_testsystem.jsonl")]

    made = page(counted(files))

    assert PAGE.read_text() == made, "python -m dev.mapping_results with the two files of the corpus"
