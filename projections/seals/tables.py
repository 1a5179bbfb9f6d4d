"""The tables of seals. They stand beside the log, not among the read models: nothing can tell them again once they are lost."""

from collections.abc import Iterator

from psycopg.sql import SQL, Composed, Identifier

TILES, SEALS, KEYS = "seal_tiles", "seals", "sealing_keys"

_CREATE = (
    SQL("""
    CREATE TABLE IF NOT EXISTS {tiles} (
        level smallint NOT NULL,
        tile bigint NOT NULL,
        hashes bytea NOT NULL,
        positions bigint[],
        PRIMARY KEY (level, tile)
    )"""),
    SQL("CREATE INDEX IF NOT EXISTS seal_tiles_positions ON {tiles} ((positions[1])) WHERE level = 0"),
    SQL("""
    CREATE TABLE IF NOT EXISTS {keys} (
        id text PRIMARY KEY,
        public_key bytea NOT NULL,
        since timestamptz NOT NULL
    )"""),
    SQL("""
    CREATE TABLE IF NOT EXISTS {seals} (
        number bigint PRIMARY KEY,
        position bigint NOT NULL,
        size bigint NOT NULL,
        root bytea NOT NULL,
        sealed_at timestamptz NOT NULL,
        previous text NOT NULL,
        key text NOT NULL,
        signature bytea NOT NULL
    )"""),
    SQL("CREATE INDEX IF NOT EXISTS seals_position ON {seals} (position)"),
)


def names(schema: str) -> dict[str, Identifier]:
    """What statements call the tables, in a schema."""
    return {"tiles": Identifier(schema, TILES), "seals": Identifier(schema, SEALS), "keys": Identifier(schema, KEYS)}


def created(schema: str) -> Iterator[Composed]:
    """What creates the tables where they are not there."""
    return (statement.format(**names(schema)) for statement in _CREATE)
