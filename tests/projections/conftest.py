import pytest

from projections.store.pool import Pool
from tests.projections.log import Log


@pytest.fixture
def log(pool: Pool, schema: str) -> Log:
    return Log.in_(pool, schema)
