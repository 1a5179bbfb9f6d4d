"""Whatever somebody does to what was sealed, it is found and its place is named."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from time import sleep
from uuid import uuid4

import pytest

from projections.seals import SealingKey, SealUnsound
from projections.seals.seals import leaf_of
from projections.seals.verification import Verification
from projections.store.pool import open_pool
from projections.store.reader import Reader
from tests.seals.sealed import SealedLog

EVENTS_A_SEAL = 200
SECOND = "as it was sealed at 2026-03-02T10:00:00Z (seal 2)"
"""At which the events from position 201 to 400 were sealed."""


@pytest.fixture(scope="module")
def log(database_url: str) -> Iterator[SealedLog]:
    """600 events under three seals, for every test as they were made."""
    with open_pool(database_url) as pool:
        log = SealedLog(pool, f"test_{uuid4().hex}")
        for _ in range(3):
            log.record(EVENTS_A_SEAL)
            log.seal()
        assert [] == log.findings(log.key.public)
        yield log
        with pool.connection() as connection:
            connection.execute(f'DROP SCHEMA "{log.schema}" CASCADE')


@contextmanager
def tampered(log: SealedLog, table: str, *does: str) -> Iterator[None]:
    """Something was done to a table; afterwards it is as before."""
    kept = f"{table}_kept_{log.schema[-20:]}"
    log.does(f"CREATE TABLE {kept} AS SELECT * FROM {{{table}}}")
    try:
        for statement in does:
            assert log.does(statement)
        yield
    finally:
        log.does(f"DELETE FROM {{{table}}}")
        log.does(f"INSERT INTO {{{table}}} SELECT * FROM {kept}")
        log.does(f"DROP TABLE {kept}")


def test_whoever_reads_slowly_what_does_not_hold_reads_all_of_it(log: SealedLog, database_url: str):
    with (
        tampered(log, "events", "DELETE FROM {events} WHERE notification_id IN (10, 590)"),
        open_pool(database_url, idle_seconds=0.05) as pool,
    ):
        expected = log.findings()
        findings = Verification(pool, log.schema).findings()
        first = next(findings)
        sleep(0.2)

        assert expected == [first, *findings]
        assert 1 < len(expected)


def event(log: SealedLog, position: int) -> str:
    number = position - 1
    return f"event {number // log.streams + 1} of {log.stream(number)}, at position {position}"


def flipped(column: str, byte: int, bit: int = 0) -> str:
    return f"{column} = set_byte({column}, {byte}, get_byte({column}, {byte}) # {1 << bit})"


# --- events ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("byte", range(13))
def test_every_byte_of_a_stored_event_counts(log: SealedLog, byte: int):
    with tampered(
        log, "events", f"UPDATE {{events}} SET {flipped('state', byte, byte % 8)} WHERE notification_id = 321"
    ):
        assert [f"{event(log, 321)}, is not {SECOND}"] == log.findings()


@pytest.mark.parametrize("position", [1, 200, 201, 256, 257, 400, 512, 600])
def test_a_changed_event_is_named_wherever_it_stands(log: SealedLog, position: int):
    with tampered(log, "events", f"UPDATE {{events}} SET state = '{{{{}}}}' WHERE notification_id = {position}"):
        (finding,) = log.findings()

    assert finding.startswith(f"{event(log, position)}, is not as it was sealed at ")
    assert finding.endswith(f"(seal {(position - 1) // EVENTS_A_SEAL + 1})")


def test_by_a_tree_that_was_changed_nothing_is_proved(log: SealedLog):
    with tampered(log, "tiles", f"UPDATE {{tiles}} SET {flipped('hashes', 32 * 41)} WHERE level = 0 AND tile = 0"):
        with pytest.raises(
            SealUnsound, match="the path does not lead to the root of seal 3; ticketclock verify says more"
        ):
            log.seals.proof(log.stream(0), 1)
        with pytest.raises(
            SealUnsound, match="the log of seal 3 does not begin with that of seal 1; ticketclock verify"
        ):
            log.seals.consistency(1, 3)


def test_the_name_of_an_event_counts(log: SealedLog):
    with tampered(log, "events", "UPDATE {events} SET topic = 'ticket.closed' WHERE notification_id = 321"):
        assert [f"{event(log, 321)}, is not {SECOND}"] == log.findings()


def test_the_number_of_an_event_counts(log: SealedLog):
    with tampered(log, "events", "UPDATE {events} SET originator_version = 99 WHERE notification_id = 321"):
        assert [f"event 99 of {log.stream(320)}, at position 321, is not {SECOND}"] == log.findings()


def test_the_stream_of_an_event_counts(log: SealedLog):
    other = uuid4()
    with tampered(log, "events", f"UPDATE {{events}} SET originator_id = '{other}' WHERE notification_id = 321"):
        assert [f"event 33 of {other}, at position 321, is not {SECOND}"] == log.findings()


def test_a_removed_event_is_missed(log: SealedLog):
    with tampered(log, "events", "DELETE FROM {events} WHERE notification_id = 321"):
        assert [f"position 321 is missing: the log is not {SECOND}, when an event stood there"] == log.findings()


@pytest.mark.parametrize("which", ["= 600", "= 1", "> 590", "< 300", "> 0"])
def test_events_removed_at_either_end_are_missed(log: SealedLog, which: str):
    with tampered(log, "events", f"DELETE FROM {{events}} WHERE notification_id {which}"):
        findings = log.findings()

    first = {"= 600": 600, "> 590": 591}.get(which, 1)
    assert findings[0].startswith(f"position {first} is missing")
    assert all(" is missing: the log is not as it was sealed" in finding for finding in findings)


def test_a_whole_history_that_was_removed_is_missed(log: SealedLog):
    """No chain misses it, because nothing follows it."""
    with tampered(log, "events", f"DELETE FROM {{events}} WHERE originator_id = '{log.stream(3)}'"):
        findings = log.findings()

    assert 60 == len(findings)
    assert "position 4 is missing: the log is not as it was sealed at 2026-03-02T09:00:00Z" in findings[0]


def test_events_that_changed_places_are_named_with_their_old_places(log: SealedLog):
    swap = "UPDATE {events} SET notification_id = %d WHERE notification_id = %d"
    with tampered(log, "events", swap % (-1, 250), swap % (250, 320), swap % (320, -1)):
        findings = log.findings()

    assert [
        f"event 32 of {log.stream(319)}, at position 250, is not {SECOND}: it stood at position 320",
        f"event 25 of {log.stream(249)}, at position 320, is not {SECOND}: it stood at position 250",
    ] == findings


def test_an_event_moved_to_a_free_place_is_named_with_its_old_place(log: SealedLog):
    moves = ("DELETE FROM {events} WHERE notification_id = 300",)
    with tampered(log, "events", *moves, "UPDATE {events} SET notification_id = 300 WHERE notification_id = 280"):
        findings = log.findings()

    assert [f"{event(log, 280).replace('280', '300')}, is not {SECOND}: it stood at position 280"] == findings


@pytest.mark.parametrize("position", [0, -5])
def test_an_event_that_was_put_in_is_named(log: SealedLog, position: int):
    stream = uuid4()
    insert = f"INSERT INTO {{events}} VALUES ('{stream}', 1, 'ticket.commented', '{{{{}}}}', {position})"
    with tampered(log, "events", insert):
        (finding,) = log.findings()

    assert finding.startswith(f"event 1 of {stream}, at position {position}, was not there: it is not as it was sealed")


def test_an_event_put_in_the_place_of_a_removed_one_is_named(log: SealedLog):
    stream = uuid4()
    insert = f"INSERT INTO {{events}} VALUES ('{stream}', 1, 'ticket.commented', '{{{{}}}}', 321)"
    with tampered(log, "events", "DELETE FROM {events} WHERE notification_id = 321", insert):
        assert [f"event 1 of {stream}, at position 321, is not {SECOND}"] == log.findings()


def test_several_damages_are_each_named(log: SealedLog):
    changes = (
        "DELETE FROM {events} WHERE notification_id = 100",
        "UPDATE {events} SET state = '' WHERE notification_id = 450",
    )
    with tampered(log, "events", *changes):
        findings = log.findings()

    assert ["position 100 is missing", f"{event(log, 450)}, is not as it"] == [
        findings[0].partition(":")[0],
        findings[1].partition(" was")[0],
    ]
    assert 2 == len(findings)


# --- the tree -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("byte", sorted(Random(1).sample(range(256 * 32), 12)))
def test_every_byte_of_a_tile_of_leaves_counts(log: SealedLog, byte: int):
    with tampered(log, "tiles", f"UPDATE {{tiles}} SET {flipped('hashes', byte)} WHERE level = 0 AND tile = 1"):
        (finding,) = log.findings()

    leaf = 256 + byte // 32
    assert f"leaf {leaf} of the tree was changed; {event(log, leaf + 1)}, is as it was sealed" == finding


@pytest.mark.parametrize("byte", [0, 31, 32, 63])
def test_every_byte_of_a_higher_tile_counts(log: SealedLog, byte: int):
    with tampered(log, "tiles", f"UPDATE {{tiles}} SET {flipped('hashes', byte)} WHERE level = 1"):
        assert ["tile 0 of level 1 does not follow from the leaves"] == log.findings()


@pytest.mark.parametrize(("place", "position"), [(1, 257), (7, 263), (256, 512)])
@pytest.mark.parametrize("other", [0, 258, 1_000_000])
def test_the_positions_of_a_tile_count(log: SealedLog, place: int, position: int, other: int):
    with tampered(log, "tiles", f"UPDATE {{tiles}} SET positions[{place}] = {other} WHERE level = 0 AND tile = 1"):
        assert [f"the tree has position {other} for {event(log, position)}"] == log.findings()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("DELETE FROM {tiles} WHERE level = 0 AND tile = 1", "the tree has lost its leaves 256 to 511"),
        ("DELETE FROM {tiles} WHERE level = 0 AND tile = 2", "the tree has lost its leaves 512 to 599"),
        ("DELETE FROM {tiles} WHERE level = 1", "tile 0 of level 1 does not follow from the leaves"),
        ("UPDATE {tiles} SET tile = 9 WHERE level = 0 AND tile = 2", "the tree has lost its leaves 512 to 599"),
        ("UPDATE {tiles} SET tile = -2 WHERE level = 0 AND tile = 2", "tile -2 of level 0 belongs to no tree"),
        ("UPDATE {tiles} SET level = 5 WHERE level = 1", "tile 0 of level 5 belongs to no tree"),
        ("UPDATE {tiles} SET positions = NULL WHERE tile = 1", "the tree has lost its leaves 256 to 511"),
        ("UPDATE {tiles} SET positions[3] = NULL WHERE tile = 1", "the tree has lost its leaves 256 to 511"),
        ("UPDATE {tiles} SET hashes = '' WHERE level = 0 AND tile = 0", "the tree has lost its leaves 0 to 255"),
        ("UPDATE {tiles} SET hashes = hashes || '\\x00' WHERE level = 0 AND tile = 1", "lost its leaves 256 to 511"),
    ],
)
def test_a_tile_that_is_gone_or_spoilt_is_named(log: SealedLog, change: str, says: str):
    with tampered(log, "tiles", change):
        assert any(says in finding for finding in log.findings())


def test_who_changes_an_event_and_its_leaf_is_found_between_two_seals(log: SealedLog):
    """The root was signed, and whoever changes the log has no key to sign another one."""
    changes = "UPDATE {events} SET state = '{{}}' WHERE notification_id = 321"
    with tampered(log, "events", changes):
        leaf = f"decode('{_leaf(log, 321)}', 'hex')"
        at = (321 - 257) * 32
        change = f"UPDATE {{tiles}} SET hashes = overlay(hashes placing {leaf} from {at + 1} for 32) WHERE level = 0 AND tile = 1"
        with tampered(log, "tiles", change):
            findings = log.findings()

    assert (
        f"something between position 200 and position 400 is not {SECOND}: events and tree were changed together"
        in findings
    )


# --- the seals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize(
    "change",
    [
        *(flipped("root", byte, byte % 8) for byte in range(0, 32, 5)),
        *(flipped("signature", byte, byte % 8) for byte in range(0, 64, 9)),
        "position = position + 1",
        "size = size - 1",
        "sealed_at = sealed_at - interval '1 s'",
        "sealed_at = sealed_at + interval '1 us'",
        "previous = reverse(previous) || 'a'",
        "previous = repeat('0', 64)",
        "key = repeat('0', 16)",
        "root = ''",
        "signature = ''",
        "size = -1",
    ],
)
def test_everything_in_a_seal_counts(log: SealedLog, number: int, change: str):
    with tampered(log, "seals", f"UPDATE {{seals}} SET {change} WHERE number = {number}"):
        findings = log.findings()

    assert findings
    assert findings[0].startswith((f"seal {number} is ", f"seal {number}: "))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("DELETE FROM {seals} WHERE number = 1", ["seal 1 is missing"]),
        ("DELETE FROM {seals} WHERE number = 2", ["seal 2 is missing"]),
        (
            "DELETE FROM {seals} WHERE number = 3",
            ["the tree has 600 leaves, and the last seal is of 400: a seal is missing"],
        ),
        ("DELETE FROM {seals}", ["the tree has 600 leaves, and the last seal is of 0: a seal is missing"]),
    ],
)
def test_a_seal_that_was_removed_is_missed(log: SealedLog, change: str, says: list[str]):
    with tampered(log, "seals", change):
        assert says == log.findings()


def test_a_seal_of_another_number_is_missed_and_named(log: SealedLog):
    with tampered(log, "seals", "UPDATE {seals} SET number = 4 WHERE number = 3"):
        assert ["seal 3 is missing", "seal 4: its signature does not hold"] == log.findings()


@pytest.mark.parametrize("byte", [0, 9, 31])
def test_every_byte_of_a_public_key_counts(log: SealedLog, byte: int):
    with tampered(log, "keys", f"UPDATE {{keys}} SET {flipped('public_key', byte)}"):
        findings = log.findings()

    assert any(finding.startswith("seal 1: it names the key") for finding in findings)


def test_a_public_key_that_is_gone_or_dated_back_is_missed(log: SealedLog):
    with tampered(log, "keys", "DELETE FROM {keys}"):
        assert f"seal 1 is signed with the key {log.key.id}, which is not on file" == log.findings()[0]
    with tampered(log, "keys", "UPDATE {keys} SET since = since - interval '1 day'"):
        assert [f"the key {log.key.id} is in use since seal 1, which is not what is on file"] == log.findings()


def test_a_log_forged_as_a_whole_and_sealed_anew_does_not_pass_for_that_of_the_known_key(log: SealedLog, schema: str):
    forged = SealedLog(log.pool, schema)
    forged.record(EVENTS_A_SEAL)
    forged.seal()

    assert [] == forged.findings()
    told = f"seal 1 is signed with the key {forged.key.id}, not with {log.key.id}"
    assert [told] == forged.findings(log.key.public)


def test_a_log_whose_key_was_changed_names_the_first_seal_of_the_other_key(log: SealedLog, schema: str):
    moved = SealedLog(log.pool, schema)
    moved.seal()
    first = moved.key
    moved.key = SealingKey.make()
    for _ in range(2):
        moved.record(1)
        moved.seal()

    assert [f"seal 2 is signed with the key {moved.key.id}, not with {first.id}"] == moved.findings(first.public)


def _leaf(log: SealedLog, position: int) -> str:
    (found,) = Reader(log.pool, log.schema).in_order(position - 1, position)
    return leaf_of(found).hash.hex()
