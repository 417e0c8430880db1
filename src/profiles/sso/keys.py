"""Signing keys: created early, published before they sign and long after, parsed once, private keys sealed.

A key signs for ninety days. Its successor is in the key set a day before it signs, so that every relying
party that caches the set for an hour has it in time. The predecessor stays in the set for as long as a
session can last, because relying parties send ID tokens of that age at sign-out.
"""

import hashlib
import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, RSAKey

from profiles.infra import clock, wiring
from profiles.sso import audit
from profiles.sso.models import SigningKey

ALGORITHMS: Final = ("RS256", "ES256")
RSA_BITS: Final = 2048
"""Enough for keys that sign for 90 days (NIST SP 800-57: until 2030); 3072 bits triple the time to sign."""
SIGNS_FOR: Final = timedelta(days=90)
AHEAD: Final = timedelta(days=1)
PUBLISHED_AFTER: Final = timedelta(days=15)
CACHE_SECONDS: Final = 3600
"""How long relying parties may cache the key set."""
RELOAD_SECONDS: Final = 30
PURPOSE: Final = "sso.signing-key"
_LOCK: Final = 0x50524F46


@dataclass(frozen=True, slots=True)
class KeyRing:
    """A snapshot of all keys: which of them sign, and the published key set, ready to be sent."""

    signers: dict[str, list[tuple[datetime, str]]]
    public: KeySet
    document: bytes
    etag: str
    read_at: float

    def kid_for(self, alg: str, moment: datetime) -> str | None:
        """Return the newest key that may sign at this moment."""
        ready = [kid for signs_from, kid in self.signers.get(alg, []) if signs_from <= moment]
        return ready[-1] if ready else None


_ring: KeyRing | None = None


def ring() -> KeyRing:
    """Return the keys, read again twice a minute, so that a rotation reaches every process."""
    global _ring  # noqa: PLW0603  one for each process
    snapshot = _ring
    if snapshot is None or time.monotonic() - snapshot.read_at > RELOAD_SECONDS:
        snapshot = _ring = _read()
    return snapshot


def forget() -> None:
    """Read the keys again at the next use."""
    global _ring  # noqa: PLW0603  one for each process
    _ring = None


def _read() -> KeyRing:
    rows = list(_live_keys())
    if {row.alg for row in rows if row.signs_from <= clock.now()} < set(ALGORITHMS):
        rotate()
        rows = list(_live_keys())
    signers: dict[str, list[tuple[datetime, str]]] = {alg: [] for alg in ALGORITHMS}
    for row in rows:
        signers[row.alg].append((row.signs_from, row.kid))
    published = [row.public for row in rows]
    cookie = _cookie_key()
    document = json.dumps(
        {"keys": [*published, *([cookie] if cookie else [])]}, separators=(",", ":")
    ).encode()
    return KeyRing(
        signers,
        KeySet.import_key_set({"keys": published}),
        document,
        f'"{hashlib.sha256(document).hexdigest()[:32]}"',
        time.monotonic(),
    )


def _live_keys() -> Any:
    return SigningKey.objects.exclude(ends_at__lte=clock.now()).order_by("signs_from", "id")


@cache
def _cookie_key() -> dict[str, Any] | None:
    """Return the public key of the shared cookie, a separate key that never signs an ID token."""
    pem = settings.ENVIRONMENT.JWT_PUBLIC_KEY
    return _public_jwk(RSAKey.import_key(pem), "RS256") if pem else None


def _public_jwk(key: Key, alg: str) -> dict[str, Any]:
    return {**key.as_dict(private=False), "kid": key.thumbprint(), "use": "sig", "alg": alg}


@lru_cache(maxsize=16)
def _private(kid: str) -> Key:
    """Unseal and parse a key once: parsing at each use would cost 37 ms."""
    row = SigningKey.objects.get(kid=kid)
    pem = wiring.vault().unseal(bytes(row.private), purpose=PURPOSE)
    return RSAKey.import_key(pem) if row.alg == "RS256" else ECKey.import_key(pem)


def sign(content: dict[str, Any], *, alg: str, kind: str = "JWT") -> str:
    """Sign a token with the current key."""
    try:
        kid, key = _current_key(alg)
    except SigningKey.DoesNotExist:
        # The key was deleted from the database after the keys were read.
        forget()
        kid, key = _current_key(alg)
    return jwt.encode({"alg": alg, "typ": kind, "kid": kid}, content, key, algorithms=[alg])


def _current_key(alg: str) -> tuple[str, Key]:
    kid = ring().kid_for(alg, clock.now())
    assert kid is not None, f"no {alg} key signs yet"
    return kid, _private(kid)


def read_own(token: str) -> dict[str, Any]:
    """Return the claims of a token that we signed; its times are not checked.

    Raises:
        JoseError, ValueError: we did not sign it.
    """
    return dict(jwt.decode(token, ring().public, algorithms=list(ALGORITHMS)).claims)


@transaction.atomic
def rotate(*, now: datetime | None = None, at_once: bool = False, early: bool = False) -> list[str]:
    """Create the keys that are due and end old ones. Safe to run twice, and by two processes at once.

    ``at_once`` is for emergencies: new keys sign immediately, and all others are removed from the key set.
    ``early`` creates the successors now; they sign after the usual delay, when relying parties have them.
    """
    moment = now or clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if at_once:
        for row in _live_keys():
            _end(row, moment, note="emergency")
    made = [kid for alg in ALGORITHMS if (kid := _make_if_due(alg, moment, early=early))]
    forget()
    return made


def _make_if_due(alg: str, moment: datetime, *, early: bool) -> str | None:
    rows = list(SigningKey.objects.filter(alg=alg).exclude(ends_at__lte=moment).order_by("signs_from"))
    newest = rows[-1] if rows else None
    for row, successor in pairwise(rows):
        if row.ends_at is None and successor.signs_from <= moment:
            row.ends_at = successor.signs_from + PUBLISHED_AFTER
            row.save(update_fields=["ends_at"])
            audit.write(audit.Event.KEY_ENDED, note=f"{row.kid} {row.ends_at:%Y-%m-%d}")
    successor_after = SIGNS_FOR - AHEAD if not early else timedelta()
    if newest is not None and newest.signs_from + successor_after > moment:
        return None
    return _make(alg, moment, signs_from=moment if newest is None else moment + AHEAD)


def _make(alg: str, moment: datetime, *, signs_from: datetime) -> str:
    key: RSAKey | ECKey = RSAKey.generate_key(RSA_BITS) if alg == "RS256" else ECKey.generate_key("P-256")
    public = _public_jwk(key, alg)
    SigningKey.objects.create(
        kid=public["kid"],
        alg=alg,
        private=wiring.vault().seal(key.as_pem(private=True).decode(), purpose=PURPOSE),
        public=public,
        made_at=moment,
        signs_from=signs_from,
    )
    audit.write(audit.Event.KEY_MADE, note=f"{public['kid']} {alg}")
    return str(public["kid"])


def _end(row: SigningKey, moment: datetime, *, note: str) -> None:
    row.ends_at = moment
    row.save(update_fields=["ends_at"])
    audit.write(audit.Event.KEY_ENDED, note=f"{row.kid} {note}")
