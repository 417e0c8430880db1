"""DOIs as people paste them."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.domain.doi_lists.files import UnreadableFileError, read_file
from profiles.domain.doi_lists.reading import MAX_DOIS, Leftover, read_pasted
from profiles.domain.dois.mentions import Way
from profiles.domain.ids import exact_doi

ONE, TWO = "10.5281/zenodo.1", "10.5061/dryad.2"


def dois(text):
    return [mention.doi for mention in read_pasted(text).mentions]


@pytest.mark.parametrize(
    "text",
    [
        ONE,
        f"https://doi.org/{ONE}",
        f"http://dx.doi.org/{ONE}",
        f"doi:{ONE}",
        f"DOI {ONE.upper()}",
        f"doi.org/{ONE}",
        "https://doi.org/10.5281%2Fzenodo.1",
        f"  • {ONE}",
        f"{ONE}.",
        f"({ONE})",
        f"see [{ONE}], p. 4",
        f"<{ONE}>",
        f"“{ONE}”",
        f'<a href="https://doi.org/{ONE}">data</a>',
        f"[data](https://doi.org/{ONE})",
        f"{ONE}?utm_source=mail",
        "10.5281/\u200bzenodo.1",
        f"{ONE}…",
        f"{ONE},Title of it,2020",
        f"{ONE};Title of it;2020",
        f"2020|{ONE}|Title",
        f"{{'doi':'{ONE}','year':2020}}",
    ],
)
def test_a_doi_is_found_in_any_form(text):
    mention = read_pasted(text).mentions[0]

    assert ONE in {mention.doi, *mention.others}


@pytest.mark.parametrize(
    "glue",
    [
        *(", ", ",", ";", "; ", " ", "\n", "\r\n", "\r", "\t", " and ", "|", "\n\n", ",doi:"),
        *("<br>", "</li>\n<li>", "><", "</td><td>https://doi.org/", "><doi:", ";" * 30, "<td></td>" * 15),
    ],
)
def test_several_are_told_apart(glue):
    assert dois(f"{ONE}{glue}{TWO}") == [ONE, TWO]


def test_a_doi_that_ends_oddly_is_kept_as_it_stands_too():
    (mention,) = read_pasted("10.1016/s0140-6736(05)67889-x.").mentions

    assert mention.doi == "10.1016/s0140-6736(05)67889-x"
    assert "10.1016/s0140-6736(05)67889-x." in mention.others


def test_each_is_taken_once_and_in_order():
    assert dois(f"{TWO}\n{ONE}\nhttps://doi.org/{TWO.upper()}") == [TWO, ONE]


def test_a_reference_list_is_read_line_by_line():
    text = f"""References
    Alvarado, A. (2024). Ice cores (Version 1) [Data set]. Zenodo. https://doi.org/{ONE}
    Alvarado, A. (2023). A book without a DOI. Oxford.
    """

    reading = read_pasted(text)

    assert [m.doi for m in reading.mentions] == [ONE]
    assert [u.reason for u in reading.unused] == [Leftover.NO_DOI, Leftover.NO_DOI]
    assert "A book without a DOI" in reading.unused[1].written


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("10,5281/zenodo.1", ONE),
        ("1O.5281/zenodo.1", ONE),
        ("l0.5281/zenodo.1", ONE),
        ("10.5281\\zenodo.1", ONE),
        ("10.5281 / zenodo.1", ONE),
        ("10. 5281/zenodo.1", ONE),
    ],
)
def test_the_usual_typing_mistakes_are_undone_and_said(text, meant):
    (mention,) = read_pasted(text).mentions

    assert (mention.doi, mention.way) == (meant, Way.MENDED)


@pytest.mark.parametrize("text", ["doi:zenodo.1", "10.52", "https://doi.org/", "10.5281"])
def test_what_was_meant_as_a_doi_and_is_none_is_said(text):
    reading = read_pasted(text)

    assert reading.mentions == ()
    assert reading.unused[0].written == text


BIBTEX = r"""
% exported yesterday
@string{me = "Alvarado"}
@article{a, title={One {nested}}, doi = {10.5281/zenodo.1}, year=2020}
@article{a, title={Key used twice}, doi = "https://doi.org/10.5281/zenodo.2"}
@article{, title={No key}, doi=10.5281/zenodo.3}
@misc{b, title={Never closed { brace}, doi={10.5281/zenodo.4}
@dataset{c, title={After it}, doi={10.5281/zenodo.5}}
@article{d, title={Field used twice}, doi={10.5281/zenodo.6}, doi={10.5281/zenodo.6}}
@article{e, title={By its link}, url={https://doi.org/10.5281/zenodo.7}}
@article{f; title={Semicolons}; doi={10.5281/zenodo.8}}
@book{g, title = {A book}, publisher = {Nobody}}
@data{h, doi = {10.5281/zen\_odo.9}, note = {supplement to 10.1038/other}}
@misc{i, title={Preprint}, eprint={2101.00001}, archivePrefix={arXiv}}
"""


def test_every_entry_of_a_broken_bibtex_file_is_read():
    reading = read_pasted(BIBTEX)

    expected = [f"10.5281/zenodo.{n}" for n in range(1, 9)]
    assert [m.doi for m in reading.mentions] == [*expected, "10.5281/zen_odo.9", "10.48550/arxiv.2101.00001"]
    assert [(u.written, u.reason) for u in reading.unused] == [("A book", Leftover.NO_DOI)]


def test_entries_on_one_line_are_all_read():
    assert dois(f"@misc{{a, doi={{{ONE}}}}} @misc{{b, doi={{{TWO}}}}}") == [ONE, TWO]


def test_who_wrote_a_doi_with_a_mistake_and_without_one_meant_the_one_without():
    (mention,) = read_pasted(f"10,5281/zenodo.1\n{ONE}").mentions

    assert mention.way is Way.WRITTEN


RIS = """TY  - JOUR
TI  - One
DO  - 10.5281/zenodo.1
N1  - cites 10.1038/other
ER  -
TY  - DATA
TI  - Never ended
DO  - https://doi.org/10.5281/zenodo.2
TY  - DATA
DO  -10.5281/zenodo.3
ER  -
garbage
TY - DATA
UR  - https://doi.org/10.5281/zenodo.4
ER  -
TY  - BOOK
TI  - A book
ER  -
"""


@pytest.mark.parametrize("text", [RIS, RIS.replace("\n", "\r\n"), RIS.replace("\n", "\r"), "\ufeff" + RIS])
def test_every_entry_of_a_broken_ris_file_is_read(text):
    reading = read_pasted(text)

    assert [m.doi for m in reading.mentions] == [f"10.5281/zenodo.{n}" for n in range(1, 5)]
    assert [u.written for u in reading.unused] == ["A book"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_by_its_column_of_dois(delimiter):
    rows = [
        ("Title", "DOI", "Cites"),
        ("Ice", ONE, "10.1038/other"),
        ('"Snow"', "", "none"),
        ("Sea", TWO, ""),
    ]
    text = "\n".join(delimiter.join(row) for row in rows)

    reading = read_pasted(text)

    assert [m.doi for m in reading.mentions] == [ONE, TWO]
    assert [u.written for u in reading.unused] == ["Snow"]


@pytest.mark.parametrize("heading", ["DOI-Nummer", "DOI of the dataset", "doi_url", '"DOI (link)"'])
def test_a_table_is_known_by_a_heading_that_begins_with_doi(heading):
    assert dois(f"{heading};Title\n{ONE};Ice\n{TWO};Sea") == [ONE, TWO]


def test_what_excel_writes_above_the_headings_is_no_row():
    reading = read_pasted(f"\ufeffsep=;\r\nDOI;Titel\r\n{ONE};Eis\r\n")

    assert ([m.doi for m in reading.mentions], reading.unused) == ([ONE], ())


def test_a_cell_may_hold_several_dois():
    assert dois(f'DOIs,Title\n"{ONE}; {TWO}",Ice') == [ONE, TWO]


def test_of_a_cell_with_half_a_doi_the_row_is_read():
    assert dois(f"DOI,URL,Title\n10.5281,https://doi.org/{ONE},Ice") == [ONE]


def test_under_one_heading_alone_each_line_may_name_several():
    assert dois(f"DOIs of mine\n{ONE}, {TWO}\nIce, 10.5281/zenodo.3") == [ONE, TWO, "10.5281/zenodo.3"]


@pytest.mark.parametrize("part", [",", "<td>", "<>", "&lt;"])
def test_a_long_row_without_dois_is_read_in_a_time_that_grows_like_its_length(part):
    def seconds(count):
        began = time.process_time()
        read_pasted(part * count)
        return time.process_time() - began

    assert seconds(16_000) < 40 * min(seconds(1_000) for _ in range(3))


def test_a_letter_that_speaks_of_dois_is_no_table():
    assert dois(f"doi, {ONE}, {TWO}") == [ONE, TWO]
    assert dois(f"Dear all, please add these\n{ONE} and {TWO}") == [ONE, TWO]
    assert dois(f"doi:{ONE}, doi:{TWO}\n10.5281/zenodo.3 10.5281/zenodo.4") == [
        ONE, TWO, "10.5281/zenodo.3", "10.5281/zenodo.4",
    ]  # fmt: skip


def test_a_table_without_headings_is_a_list():
    assert dois(f"1,{ONE},x\n2,{TWO},y")[0].startswith(ONE)


def test_files_are_read_in_the_encodings_that_programs_write():
    text = f"Zoë {ONE}"

    for content in (text.encode(), text.encode("utf-8-sig"), text.encode("utf-16"), text.encode("cp1252")):
        assert read_file(content) == text


@pytest.mark.parametrize(
    "start", [b"PK\x03\x04", b"\x1f\x8b", b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_a_file_that_holds_no_text_is_not_read_as_one(start):
    with pytest.raises(UnreadableFileError):
        read_file(start + bytes(range(256)) + ONE.encode())


def test_more_than_can_be_looked_up_is_cut_and_said():
    reading = read_pasted("\n".join(f"10.5281/zenodo.{n}" for n in range(MAX_DOIS + 1)))

    assert (len(reading.mentions), reading.cut) == (MAX_DOIS, True)


SUFFIX = st.from_regex(r"[a-z0-9][a-z0-9._/-]{0,20}(\([a-z0-9-]{1,9}\))?[a-z0-9]", fullmatch=True)


@given(st.lists(SUFFIX, max_size=30), st.sampled_from(["\n", " ", ", ", "; ", "\t"]), st.booleans())
def test_whatever_dois_are_listed_are_found_again(suffixes, glue, as_links):
    wanted = list(dict.fromkeys(f"10.5281/{suffix}" for suffix in suffixes))
    text = glue.join(f"https://doi.org/{doi}" if as_links else doi for doi in wanted)

    for mention, doi in zip(read_pasted(text).mentions, wanted, strict=True):
        assert doi in {mention.doi, *mention.others}


@given(st.text())
def test_no_text_breaks_the_reading(text):
    for mention in read_pasted(text).mentions:
        assert exact_doi(mention.doi) == mention.doi


@given(st.text(alphabet='@{}(),="abcTYDO -\n10./\\'))
def test_no_bibliography_breaks_the_reading(text):
    read_pasted(f"@article{{{text}\n@misc{{x,{text}}}")
    read_pasted(f"TY  - {text}\nDO  - {text}")
    read_pasted(f"doi,title\n{text}")


@given(st.binary())
def test_no_file_breaks_the_reading(content):
    with suppress(UnreadableFileError):
        read_pasted(read_file(content))


@pytest.mark.parametrize(
    "text",
    [
        "@" * 50_000,
        "{" * 100_000,
        "@a{" * 20_000,
        "10." * 50_000,
        ",10.1234/" * 20_000,
        "10.1234/" + ")" * 200_000,
    ],
)
def test_no_text_takes_long(text):
    read_pasted(text)
