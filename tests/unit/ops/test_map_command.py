import io
import json

import pytest
from click.testing import CliRunner

from profiles.ops.doi_commands.map import in_file, map_command
from tests.support.doi_records import raw_record

ONE, TWO = raw_record("10.5072/one"), raw_record("10.5072/two")


def run(*arguments, fetch=None, given=None):
    return CliRunner().invoke(map_command(fetch or (lambda _: b"")), list(arguments), input=given)


def lines_of(result):
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


SHAPES = {
    "a record on each line": f"{json.dumps(ONE)}\n\n{json.dumps(TWO)}\n",
    "a page of the API on one line": json.dumps({"data": [ONE, TWO], "meta": {}}),
    "a page of the API on many lines": json.dumps({"data": [ONE, TWO]}, indent=2),
    "a list": json.dumps([ONE, TWO]),
    "a list on many lines": json.dumps([ONE, TWO], indent=1),
    "answers to questions for one DOI": f"{json.dumps({'data': ONE})}\n{json.dumps({'data': TWO})}",
    "a mark of byte order": f"\ufeff{json.dumps(ONE)}\n{json.dumps(TWO)}\n",
}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES.keys())
def test_a_file_gives_one_line_for_each_record(text, tmp_path):
    file = tmp_path / "dois.json"
    file.write_text(text)

    lines = lines_of(run(str(file), "--json"))

    assert [line["doi"] for line in lines] == ["10.5072/one", "10.5072/two"]
    assert all(set(line) == {"doi", "work", "refused", "dropped"} for line in lines)
    assert lines[0]["work"]["title"]["title"]["value"] == "Water levels of the river Spree"


def test_a_single_record_on_many_lines_is_one_record():
    assert len(list(in_file(io.BytesIO(json.dumps(ONE, indent=4).encode())))) == 1


def test_standard_input_is_read_and_a_broken_line_costs_only_itself():
    given = f"{json.dumps(ONE)}\n{{broken\n{json.dumps(raw_record('10.5072/none', titles=[]))}\n"

    lines = lines_of(run("-", "--json", given=given))

    assert [(line["doi"], (line["refused"] or {}).get("code")) for line in lines] == [
        ("10.5072/one", None),
        (None, "broken-record"),
        ("10.5072/none", "title-missing"),
    ]
    assert set(lines[1]["refused"]) == {"code", "field", "message"}


def test_an_empty_file_has_no_records(tmp_path):
    file = tmp_path / "empty"
    file.write_bytes(b"\n \n")

    assert lines_of(run(str(file), "--json")) == []


def test_a_doi_is_fetched_whatever_its_form():
    asked = []

    def fetch(doi):
        asked.append(doi)
        return json.dumps(ONE).encode()

    lines_of(run("https://doi.org/10.5072/ONE", "--json", fetch=fetch))

    assert asked == ["10.5072/one"]


def test_for_people_the_work_is_told_field_by_field_and_then_what_is_not_sent(tmp_path):
    record = raw_record(
        creators=[{"name": f"Person, No. {n}", "nameType": "Personal"} for n in range(12)],
        publisher="Zenodo",
        publicationYear=2563,
        titles=[{"title": "Pegel", "lang": "de"}, {"title": "Levels", "lang": "en"}],
    )
    file = tmp_path / "one.json"
    file.write_text(json.dumps(record))

    told = run(str(file)).output

    assert [line for line in told.splitlines() if line.startswith("  ") and not line.startswith("    ")] == [
        "  title        Pegel",
        "  translated   Levels [en]",
        "  type         data-set",
        "  appeared in  Zenodo",
        "  language     de",
        "  address      https://doi.org/10.5072/river-levels",
        "  identifier   self doi 10.5072/river-levels",
        *(f"  contributor  No. {n} Person (author)" for n in range(10)),
        "  not sent, or not as it was:",
    ]
    assert "and 2 more" in told
    assert "publicationYear: 2563" in told


def test_what_is_neither_a_file_nor_a_doi_is_said():
    result = run("nonsense")

    assert result.exit_code == 1
    assert "neither a file nor a DOI" in result.output
