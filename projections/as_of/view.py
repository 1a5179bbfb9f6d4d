"""What a question is asked about: the rows of a log at an instant, of one customer or of all.

Every board asks through a view, so that the customer's boundary is drawn here once and no query can forget the instant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composable, Composed, Identifier

from projections.store.pool import Pool
from projections.tables import Table


@dataclass(frozen=True)
class View:
    """`at` is the instant with which rows are compared; `suffix` names the tables of an estate as it stood, else the live ones.

    With a `customer`, nothing of anybody else's is seen.
    """

    pool: Pool
    schema: str
    at: datetime
    customer: str | None = None
    suffix: str = ""

    def table(self, table: Table) -> Composable:
        """The rows of a table that are seen, to stand after FROM under a name. The table has to have a column `customer`."""
        name: Composed | Identifier = table.at(self.schema, self.suffix)
        if self.customer is None:
            return name
        return SQL("(SELECT * FROM {} WHERE customer = %(seen_by)s)").format(name)

    def rows(self, statement: SQL, values: Mapping[str, Any] | None = None, **parts: Composable) -> list[TupleRow]:
        """What a question finds: `{parts}` are put in, `%(now)s` is the view's instant. Raises what psycopg raises."""
        with self.pool.connection() as connection:
            return connection.execute(statement.format(**parts), self._around | dict(values or {})).fetchall()

    @property
    def _around(self) -> dict[str, Any]:
        return {"now": self.at, "seen_by": self.customer}
