"""A log is held against a seal that somebody kept: it begins with what was sealed then, or it says where it does not."""

import pytest

from domain.seals.seal import SealDocument
from projections.seals import SealingKey
from projections.seals.verification import Verification
from tests.seals.sealed import SealedLog


@pytest.fixture
def kept(log: SealedLog) -> SealDocument:
    """The first of two seals."""
    log.record(300)
    kept = log.seal()
    log.record(200)
    log.seal()
    return kept


def held(log: SealedLog, kept: SealDocument, public_key: bytes | None = None) -> tuple[list[str], bool | None]:
    verification = Verification(log.pool, log.schema, public_key, kept)
    return [*verification.findings()], verification.kept_holds


def forged(log: SealedLog, *does: str) -> None:
    """Somebody changes the log, throws the tree and all seals away, and seals it anew with a key of their own."""
    for statement in (*does, "DELETE FROM {seals}", "DELETE FROM {tiles}", "DELETE FROM {keys}"):
        log.does(statement)
    log.key, log.seals_made = SealingKey.make(), 0


def test_a_log_that_only_grew_begins_with_what_was_kept(log: SealedLog, kept: SealDocument):
    log.record(50)

    assert ([], True) == held(log, kept, log.key.public)


def test_the_last_seal_itself_holds(log: SealedLog, kept: SealDocument):
    latest = log.seals.latest()
    assert latest is not None

    assert ([], True) == held(log, latest)


def test_a_changed_event_is_named(log: SealedLog, kept: SealDocument):
    log.does("UPDATE {events} SET topic = 'ticket.closed' WHERE notification_id = 12")

    (finding,), holds = held(log, kept)

    assert finding.startswith(f"event 2 of {log.stream(11)}, at position 12, is not as it was sealed at ")
    assert not holds


def test_an_event_changed_under_an_earlier_seal_is_no_beginning_of_a_later_one(log: SealedLog, kept: SealDocument):
    latest = log.seals.latest()
    assert latest is not None
    log.does("UPDATE {events} SET topic = 'ticket.closed' WHERE notification_id = 12")

    findings, holds = held(log, latest)

    assert (1, False) == (len(findings), holds)


def test_one_event_taken_out_and_one_put_in_is_no_beginning_either(log: SealedLog, kept: SealDocument):
    latest = log.seals.latest()
    assert latest is not None
    log.does("DELETE FROM {events} WHERE notification_id = 12")
    log.record(1)

    findings, holds = held(log, latest)

    assert (1, False) == (len(findings), holds)


def test_a_tree_that_was_changed_takes_nothing_from_the_events(log: SealedLog, kept: SealDocument):
    log.does("UPDATE {tiles} SET positions[3] = 77 WHERE level = 0 AND tile = 0")

    findings, holds = held(log, kept)

    assert (True, True) == (bool(findings), holds)


def test_an_event_changed_after_the_kept_seal_leaves_that_one_whole(log: SealedLog, kept: SealDocument):
    log.does("UPDATE {events} SET topic = 'ticket.closed' WHERE notification_id = 412")

    (finding,), holds = held(log, kept)

    assert "(seal 2)" in finding
    assert holds


def test_a_log_forged_as_a_whole_does_not_begin_with_what_was_kept(log: SealedLog, kept: SealDocument):
    forged(log, "UPDATE {events} SET topic = 'ticket.closed' WHERE notification_id = 12")
    log.seal()
    assert [] == log.findings()

    findings, holds = held(log, kept)

    when = f"as it was sealed at {kept.seal.sealed_at} (seal 1)"
    assert [
        f"seal 1 of {kept.seal.sealed_at} was kept, and the one on file is another",
        f"something between position 0 and position 300 is not {when}: events and tree were changed together",
    ] == findings
    assert not holds


def test_a_log_cut_short_and_sealed_anew_is_found_out(log: SealedLog, kept: SealDocument):
    forged(log, "DELETE FROM {events} WHERE notification_id > 250")
    log.seal()
    assert [] == log.findings()

    findings, holds = held(log, kept)

    assert f"the log ends after 250 events, and had 300 as it was sealed at {kept.seal.sealed_at} (seal 1)" in findings
    assert not holds


def test_a_seal_taken_out_of_the_log_is_missed_though_the_events_are_all_there(log: SealedLog, kept: SealDocument):
    forged(log)

    findings, holds = held(log, kept)

    assert f"seal 1 of {kept.seal.sealed_at} was kept, and is not on file" in findings
    assert holds


def test_a_kept_seal_that_was_changed_itself_proves_nothing(log: SealedLog, kept: SealDocument):
    changed = kept.model_copy(update={"seal": kept.seal.model_copy(update={"size": 299})})

    findings, holds = held(log, changed)

    assert [
        "the seal that was kept does not hold: seal 1: its digest is another one than it says",
        "the seal that was kept does not hold: seal 1: its signature does not hold",
    ] == findings
    assert not holds


def test_a_kept_seal_of_another_key_than_the_one_that_is_known_is_none(log: SealedLog, kept: SealDocument):
    findings, holds = held(log, kept, SealingKey.make().public)

    assert any(
        one.startswith("the seal that was kept does not hold: seal 1: it is signed with the key") for one in findings
    )
    assert not holds
