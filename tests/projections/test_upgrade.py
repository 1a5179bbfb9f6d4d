"""Read models of another version of the program give way to today's, which are built from the log."""

import pytest

from tests.projections.log import MONDAY_9, Log, happened, opened

YESTERDAY = "the form of yesterday"


def escalated(log: Log) -> None:
    """A ticket with a notice that went out."""
    log.publish("numonix-ixcloud")
    contract = log.contract("numonix-ixcloud", plan="saas")
    log.ticket(contract, opened(), happened("escalated", MONDAY_9, to="management"))
    log.runner.catch_up()
    log.execute("UPDATE deliveries SET state = 'delivered'")


def test_tickets_in_a_table_of_yesterday_have_todays_rows_and_nothing_goes_out_again(
    log: Log, caplog: pytest.LogCaptureFixture
):
    escalated(log)
    rows = log.everything()
    log.execute("ALTER TABLE tickets DROP COLUMN tier")
    log.execute("DROP TABLE publications")
    log.execute("UPDATE progress SET form = %s", YESTERDAY)

    log.runner.create_tables()

    assert 0 == log.runner.position()
    assert [f"the read models of {log.schema} are of another form: they are built anew from the log"] == caplog.messages

    log.another_runner().catch_up()

    assert rows == log.everything()
    assert [("delivered",)] == log.execute("SELECT state FROM deliveries")


def test_tickets_of_a_program_that_kept_no_form_have_todays_rows(log: Log):
    escalated(log)
    rows = log.everything()
    log.execute("ALTER TABLE progress DROP COLUMN form")
    log.execute("ALTER TABLE clocks ADD COLUMN mood text NOT NULL DEFAULT 'good'")

    log.runner.create_tables()
    log.another_runner().catch_up()

    assert rows == log.everything()


def test_tickets_in_tables_of_today_stay_as_they_are(log: Log, caplog: pytest.LogCaptureFixture):
    escalated(log)
    reached, rows = log.runner.position(), log.everything()

    log.runner.create_tables()

    assert (reached, rows, []) == (log.runner.position(), log.everything(), caplog.messages)


def test_a_program_of_another_version_writes_no_rows_of_tickets_any_more(log: Log):
    escalated(log)
    log.execute("UPDATE progress SET form = %s", YESTERDAY)
    log.publish("xmpro")

    with pytest.raises(LookupError, match="never created by this version"):
        log.runner.catch_up()
