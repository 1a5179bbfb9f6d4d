import pytest

from domain.contract.cover import fee_waits
from domain.instants import seconds
from tests.contract.agreed import ESCHAT, IMAGICLE, NUMONIX, XIMA, XMPRO, contract, fact, micro, scope, terms

UNPAID = fact("2024-04-01T10:00:00+02:00", "unpaid")
PAID = fact("2024-04-20T10:00:00+02:00", "paid")


def second(at: str) -> int:
    return micro(at) // 1_000_000


APRIL_1, APRIL_20 = second("2024-04-01T10:00:00+02:00"), second("2024-04-20T10:00:00+02:00")


@pytest.mark.clause("imagicle-care:fees")
def test_an_open_ticket_waits_for_fees_until_they_are_paid():
    owing = contract(UNPAID, PAID)

    assert [(APRIL_1, APRIL_20)] == fee_waits(owing, terms(IMAGICLE), scope(owing))


@pytest.mark.clause("imagicle-care:fees")
def test_a_payment_that_is_not_known_yet_ends_no_wait():
    owing = contract(UNPAID, {**PAID, "recorded_at": "2024-05-01T10:00:00+02:00"})

    then = fee_waits(owing, terms(IMAGICLE), scope(owing), known_at=micro("2024-04-30T10:00:00+02:00"))
    now = fee_waits(owing, terms(IMAGICLE), scope(owing))

    assert [(APRIL_1, None)] == then
    assert [(APRIL_1, APRIL_20)] == now


@pytest.mark.clause("imagicle-care:fees")
def test_fees_unpaid_twice_are_one_wait_and_one_payment_ends_it():
    owing = contract(UNPAID, fact("2024-04-10T10:00:00+02:00", "unpaid"), PAID)

    assert [(APRIL_1, APRIL_20)] == fee_waits(owing, terms(IMAGICLE), scope(owing))


def test_a_payment_of_what_was_not_owed_is_no_wait():
    assert [] == fee_waits(contract(PAID), terms(IMAGICLE), scope(contract()))


@pytest.mark.parametrize("agreement", [XIMA, NUMONIX, ESCHAT, XMPRO])
def test_no_ticket_waits_for_fees_where_the_agreement_does_not_say_so(agreement):
    owing = contract(UNPAID)

    assert [] == fee_waits(owing, terms(agreement), scope(owing))


def test_the_instants_of_a_wait_are_whole_seconds():
    owing = contract({**UNPAID, "at": "2024-04-01T10:00:00.750000+02:00"})

    assert [(seconds(owing.events[0].effective_at), None)] == fee_waits(owing, terms(IMAGICLE), scope(owing))
