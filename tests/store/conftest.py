from collections.abc import Iterator

import pytest

from projections.store.pool import Pool
from projections.store.recorder import LogRecorder
from projections.store.stock import StockRecorder


@pytest.fixture
def recorder(pool: Pool, schema: str) -> LogRecorder:
    recorder = LogRecorder(pool, schema)
    recorder.create_tables()
    return recorder


@pytest.fixture
def stock_recorder(recorder: LogRecorder, database_url: str, schema: str) -> Iterator[StockRecorder]:
    stock = StockRecorder(recorder, database_url, schema)
    stock.create_tables()
    yield stock
    stock.close()
