import pytest

from projections.store.pool import Pool
from tests.timekeeper.house import House, house_in


@pytest.fixture
def house(pool: Pool, schema: str) -> House:
    return house_in(pool, schema)
