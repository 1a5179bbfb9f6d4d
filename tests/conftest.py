import os

from hypothesis import settings

from tests.database import database_url, pool, schema

__all__ = ["database_url", "pool", "schema"]

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if "CI" in os.environ else "default")
