from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from projections.store.pool import open_pool
from tests.api.house import MONDAY_9, Clock, Town
from tests.api.house import town as running


@pytest.fixture(scope="module")
def place(database_url: str) -> Iterator[Town]:
    """One town for the stories of a file; they stay out of each other's way by having contracts of their own."""
    schema = f"test_{uuid4().hex}"
    with open_pool(database_url) as pool, running(pool, schema, Clock()) as town:
        yield town
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(schema)))


@pytest.fixture
def town(place: Town) -> Town:
    """It is Monday morning."""
    place.clock.at = MONDAY_9
    return place
