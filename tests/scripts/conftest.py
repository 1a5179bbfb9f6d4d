from tests.database import database_url, pool, schema

__all__ = ["database_url", "pool", "schema"]
