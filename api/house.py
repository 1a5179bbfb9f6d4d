"""What stands behind the door, made by whoever starts the program."""

from collections.abc import Callable
from dataclasses import dataclass

from api.outgoing.outbox import Outbox
from api.security import Gate
from domain.desk.desk import Desk
from projections.answers_given import AnswersGiven
from projections.as_of.views import Views
from projections.contracts import Contracts
from projections.deadlines import Deadlines
from projections.publications import Publications
from projections.runner import Runner
from projections.seals import Sealer, SealingKey, Seals
from projections.store.customer_keys import CustomerKeys
from projections.store.reader import Reader
from projections.tickets import Tickets


@dataclass(frozen=True)
class House:
    """`reader` gives each follower of the log a reader of its own."""

    desk: Desk
    gate: Gate
    customers: CustomerKeys
    runner: Runner
    tickets: Tickets
    contracts: Contracts
    publications: Publications
    deadlines: Deadlines
    outbox: Outbox
    reader: Callable[[], Reader]
    views: Views
    seals: Seals
    sealer: Sealer
    answers: AnswersGiven

    @property
    def sealing_key(self) -> SealingKey | None:
        """The key that seals are signed with, where there is one."""
        return self.sealer.key
