"""The log is sealed: all of it, once, in its order, whoever writes meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event, Thread
from uuid import uuid4

import psycopg
import pytest

from api.sealing import SealKeeper
from domain.refusals import UnknownStream
from domain.seals.merkle import EMPTY
from domain.seals.proof import check_consistency, check_proof
from domain.seals.seal import seal_problems
from projections.seals import NoSealingKey, NotSealed, Sealer, SealingKey, SealUnsound, is_signed
from projections.store.recorder import LogRecorder
from tests.seals.sealed import MONDAY, SealedLog
from tests.store.told import events


def test_an_empty_log_can_be_sealed(log: SealedLog):
    seal = log.seal().seal

    assert (1, 0, 0, EMPTY.hex(), "", "2026-03-02T09:00:00Z") == (
        *(seal.number, seal.position, seal.size, seal.root, seal.previous, seal.sealed_at),
    )
    assert [] == log.findings()


def test_a_seal_says_how_many_events_there_are_and_follows_the_one_before_it(log: SealedLog):
    log.record(300)
    first = log.seal()
    log.record(5)
    second = log.seal()

    assert (300, 305) == (first.seal.size, second.seal.size)
    assert (first.digest, 2) == (second.seal.previous, second.seal.number)
    assert [] == seal_problems(second, is_signed, log.key.public)
    assert [] == log.findings(log.key.public)


def test_where_nothing_is_new_nothing_is_sealed(log: SealedLog):
    log.record(3)

    assert log.seal() == log.seal()
    assert 1 == len(log.seals.rows())


@pytest.mark.parametrize("sizes", [(1, 255, 1, 300), (256, 256, 512), (65, 700, 3, 256, 12)])
def test_however_the_log_grew_every_event_is_proved(log: SealedLog, sizes: tuple[int, ...]):
    for size in sizes:
        log.record(size)
        log.seal()
    assert [] == log.findings()

    for number in {*range(0, log.events, 37), 0, 1, 254, 255, 256, log.events - 1} & {*range(log.events)}:
        version = number // log.streams + 1
        proof = log.seals.proof(log.stream(number), version)

        assert (number, version) == (proof.index, proof.leaf.version)
        assert [] == check_proof(proof, is_signed, log.key.public)


def test_a_log_of_three_levels_of_tiles_is_proved_from_its_first_to_its_last_event(log: SealedLog):
    log.streams = 1
    for _ in range(3):
        log.record(22_000)
    log.seal()
    log.record(10)
    log.seal()

    assert [] == log.findings()
    for version in (1, 256, 257, 65_536, 65_537, 66_000, 66_010):
        assert [] == check_proof(log.seals.proof(log.stream(0), version), is_signed)


def test_any_two_seals_are_consistent(log: SealedLog):
    log.seal()
    for size in (1, 2, 300, 17):
        log.record(size)
        log.seal()

    for later in range(1, 6):
        for earlier in range(1, later + 1):
            proof = log.seals.consistency(earlier, later)

            assert proof
            assert [] == check_consistency(proof, is_signed, log.key.public)
    assert log.seals.consistency(2, 1) is None
    assert log.seals.consistency(1, 6) is None


def test_without_a_version_the_last_sealed_event_is_proved(log: SealedLog):
    log.streams = 1
    log.record(4)
    log.seal()
    log.record(2)

    assert 4 == log.seals.proof(log.stream(0)).leaf.version


def test_what_is_not_sealed_cannot_be_proved(log: SealedLog):
    log.record(1)
    with pytest.raises(NotSealed, match="the log has not been sealed yet"):
        log.seals.proof(log.stream(0))

    log.seal()
    log.record(1)
    with pytest.raises(NotSealed, match=f"event 1 of {log.stream(1)} is not sealed yet"):
        log.seals.proof(log.stream(1), 1)
    with pytest.raises(NotSealed, match=f"nothing of {log.stream(1)} is sealed yet"):
        log.seals.proof(log.stream(1))
    with pytest.raises(UnknownStream):
        log.seals.proof(log.stream(0), 9)


def test_an_event_that_was_changed_is_not_proved(log: SealedLog):
    log.record(3)
    log.seal()
    log.does("UPDATE {events} SET state = '{{}}' WHERE notification_id = 2")

    with pytest.raises(SealUnsound, match="at position 2, is not as it was sealed"):
        log.seals.proof(log.stream(1))


def test_without_a_key_nothing_is_sealed(log: SealedLog):
    with pytest.raises(NoSealingKey):
        Sealer(log.pool, log.schema, None).seal_now(MONDAY)


def test_another_key_may_take_over(log: SealedLog):
    log.record(2)
    first = log.seal()
    log.key = SealingKey.make()
    log.record(2)
    second = log.seal()

    assert [] == log.findings()
    assert [(first.seal.key, first.seal.at), (second.seal.key, second.seal.at)] == [
        (one.id, one.since) for one in log.seals.known_keys()
    ]


def test_seals_are_found_by_number_and_by_position(log: SealedLog):
    made = []
    for size in (3, 2, 4):
        log.record(size)
        made.append(log.seal())

    assert made[2] == log.seals.latest()
    assert made[::-1] == log.seals.newest()
    assert [made[1]] == log.seals.newest(before=3, limit=1)
    assert [made[0], made[1], made[1], None] == [log.seals.covering(one) for one in (3, 4, 5, 10)]
    assert (made[1], None) == (log.seals.numbered(2), log.seals.numbered(4))


def test_two_sealers_at_once_make_one_seal(log: SealedLog):
    log.record(500)
    with ThreadPoolExecutor(4) as pool:
        sealed = [*pool.map(lambda _: log.sealer.seal_now(MONDAY), range(4))]

    assert 1 == len({one.digest for one in sealed})
    assert 1 == len(log.seals.rows())
    assert [] == log.findings()


def test_everything_is_sealed_once_whoever_writes_meanwhile(log: SealedLog, schema: str):
    enough = Event()

    def write() -> None:
        recorder = LogRecorder(log.pool, schema)
        while not enough.is_set():
            recorder.insert_events(events(2))

    writers = [Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for number in range(12):
        log.sealer.seal_now(MONDAY + timedelta(minutes=number))
    enough.set()
    for writer in writers:
        writer.join()
    last = log.sealer.seal_now(MONDAY + timedelta(hours=1)).seal

    assert [] == log.findings()
    assert log.recorder.max_notification_id() == last.position
    assert log.does("SELECT FROM {events}") == last.size


def test_an_event_that_comes_late_is_waited_for(log: SealedLog, database_url: str):
    """It took its position before the others and shows after them."""
    log.record(1)
    with psycopg.connect(database_url) as late:
        insert = f"INSERT INTO \"{log.schema}\".events VALUES (%s, 1, 'ticket.commented', '{{}}')"
        late.execute(insert, (uuid4(),))
        log.record(1)
        sealing = Thread(target=log.seal)
        sealing.start()
        sealing.join(0.2)
        assert sealing.is_alive()
        late.commit()
    sealing.join()

    latest = log.seals.latest()
    assert latest
    assert (3, 3) == (latest.seal.size, latest.seal.position)
    assert [] == log.findings()


def test_a_sealer_that_is_killed_leaves_nothing_behind_and_another_one_resumes(log: SealedLog, database_url: str):
    log.record(300)
    log.seal()
    log.record(700)
    with psycopg.connect(database_url) as other, ThreadPoolExecutor(1) as pool:
        other.execute(f'LOCK TABLE "{log.schema}".seals IN EXCLUSIVE MODE')
        sealing = pool.submit(log.seal)
        while not killed(log):
            assert not sealing.done()
        assert isinstance(sealing.exception(), psycopg.OperationalError)
    assert [] == log.findings()

    assert 1_000 == log.seal().seal.size
    assert [] == log.findings()


def killed(log: SealedLog) -> bool:
    """Whether somebody was about to write a seal, and is no more."""
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE %s"
    return log.does(kill, f'%INSERT INTO "{log.schema}"."seals"%') > 0


def test_nothing_is_built_on_a_seal_that_does_not_hold(log: SealedLog):
    log.record(3)
    log.seal()
    log.does("UPDATE {tiles} SET hashes = set_byte(hashes, 5, get_byte(hashes, 5) # 1)")
    log.record(1)

    with pytest.raises(SealUnsound, match="seal 1 does not hold"):
        log.seal()
    assert 1 == len(log.seals.rows())


# --- unasked --------------------------------------------------------------------------------------------------------------


def test_a_log_is_sealed_at_once_and_then_every_hour(log: SealedLog):
    at = MONDAY
    keeper = SealKeeper(log.sealer, lambda: at)
    log.record(1)

    keeper.seal_if_due()
    log.record(1)
    at += timedelta(minutes=59)
    assert 60 == keeper.seal_if_due()
    assert 1 == len(log.seals.rows())

    at += timedelta(minutes=1)
    keeper.seal_if_due()
    assert 2 == len(log.seals.rows())


def test_a_log_that_nobody_writes_to_is_looked_at_every_hour(log: SealedLog):
    at = MONDAY
    keeper = SealKeeper(log.sealer, lambda: at)
    keeper.seal_if_due()
    at += timedelta(hours=3)
    keeper.seal_if_due()
    log.record(1)
    at += timedelta(minutes=30)
    keeper.seal_if_due()
    assert 1 == len(log.seals.rows())

    at += timedelta(minutes=30)
    keeper.seal_if_due()
    assert 2 == len(log.seals.rows())


def test_nobody_seals_unasked_without_a_key_or_a_schedule(log: SealedLog):
    for sealer in (Sealer(log.pool, log.schema, None, every=timedelta(hours=1)), Sealer(log.pool, log.schema, log.key)):
        SealKeeper(sealer, lambda: MONDAY).run(Event())

        assert sealer.next_at(MONDAY) is None
    assert [] == log.seals.rows()
