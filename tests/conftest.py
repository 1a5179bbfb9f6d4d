import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.database import database_url, pool, schema

__all__ = ["database_url", "pool", "schema"]

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if "CI" in os.environ else "default")


@pytest.fixture(autouse=True, scope="session")
def sealing_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The file of the key by which the programs of a run seal their logs: none of theirs is left on the machine."""
    path = tmp_path_factory.mktemp("sealing") / "sealing.key"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TICKETCLOCK_SEALING_KEY", str(path))
        yield path
