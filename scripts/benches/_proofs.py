"""The seals of a log of many events: sealing it from its beginning, proving single events, going through all of it again."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from random import Random
from statistics import median, quantiles
from time import perf_counter
from uuid import UUID

from psycopg.sql import SQL, Identifier

from domain.seals.proof import check_proof
from projections.seals import Sealer, SealingKey, Seals, is_signed
from projections.seals.verification import Verification
from projections.store.pool import open_pool
from projections.store.recorder import EVENTS, LogRecorder
from scripts.benches._aims import Aim

SCHEMA = "proofs"
EVENTS_A_TICKET = 10
STATE_BYTES = 300
PROOFS = 1_000
P99_MS = 50

_FILL = SQL("""
    INSERT INTO {events} (originator_id, originator_version, topic, state)
    SELECT lpad(to_hex(number / %(each)s), 32, '0')::uuid, number %% %(each)s + 1, 'ticket.commented', convert_to(
        rpad('{{"event": {{"text": "' || md5(number::text), %(bytes)s, 'x'), 'UTF8')
    FROM generate_series(0, %(count)s - 1) AS number""")
_AS_LONG_AS_IT_TAKES = "SET statement_timeout = 0"


def proofs(url: str, events: int) -> Iterator[Aim]:
    """Measures in a schema of its own, and says what was found."""
    with open_pool(url) as pool:
        LogRecorder(pool, SCHEMA).create_tables()
        seals = Seals(pool, SCHEMA)
        seals.create_tables()
        with pool.connection() as connection:
            connection.execute(_AS_LONG_AS_IT_TAKES)
            fill = _FILL.format(events=Identifier(SCHEMA, EVENTS))
            connection.execute(fill, {"each": EVENTS_A_TICKET, "bytes": STATE_BYTES, "count": events})
        print(f"\nSeals: a log of {events:,} events of {STATE_BYTES} bytes, {EVENTS_A_TICKET} to a ticket")
        sealer = Sealer(pool, SCHEMA, SealingKey.make())
        spent = _timed(lambda: sealer.seal_now(datetime.now(UTC)))
        print(f"  sealed from its beginning in {spent:.1f} s, {events / spent:,.0f} events a second")
        took = sorted(1000 * one for one in _proved(seals, events))
        p50, p99 = median(took), quantiles(took, n=100)[98]
        print(f"  a proof: p50 {p50:.2f} ms, p99 {p99:.2f} ms, at most {took[-1]:.2f} ms")
        verification = Verification(pool, SCHEMA)
        spent = _timed(lambda: [*verification.findings()])
        print(f"  all of it held against the seal in {spent:.1f} s, {events / spent:,.0f} events a second")
        yield Aim(f"milliseconds for a proof at p99, under {P99_MS}", p99, p99 < P99_MS)


def _proved(seals: Seals, events: int) -> Iterator[float]:
    """How long each proof took, in seconds; all of them hold."""
    random = Random(1)
    for _ in range(PROOFS):
        number = random.randrange(events)
        ticket, version = UUID(int=number // EVENTS_A_TICKET), number % EVENTS_A_TICKET + 1
        begun = perf_counter()
        proof = seals.proof(ticket, version)
        yield perf_counter() - begun
        if problems := check_proof(proof, is_signed):
            raise RuntimeError(problems[0])


def _timed(does: Callable[[], object]) -> float:
    begun = perf_counter()
    does()
    return perf_counter() - begun
