"""What became of commands, beside the events they recorded: so that the same request asked again gets the same answer."""

from datetime import datetime

from psycopg.sql import SQL

from domain.desk.orders import Settled
from projections.store.prepared import BYTES, INSTANTS, TEXTS

CREATE = SQL("""
    CREATE TABLE IF NOT EXISTS {commands} (
        principal text NOT NULL,
        key text NOT NULL,
        fingerprint bytea NOT NULL,
        outcome bytea NOT NULL,
        recorded_at timestamptz NOT NULL,
        position bigint,
        PRIMARY KEY (principal, key)
    )""")

INSERT_ALONE = SQL("""
    INSERT INTO {commands} (principal, key, fingerprint, outcome, recorded_at)
    VALUES (%s, %s, %s, %s, %s)""")

INSERT_WITH_EVENTS = SQL("""
    WITH new AS ({insert_events}), command AS (
        INSERT INTO {commands} (principal, key, fingerprint, outcome, recorded_at, position)
        SELECT %s, %s, %s, %s, %s, max(notification_id) FROM new HAVING count(*) > 0
    )
    SELECT notification_id FROM new ORDER BY notification_id""")

SELECT = SQL("""
    SELECT principal, key, fingerprint, outcome, recorded_at, position
    FROM {commands} WHERE principal = %s AND key = %s""")


KINDS = (TEXTS, TEXTS, BYTES, BYTES, INSTANTS)
"""What `values` are."""


def values(command: Settled) -> tuple[str, str, bytes, bytes, datetime]:
    """What an insertion asks for: all but the position, which the log gives."""
    return command.principal, command.key, command.fingerprint, command.outcome, command.recorded_at
