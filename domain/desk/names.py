"""The stored name of every event, and what became of names that are no longer written.

A name here is forever: a golden file holds its stored form.
"""

from collections.abc import Iterable

from pydantic import BaseModel

from domain.contract.events import ContractFact
from domain.contract.papers import Amended, DrawnUp
from domain.desk.mapper import Upcast
from domain.disputes.events import DisputeFact
from domain.terms.publication import AgreementPublished, HolidaysPublished
from domain.ticket.events import KINDS

TICKET = "ticket."
CONTRACT = "contract."
DISPUTE = "dispute."
PUBLICATION = "publication."

_PAPERS: tuple[type[BaseModel], ...] = (DrawnUp, Amended, *ContractFact.__subclasses__())
_PUBLICATIONS: tuple[type[BaseModel], ...] = (AgreementPublished, HolidaysPublished)


def _named(prefix: str, kinds: Iterable[type[BaseModel]]) -> dict[str, type[BaseModel]]:
    return {f"{prefix}{kind.model_fields['event'].default}": kind for kind in kinds}


STORED_NAMES: dict[str, type[BaseModel]] = {
    **_named(TICKET, KINDS.values()),
    **_named(CONTRACT, _PAPERS),
    **_named(DISPUTE, DisputeFact.__subclasses__()),
    **_named(PUBLICATION, _PUBLICATIONS),
}

UPCASTS: dict[str, Upcast] = {}
"""None yet: no stored form has changed."""
