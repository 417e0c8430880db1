"""Dumps of other databases: whatever a value holds, it is read as it was written."""

import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.infra.table_dumps import mysql
from profiles.infra.table_dumps.mysql import DumpError, MysqlDump
from profiles.infra.table_dumps.opening import TableReader, parts_of
from tests.support.previous_service.database import literal

HEAD = (
    b"/*!50503 SET NAMES utf8mb4 */;\nCREATE TABLE `t` (\n  `id` int,\n  `a` text,\n  `b` text\n) ENGINE=X;\n"
)
texts = st.none() | st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("'\\\"\n(),;`%_"))


def rows(dump: bytes, columns=("a", "b"), size=1000):
    return [
        row for _table, batch in MysqlDump(io.BytesIO(dump), {"t": columns}).batches(size) for row in batch
    ]


@given(values=st.lists(st.tuples(texts, texts)), chunk=st.integers(30, 80), is_extended=st.booleans())
def test_every_value_is_read_as_it_was_written(values, chunk, *, is_extended):
    written = [f"({n},{literal(a)},{literal(b)})" for n, (a, b) in enumerate(values)]
    inserts = [",".join(written)] if is_extended and written else written
    dump = HEAD + "".join(f"INSERT INTO `t` VALUES {rows};\n" for rows in inserts).encode()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mysql, "_CHUNK", chunk)
        found = rows(dump)

    assert found == [{"a": a, "b": b} for a, b in values]


def test_the_other_forms_of_values_and_statements_are_read():
    dump = HEAD + (
        b"INSERT INTO `other` VALUES (1,'INSERT INTO `t` VALUES (9,9,9);');\n"
        b"INSERT IGNORE INTO `db`.`t` (`b`, `id`, `a`) VALUES\n(0x4AC3B6, 1, _binary 'J\\0'),\n"
        b"(-1.5e3,2,'it''s \\% \\Z');\nREPLACE INTO `t` VALUES (3,_utf8mb4'x',NULL);\n-- Dump completed\n"
    )
    reader = MysqlDump(io.BytesIO(dump), {"t": ("id", "a", "b", "absent")})

    found = [row for _table, batch in reader.batches(2) for row in batch]

    assert found == [
        {"id": "1", "a": "J\x00", "b": "Jö"},
        {"id": "2", "a": "it's \\% \x1a", "b": "-1.5e3"},
        {"id": "3", "a": "x", "b": None},
    ]
    assert (reader.other_tables, reader.is_complete) == (["other"], True)


def test_text_in_another_character_set_is_read_and_damage_stays_visible():
    latin = HEAD.replace(b"utf8mb4", b"latin1") + b"INSERT INTO `t` VALUES (1,'J\xf6rg','\x80');\n"
    assert rows(latin) == [{"a": "Jörg", "b": "€"}]
    assert rows(HEAD + b"INSERT INTO `t` VALUES (1,'J\xf6rg','');\n") == [{"a": "J\udcf6rg", "b": ""}]
    with pytest.raises(DumpError, match="character set sjis"):
        rows(HEAD.replace(b"utf8mb4", b"sjis"))


def read_until_damage(dump):
    """Return the rows before the damage, and what is said about it."""
    found, batches = [], MysqlDump(io.BytesIO(dump), {"t": ("a",)}).batches(2)
    try:
        for _table, batch in batches:
            found += [row["a"] for row in batch]
    except DumpError as error:
        return found, str(error)
    return found, ""


@pytest.mark.parametrize(
    "end", [b",(4,'secret", b",", b",(4,'secret')", b",(4,'secret','x','y');", b" oops;"]
)
def test_a_dump_that_is_damaged_keeps_the_rows_before_and_says_where(end):
    rows = b"INSERT INTO `t` VALUES (1,'a','x'),(2,'b','x'),(3,'c','x')"

    found, said = read_until_damage(HEAD + rows + end)

    assert found[:2] == ["a", "b"]
    assert "byte" in said
    assert "secret" not in said


def test_a_long_statement_of_another_table_is_passed_over_without_holding_it(monkeypatch):
    monkeypatch.setattr(mysql, "_CHUNK", 64)
    monkeypatch.setattr(mysql, "MAX_ROW", 1000)
    dump = (
        HEAD
        + b"INSERT INTO `other` VALUES (1,'"
        + b"x" * 5000
        + b"');\nINSERT INTO `t` VALUES (1,'a','b');\n"
    )

    assert rows(dump) == [{"a": "a", "b": "b"}]


def test_csv_files_are_read_by_the_names_of_their_columns(tmp_path):
    with gzip.open(tmp_path / "t.csv.gz", "wt", newline="") as file:
        file.write('id,b,name,a\n1,"x\n""y""",NULL,\\N\n2,NULL,,\n')
    (part,) = parts_of(tmp_path, ["t", "u"])

    batches = list(TableReader(part, {"t": ("a", "b", "name", "absent")}).batches(10))

    assert batches == [
        ("t", [{"a": None, "b": 'x\n"y"', "name": "NULL"}, {"a": None, "b": None, "name": None}])
    ]


def test_a_csv_line_with_another_number_of_fields_is_reported(tmp_path):
    (tmp_path / "t.csv").write_text("id,a\n1,2\n3\n")
    (part,) = parts_of(tmp_path / "t.csv", ["t"])

    with pytest.raises(DumpError, match="line 3 has 1 fields, not 2"):
        list(TableReader(part, {"t": ("a",)}).batches(10))
