from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.database import database_url, pool, schema

__all__ = ["database_url", "pool", "schema"]

# The same examples in every run, however slow the machine. `./scripts/test tests --hypothesis-profile=search` looks for others.
settings.register_profile("search", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", settings.get_profile("search"), derandomize=True)
settings.load_profile("same")


@pytest.fixture(autouse=True, scope="session")
def sealing_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The file of the key by which the programs of a run seal their logs: none of theirs is left on the machine."""
    path = tmp_path_factory.mktemp("sealing") / "sealing.key"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TICKETCLOCK_SEALING_KEY", str(path))
        yield path
