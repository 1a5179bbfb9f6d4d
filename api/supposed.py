"""Where a hypothesis that comes in by request finds its terms: among what is published, as far as who asks may know of it."""

from api.office import Office
from api.problems import NotFound
from domain.desk.published import PublishedTerms


def terms_for(office: Office) -> PublishedTerms:
    """The published terms; an agreement that only other customers have is not there."""

    def may_know(agreement: str) -> bool:
        try:
            return bool(office.versions(agreement))
        except NotFound:
            return False

    return PublishedTerms(office.house.desk.shelf, may_know)
