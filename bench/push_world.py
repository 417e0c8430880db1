"""Invented people with permissions, kept records, and claims, for the benchmark of the push."""

import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any, Final

import psycopg
from bench.records import Generator, orcid_id

from profiles.accounts.models import Account
from profiles.claims.services import ClaimRequest, request_claims
from profiles.consents.models import Consent
from profiles.consents.sealing import seal_purpose
from profiles.domain.claim import Origin
from profiles.domain.consent import SCOPES, Purpose
from profiles.domain.records.doi_record import read_doi_record
from profiles.domain.records.sighting import read_sighting
from profiles.infra import clock, wiring
from profiles.intake.models import DoiSnapshot
from profiles.intake.payload import unpack
from profiles.intake.snapshots import SnapshotInput, fill_gaps
from profiles.pipeline.push.content import content_of

BATCH: Final = 1_000
Pair = tuple[str, str]


def batches(items: Sequence[Any], size: int = BATCH) -> Iterator[Sequence[Any]]:
    """Cut a list into pieces."""
    return (items[start : start + size] for start in range(0, len(items), size))


def people(count: int, *, after: int = 0) -> list[str]:
    """Return iDs, and give all of these people an account with Auto-Update and a permission."""
    since = clock.now() - timedelta(days=1)
    client_id = wiring.orcid_client(Purpose.AUTO_UPDATE).client_id
    ids = [orcid_id(number) for number in range(after, after + count)]
    for some in batches(ids):
        Account.objects.bulk_create([Account(orcid_id=who, auto_update_since=since) for who in some])
        Consent.objects.bulk_create(
            [
                Consent(
                    orcid_id=who,
                    purpose=Purpose.AUTO_UPDATE.value,
                    client_id=client_id,
                    scopes=list(SCOPES),
                    access_token=wiring.vault().seal(
                        "0" * 36, purpose=seal_purpose(who, Purpose.AUTO_UPDATE.value)
                    ),
                    granted_at=since,
                )
                for who in some
            ]
        )
    return ids


def works(count: int) -> tuple[list[str], list[bytes]]:
    """Keep so many records as if they had been taken in; return their DOIs and ready bodies."""
    dois: list[str] = []
    bodies: list[bytes] = []
    lines = Generator(records=count * 2).lines()
    while len(dois) < count:
        fit = []
        for line in islice(lines, BATCH):
            noted = SnapshotInput.of(read_sighting(line))
            content = content_of(read_doi_record(line))
            if content.refusal is None and len(dois) < count:
                fit.append(noted)
                dois.append(noted.record.doi)
                bodies.append(content.body())
        fill_gaps(fit)
    return dois, bodies


def mapping(dois: Sequence[str]) -> float:
    """Make works of kept records, and do nothing with them; return the seconds of own CPU it takes."""
    kept = DoiSnapshot.objects.filter(doi__in=dois).values_list("payload", flat=True)
    payloads = [bytes(payload) for payload in kept]
    began = time.process_time()
    for payload in payloads:
        content_of(read_doi_record(unpack(payload)))
    return (time.process_time() - began) * len(dois) / len(payloads)


def request(pairs: Sequence[Pair]) -> None:
    """Ask for these works, as Auto-Update does."""
    for some in batches(pairs):
        request_claims([request_of(*pair) for pair in some])


def request_of(who: str, doi: str) -> ClaimRequest:
    """Return the request that a rule makes."""
    return ClaimRequest(orcid_id=who, doi=doi, origin=Origin.AUTO_UPDATE, actor="rule")


def long_lane(url: str, who: str, dois: Sequence[str], count: int) -> None:
    """Let one person's claims stand before all others."""
    names = [*dois, *(f"10.5072/long.{number}" for number in range(count - len(dois)))][:count]
    request([(who, doi) for doi in names])
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "UPDATE claims_lane SET due_at = now() - interval '3 hours' WHERE orcid_id = %s", [who]
        )


def backlog(url: str, count: int, *, after: int) -> None:
    """Let so many claims of other people wait behind all others."""
    with psycopg.connect(url, autocommit=True) as connection:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE crowd (orcid_id text, doi text, number int);"
                "ALTER TABLE claims_claim SET (autovacuum_enabled = off)"
            )
            with cursor.copy("COPY crowd FROM STDIN") as copy:
                for number in range(count):
                    copy.write_row((orcid_id(after + number // 10), f"10.5072/crowd.{number}", number))
        connection.execute(
            "INSERT INTO claims_claim (uuid, orcid_id, doi, action, origin, state, problem, detail,"
            " request_version, tries, urgent, due_at, requested_at, owner_client)"
            " SELECT gen_random_uuid(), orcid_id, doi, 'create', 'orcid_update', 'waiting', '', '',"
            " 1, 0, false, now(), now(), '' FROM crowd"
        )
        connection.execute(
            "INSERT INTO claims_lane (orcid_id, due_at, request_version, urgent)"
            " SELECT DISTINCT orcid_id, now(), 1, false FROM crowd"
        )
        connection.execute("VACUUM ANALYZE claims_claim, claims_lane")


def stand_before(url: str, ids: Sequence[str], *, hours: int) -> None:
    """Let these people's claims be due since so long."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "UPDATE claims_lane SET due_at = now() - make_interval(hours => %s) WHERE orcid_id = ANY(%s)",
            [hours, list(ids)],
        )
