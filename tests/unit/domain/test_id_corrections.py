"""What to write instead of identifiers that claim to be ORCID iDs and are none."""

import pytest

from profiles.domain.matching.id_corrections import Advice, correction_of
from profiles.domain.matching.name_identifiers import read_id
from tests.support.records import ANNA, with_check_digit

WRONG = f"{ANNA[:-1]}{(int(ANNA[-1]) + 1) % 10 if ANNA[-1].isdigit() else 0}"
ZEROS = with_check_digit("000900007000001")


@pytest.mark.parametrize(
    ("value", "advice", "new"),
    [
        (f"{ANNA} (Anna's, at the institute) see CV", Advice.READABLE, f"https://orcid.org/{ANNA}"),
        (ZEROS.replace("0", "O"), Advice.READABLE, f"https://orcid.org/{ZEROS}"),
        (f"https://orcid.org/{WRONG}", Advice.MISTYPED, ""),
        (f"{ANNA} and {ZEROS}", Advice.OTHER, ""),
        ("https://orcid.org/0000-0002-1825-0097", Advice.EXAMPLE, ""),
        (f"https://sandbox.orcid.org/{ANNA}", Advice.SANDBOX, ""),
        (f"https://isni.org/isni/{ANNA}", Advice.OTHER, ""),
        ("anna@orcid", Advice.OTHER, ""),
        ("9" * 5000, Advice.OTHER, ""),
        (" ", Advice.EMPTY, ""),
    ],
    ids=["words", "letters", "mistyped", "two", "example", "sandbox", "isni", "mail", "long", "empty"],
)
def test_each_kind_of_unreadable_identifier_has_its_advice(value, advice, new):
    correction = correction_of(value)

    assert (correction.advice, correction.new) == (advice, new)
    if new:
        assert read_id(new, "ORCID", "https://orcid.org") is not None, "what we propose is read"
