from collections.abc import Iterator

import pytest

from projections.store.pool import open_pool
from scripts.store import Store
from tests.concurrency.crowd import CROWD


@pytest.fixture
def store(database_url: str, schema: str) -> Iterator[Store]:
    """A log with a connection for each of a crowd, and one for whoever reads meanwhile."""
    with open_pool(database_url, size=CROWD + 1) as pool:
        store = Store.at(database_url, schema, pool)
        store.create_tables()
        yield store
