import pytest

from projections.store.pool import Pool
from tests.seals.sealed import SealedLog


@pytest.fixture
def log(pool: Pool, schema: str) -> SealedLog:
    return SealedLog(pool, schema)
