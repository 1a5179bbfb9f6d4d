"""What exactly is on record of one stream? Its events as they are stored, each with its place in the log."""

from uuid import UUID

from eventsourcing.persistence import Notification
from psycopg.sql import SQL, Identifier

from projections.store.pool import Pool
from projections.store.recorder import EVENTS

_SELECT = SQL("""
    SELECT originator_id, originator_version, topic, state, notification_id
    FROM {events} WHERE originator_id = %s ORDER BY originator_version""")


def stored_stream(pool: Pool, schema: str, stream: UUID) -> list[Notification]:
    """In their order; none where there is no such stream. Raises what psycopg raises."""
    statement = _SELECT.format(events=Identifier(schema, EVENTS))
    with pool.connection() as connection:
        return [Notification(*row) for row in connection.execute(statement, (stream,), binary=True)]
