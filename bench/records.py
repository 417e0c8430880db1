"""Invented DOI records at any scale: seeded, one JSON line each, in constant memory.

The shapes follow what was counted in real records: kinds of repositories with their own numbers of
creators, sizes, relations and shares of ORCID iDs; the oddities at the rates at which they occur.

    python -m bench.records --records 100000 --out var/bench/records --parts 4
"""

import argparse
import gzip
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

_json: Final = msgspec.json.encode
_SYLLABLES: Final = [
    "ka",
    "lo",
    "mi",
    "ren",
    "tas",
    "vor",
    "del",
    "ani",
    "su",
    "ber",
    "gha",
    "no",
    "tri",
    "el",
    "mon",
    "da",
    "pe",
    "ri",
    "zu",
    "fen",
    "qua",
    "sil",
    "ot",
    "ham",
]
_RELATIONS: Final = (
    "References",
    "Cites",
    "IsSupplementTo",
    "IsDocumentedBy",
    "IsSourceOf",
    "IsReferencedBy",
)


@dataclass(frozen=True)
class Archetype:
    """One kind of repository: weight, share of DOIs with iDs, creators and bytes, what its records show."""

    client: str
    prefix: str
    weight: float
    orcid_share: float
    creators: tuple[int, int, int]
    log_bytes: tuple[float, float]
    types: tuple[str, ...]
    version_of: float = 0.0
    part_of_url: float = 0.0
    part_of_doi: float = 0.0
    references: float = 0.0
    bare_ids: float = 0.0


# Measured: ORCID share, creators (p50, p90, p99), ln(bytes) mu and sigma, relations. Weights are a choice.
ARCHETYPES: Final = (
    Archetype(
        "cern.zenodo",
        "10.5281",
        0.25,
        0.38,
        (2, 6, 14),
        (8.14, 0.48),
        ("Dataset", "Text", "Image", "Software"),
        version_of=0.61,
        part_of_url=0.3,
        bare_ids=0.15,
    ),
    Archetype(
        "figshare.ars",
        "10.6084",
        0.15,
        0.24,
        (4, 11, 20),
        (8.01, 0.38),
        ("Dataset", "Collection", "Text"),
        version_of=0.2,
    ),
    Archetype(
        "arxiv.content", "10.48550", 0.10, 0.0, (3, 7, 26), (8.24, 0.24), ("Text", "Preprint"), version_of=1.0
    ),
    Archetype("gbif.gbif", "10.15468", 0.10, 0.05, (1, 1, 3), (8.5, 0.89), ("Dataset",), references=1.0),
    Archetype(
        "pangaea.repository",
        "10.1594",
        0.05,
        0.40,
        (2, 6, 9),
        (8.28, 0.6),
        ("Dataset", "Collection"),
        part_of_doi=0.7,
        references=0.83,
    ),
    Archetype(
        "bl.cam", "10.17863", 0.10, 0.69, (4, 14, 20), (8.2, 0.38), ("Text", "JournalArticle", "Other")
    ),
    Archetype("cos.osf", "10.31219", 0.03, 0.79, (3, 8, 41), (8.03, 0.46), ("Text",)),
    Archetype("ccdc.csd", "10.5517", 0.05, 0.0, (5, 8, 10), (7.88, 0.12), ("Dataset",)),
    Archetype("rg.rg", "10.13140", 0.12, 0.0, (2, 5, 10), (7.23, 0.17), ("Text", "Other")),
    Archetype("cern.hepdata", "10.17182", 0.001, 0.5, (1200, 2300, 2858), (12.46, 0.38), ("Text", "Dataset")),
    Archetype("estdoi.bio", "10.15156", 0.02, 0.0, (71, 71, 71), (9.26, 0.01), ("Dataset",)),
    Archetype("crossref.citations", "10.1016", 0.03, 0.17, (4, 9, 63), (8.3, 0.74), ("Text",)),
)
_AVERAGE_SHARE: Final = sum(a.weight * a.orcid_share for a in ARCHETYPES) / sum(a.weight for a in ARCHETYPES)


def check_digit(digits: str) -> str:
    """ISO 7064, MOD 11-2."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)


def orcid_id(number: int) -> str:
    """The iD of the n-th invented person: 15 % in ORCID's newer block, the rest in its older one."""
    spread = (number * 2_654_435_761) % 18_000_000
    first = f"{900_000_000_000 + spread * 5:015d}" if number % 20 < 3 else f"{15_000_001 + spread:015d}"
    whole = first + check_digit(first)
    return f"{whole[:4]}-{whole[4:8]}-{whole[8:12]}-{whole[12:]}"


class Generator:
    """Makes records. The same seed and numbers make the same bytes."""

    def __init__(self, *, records: int, seed: int = 7, orcid_share: float = 0.3) -> None:
        self._draw = random.Random(seed)
        self._records = records
        self._share = orcid_share / _AVERAGE_SHARE
        self.people = max(records // 4, 100)
        self._weights = [a.weight for a in ARCHETYPES]
        self._bodies = {a.client: [self._body(a) for _ in range(40)] for a in ARCHETYPES}
        self._surnames = [self._word(2, 3).capitalize() for _ in range(4_000)]
        self._given = [self._word(1, 3).capitalize() for _ in range(1_500)]

    def lines(self) -> Iterator[bytes]:
        """Yield the records, each with its line end."""
        for number in range(self._records):
            yield self._line(number)

    def person(self) -> int:
        """Draw a person: few with many works, many with one; the first hundredth has a tenth of all."""
        return int(self._draw.random() ** 2 * self.people) * 7_919 % self.people

    def _line(self, number: int) -> bytes:
        draw = self._draw
        kind = draw.choices(ARCHETYPES, self._weights)[0]
        doi = f"{kind.prefix}/made.{number}".encode()
        day = f"{2012 + number % 14}-{number % 12 + 1:02}-{number % 28 + 1:02}".encode()
        client = _json({"client": {"data": {"id": kind.client, "type": "clients"}}})
        return b"".join(
            (
                b'{"id":"', doi, b'","type":"dois","attributes":{"doi":"', doi, b'","creators":',
                self._creators(kind), draw.choice(self._bodies[kind.client]),
                b',"relatedIdentifiers":', self._relations(kind, number),
                b',"url":"https://repository.example.org/', doi, b'","state":"findable","created":"', day,
                b'T08:00:00.000Z","registered":"', day, b'T08:00:01.000Z","updated":"', day,
                b'T09:30:00.000Z"},"relationships":', client, b"}\n",
            )
        )  # fmt: skip

    def _creators(self, kind: Archetype) -> bytes:
        draw = self._draw
        median, ninety, most = kind.creators
        place = draw.random()
        count = draw.randint(1, median) if place < 0.5 else draw.randint(median, ninety)
        if place > 0.97:
            count = draw.randint(ninety, most)
        chance = 0.0
        if draw.random() < kind.orcid_share * self._share:
            chance = 1.0 if draw.random() < 0.48 else 0.41
        return b"[" + b",".join(self._creator(kind, chance) for _ in range(count)) + b"]"

    def _creator(self, kind: Archetype, chance: float) -> bytes:
        draw = self._draw
        given, family = draw.choice(self._given), draw.choice(self._surnames)
        ids = b"[]"
        if draw.random() < chance:
            ids = self._identifier(kind)
        return (
            (
                f'{{"name":"{family}, {given}","nameType":"Personal","givenName":"{given}",'
                f'"familyName":"{family}","affiliation":["University of '
            ).encode()
            + f'{family}"],"nameIdentifiers":'.encode()
            + ids
            + b"}"
        )

    def _identifier(self, kind: Archetype) -> bytes:
        draw = self._draw
        odd = draw.random()
        bare = orcid_id(self.person())
        if odd < 0.009:
            return b'[{"schemeUri":"https://orcid.org","nameIdentifier":null,"nameIdentifierScheme":"ORCID"}]'
        if odd < 0.010:
            return b'[{"nameIdentifier":"ORCID iD not provided","nameIdentifierScheme":"ORCID"}]'
        if odd < 0.011:
            bare = bare[:-1] + ("0" if bare[-1] != "0" else "1")
        if draw.random() < kind.bare_ids:
            return f'[{{"schemeUri":null,"nameIdentifier":"{bare}","nameIdentifierScheme":"ORCID"}}]'.encode()
        uri = f"https://orcid.org/{bare}"
        return (
            f'[{{"schemeUri":"https://orcid.org","nameIdentifier":"{uri}","nameIdentifierScheme":"ORCID"}}]'
        ).encode()

    def _relations(self, kind: Archetype, number: int) -> bytes:
        draw = self._draw
        found = []
        if draw.random() < kind.version_of:
            found.append(("IsVersionOf", f"{kind.prefix}/made.{number - number % 3}", "DOI"))
        if draw.random() < kind.part_of_url:
            found.append(("IsPartOf", "https://repository.example.org/communities/made", "URL"))
        if draw.random() < kind.part_of_doi:
            found.append(("IsPartOf", f"{kind.prefix}/whole.{number % 97}", "DOI"))
        if draw.random() < kind.references:
            many = min(int(math.exp(draw.gauss(1.6, 1.4))) + 1, 1_738)
            found += [(draw.choice(_RELATIONS), f"10.1016/ref.{number}.{n}", "DOI") for n in range(many)]
        return _json(
            [
                {"relationType": r, "relatedIdentifier": target, "relatedIdentifierType": t}
                for r, target, t in found
            ]
        )

    def _body(self, kind: Archetype) -> bytes:
        """The part of a record that nobody matches on, long enough for the size of its kind."""
        draw = self._draw
        wanted = min(int(math.exp(draw.gauss(*kind.log_bytes))), 170_000)
        publisher = f"Publisher {kind.client}"
        funding = [{"funderName": "Made Foundation", "awardNumber": "17"}]
        body = {
            "titles": [{"title": " ".join(self._word(1, 3) for _ in range(9)), "lang": "en"}],
            "publisher": {"name": publisher} if draw.random() < 0.02 else publisher,
            "container": {},
            "publicationYear": draw.randint(1995, 2026),
            "subjects": [{"subject": self._word(2, 4)} for _ in range(draw.randint(0, 6))],
            "contributors": [],
            "dates": [{"date": str(draw.randint(1995, 2026)), "dateType": "Issued"}],
            "language": draw.choice([None, "en", "eng", "de"]),
            "types": {"ris": "DATA", "schemaOrg": "Dataset", "resourceTypeGeneral": draw.choice(kind.types)},
            "sizes": [], "formats": [], "version": None,
            "rightsList": [{"rights": "CC BY 4.0", "rightsUri": "https://creativecommons.org/licenses/by/4.0/"}],
            "fundingReferences": funding if draw.random() < 0.1 else [],
            "schemaVersion": "http://datacite.org/schema/kernel-4",
        }  # fmt: skip
        fixed = len(_json(body)) + 300 * min(kind.creators[0], 71)
        words = max(wanted - fixed, 0) // 8
        text = " ".join(self._word(2, 4) for _ in range(words))
        body["descriptions"] = [{"description": text, "descriptionType": "Abstract"}] if text else []
        return b"," + _json(body)[1:-1]

    def _word(self, least: int, most: int) -> str:
        return "".join(self._draw.choices(_SYLLABLES, k=self._draw.randint(least, most)))


def enrolled_ids(generator: Generator, *, count: int, share: float = 0.05) -> Iterator[str]:
    """Yield iDs of enrolled people: a share of those in the records, filled up with others.

    ORCID has about twenty million iDs. When a million people are enrolled, one iD in twenty is one of
    theirs, and so we draw it, for those that stand in the records too.
    """
    known = min(int(generator.people * share), count)
    yield from (orcid_id(number * int(1 / share)) for number in range(known))
    yield from (orcid_id(generator.people + number) for number in range(count - known))


def write_parts(folder: Path, *, records: int, parts: int, seed: int = 7, orcid_share: float = 0.3) -> int:
    """Write part_NNNN.jsonl.gz files; return the bytes they hold unpacked."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = Generator(records=records, seed=seed, orcid_share=orcid_share).lines()
    size = 0
    for part in range(parts):
        # Level 6 as in DataCite's files.
        with gzip.open(folder / f"part_{part:04}.jsonl.gz", "wb", compresslevel=6) as packed:
            for line in islice(lines, records // parts + (part < records % parts)):
                size += packed.write(line)
    return size


def main() -> None:
    """Write files."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--records", type=int, default=100_000)
    words.add_argument("--parts", type=int, default=4)
    words.add_argument("--seed", type=int, default=7)
    words.add_argument("--orcid-share", type=float, default=0.3)
    words.add_argument("--out", type=Path, required=True)
    given = words.parse_args()
    size = write_parts(
        given.out, records=given.records, parts=given.parts, seed=given.seed, orcid_share=given.orcid_share
    )
    print(f"{given.records} records, {size / 1e6:.0f} MB unpacked, in {given.out}")


if __name__ == "__main__":
    main()
