from collections.abc import Iterator

import pytest

from projections.store.pool import Pool, open_pool
from scripts.database import Embedded, embedded
from scripts.store import Store
from tests.concurrency.crowd import CROWD
from tests.database import open_folder


@pytest.fixture(scope="module")
def database() -> Iterator[Embedded]:
    """One that keeps what it acknowledged, and that may be killed."""
    with open_folder() as folder, embedded(folder) as server:
        yield server


@pytest.fixture
def log_pool(database: Embedded) -> Iterator[Pool]:
    with open_pool(database.url, size=CROWD + 1) as pool:
        yield pool


@pytest.fixture
def store(database: Embedded, log_pool: Pool, schema: str) -> Store:
    store = Store.at(database.url, schema, log_pool)
    store.create_tables()
    return store
