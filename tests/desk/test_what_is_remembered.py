"""What a desk keeps in memory between two requests never outlives what it came from."""

from domain.contract.commands import NameContact
from domain.desk import recall
from domain.desk.desk import Desk
from domain.desk.recall import Recall
from domain.instants import micros
from domain.ticket.commands import Assign
from domain.ticket.history import Person
from tests.desk.given import Clerk, hour
from tests.desk.memory import MemoryLog
from tests.desk.seals import TestSeals


def test_a_contact_named_at_another_desk_is_known_to_the_next_request_about_a_ticket():
    log = MemoryLog()
    here, there = (Clerk(Desk(log, TestSeals())) for _ in range(2))
    here.publish()
    contract = here.contract("imagicle-care", plan="gold", region="europe")
    ticket = here.opened(contract)
    before = here.desk.case(here.desk.ticket(ticket), micros(hour(2))).contract.events

    contact = NameContact(id="ada@acme.example", role="technical-contact")
    there.desk.on_contract(there.order(contract, contact, hour(1), "service-manager", key="elsewhere"))
    after = here.desk.case(here.desk.ticket(ticket), micros(hour(2))).contract.events

    assert ["contact_named"] == [one.event for one in after[len(before) :]]


def test_who_is_forgotten_is_forgotten_by_a_desk_that_has_read_of_them():
    seals = TestSeals()
    desk = Clerk(Desk(MemoryLog(), seals))
    desk.publish()
    ticket = desk.opened(desk.contract("xima-care", plan="premium", region="na"), by=Person(id="ada", role="customer"))
    desk.does(ticket, Assign(to="night team"), hour(1), by=Person(id="bob", role="agent"))
    before = [one.person or "" for one in desk.desk.ticket(ticket).history]

    seals.forgotten.add("acme")
    after = [one.person or "" for one in desk.desk.ticket(ticket).history]

    assert ["ada", "bob"] == before
    assert "bob" == after[1]
    assert after[0].startswith("forgotten-")


class CountingLog(MemoryLog):
    """Counts how often it is read."""

    read = 0

    def select_events(self, *told, **how):
        self.read += 1
        return super().select_events(*told, **how)


def test_a_ticket_that_was_read_once_is_not_read_again_to_be_worked_on():
    log, seals = CountingLog(), TestSeals()
    one = Clerk(Desk(log, seals))
    one.publish()
    ticket = one.opened(one.contract("xima-care", plan="premium", region="na"))
    other = Clerk(Desk(log, seals), keys=one.keys)
    other.does(ticket, Assign(to="night team"), hour(1))

    log.read = 0
    other.does(ticket, Assign(to="day team"), hour(2))

    assert 1 == log.read, "to see that the contract has not moved"


def test_no_more_contracts_are_kept_than_tickets(monkeypatch):
    monkeypatch.setattr(recall, "MOST_REMEMBERED", 3)
    log, seals = CountingLog(), TestSeals()
    clerk = Clerk(Desk(log, seals))
    clerk.publish()
    first, *others = (clerk.contract("xima-care", plan="premium", region="na") for _ in range(4))
    kept = Recall(log, clerk.desk.mapper, seals)
    agreed = [kept.agreed(one) for one in (first, *others)]

    assert 1 == len(kept._contracts)
    assert agreed == [kept.agreed(one) for one in (first, *others)]
    assert len(kept._contracts) <= 3
