import pytest

from tests.api.conftest import place, town
from tests.api.house import Town
from tests.dossier.given import Disputed, disputed

__all__ = ["given", "place", "town"]


@pytest.fixture(scope="module")
def given(place: Town) -> Disputed:
    """A ticket with a history to argue about, for the tests of a file that only read."""
    return disputed(place)
