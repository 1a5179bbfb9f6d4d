import pytest

from tests.api.conftest import place, town
from tests.api.house import Town
from tests.pages.browser import chromium, estate, served
from tests.pages.site import Site

__all__ = ["chromium", "estate", "place", "served", "town"]


@pytest.fixture
def site(town: Town) -> Site:
    """The pages of a town, and whoever comes to look."""
    return Site(town)
