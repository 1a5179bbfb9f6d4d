import pytest

from api.security.keys import Keys
from projections.api_keys import ApiKeys


@pytest.fixture
def table(pool, schema) -> ApiKeys:
    table = ApiKeys(pool, schema)
    table.create_table()
    return table


@pytest.fixture
def keys(table) -> Keys:
    return Keys(table)
