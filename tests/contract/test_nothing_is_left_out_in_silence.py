"""What recorded metadata say is on the work, or in the report of what is left out."""

import json
import os
import re
from collections import Counter

import pytest

from profiles.domain.mapping.dates import read_date
from profiles.domain.mapping.languages import language_code
from profiles.domain.mapping.orcid_work import plain
from profiles.domain.mapping.works import map_work
from profiles.domain.records.doi_record import BrokenRecordError, read_doi_record
from profiles.domain.records.texts import clean
from tests.support.shared import shared

pytestmark = pytest.mark.contract
EVERY = int(os.environ.get("LEFT_OUT_EVERY", "6"))
"""Of so many records of the corpus one is taken; ``make proof left-out`` takes all."""
COMPARED = 100
"""How many letters of a text are compared: the report shows the beginning of a long one."""


def letters(value):
    return "".join(filter(str.isalnum, clean(str(value)))).casefold()


def deposited(record):
    """Yield field and value of all that ORCID has a place for."""
    yield from (("titles", one.title) for one in record.titles or ())
    yield from (("descriptions", one.description) for one in record.descriptions or ())
    for field in ("creators", "contributors"):
        for person in getattr(record, field) or ():
            yield field, person.name
            yield from (("iDs", orcid_id) for one in person.name_identifiers or () for orcid_id in ids(one))
    yield "publisher", record.publisher_name
    yield "publicationYear", record.publication_year
    yield from (("dates", one.date) for one in record.dates or ())
    yield "language", record.language
    if record.container:
        yield from (("container", one) for one in (record.container.title, record.container.identifier))
    for one in record.related_identifiers or ():
        yield f"relation {one.relation_type}", one.related_identifier
    for item in record.related_items or ():
        if item.titles and item.relation_type in {"IsPartOf", "IsPublishedIn"}:
            yield "relatedItems", item.titles[0].title
        if item.related_item_identifier:
            yield f"relation {item.relation_type}", item.related_item_identifier.related_item_identifier
    yield from (("identifiers", one.identifier) for one in record.identifiers or ())
    yield from (("identifiers", one.alternate_identifier) for one in record.alternate_identifiers or ())
    for award in record.funding_references or ():
        yield from (("funding", number) for number in re.split(r"[;,]", award.award_number or ""))
        yield "funding", award.award_uri or award.award_number or award.funder_name


def ids(identifier):
    if "orcid" in f"{identifier.name_identifier_scheme} {identifier.name_identifier}".lower():
        yield from re.findall(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", identifier.name_identifier or "")


class Result:
    """What became of one record, in the letters by which values are compared."""

    def __init__(self, record):
        found = map_work(record)
        self.work = plain(found.work)
        self.text = letters(json.dumps(self.work, ensure_ascii=False))
        self.report = letters(" ".join(f"{field} {value} {reason}" for field, value, reason in found.notes))
        self.relations = {str(value).partition(" (")[0] for _, value, _ in found.notes}
        self.is_shortened = any("more names" in str(value) for _, value, _ in found.notes)
        ids_sent = self.work["external-ids"]["external-id"]
        self.identifiers = [letters(one["external-id-value"]) for one in ids_sent]
        date = self.work.get("publication-date") or {}
        self.date = tuple(int(date[p]["value"]) if p in date else None for p in ("year", "month", "day"))

    def names(self, field, value):
        """Tell whether a value is on the work, as it is or in ORCID's form, or in the report."""
        bare = letters(value)[:COMPARED]
        if not bare or bare in self.text or bare in self.report:
            return True
        if field in {"creators", "contributors", "iDs"}:
            words = map(letters, re.split(r"[\s,.;()*]+", clean(value)))
            return self.is_shortened or all(word in self.text or word in self.report for word in words)
        if field in {"dates", "publicationYear"}:
            return read_date(str(value)) == self.date
        if field == "language":
            return language_code(value) == self.work.get("language-code")
        is_counted = field.removeprefix("relation ") in self.relations
        return is_counted or any(one in bare for one in self.identifiers)


@pytest.mark.parametrize("name", ["dois.jsonl", "dois_testsystem.jsonl"])
def test_each_value_is_on_the_work_or_in_the_report(name, capsys):
    compared, silent = Counter(), []

    for raw in shared(f"corpus/{name}").read_bytes().splitlines()[::EVERY]:
        try:
            record = read_doi_record(raw)
        except BrokenRecordError:
            continue
        if map_work(record).work is None:
            continue
        result = Result(record)
        for field, value in deposited(record):
            if value and str(value).strip():
                compared[field.partition(" ")[0]] += 1
                if not result.names(field, value):
                    silent.append((record.doi, field, value))

    with capsys.disabled():
        print(f"\nleft-out: {compared.total()} values of {name}")  # noqa: T201
    assert silent == []
    assert min(compared[field] for field in ("titles", "creators", "dates", "relation", "publisher")) > 100
