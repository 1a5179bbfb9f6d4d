"""Several streams read in one go."""

from uuid import uuid4

import pytest

from tests.store.told import events


@pytest.fixture(params=["recorder", "stock_recorder"])
def log(request):
    return request.getfixturevalue(request.param)


def test_a_ticket_is_read_together_with_what_is_new_in_its_contract(log):
    ticket, contract = events(3), events(4)
    log.insert_events([*contract[:2], *ticket, *contract[2:]])
    known = {ticket[0].originator_id: 0, contract[0].originator_id: 3}

    assert {ticket[0].originator_id: ticket, contract[0].originator_id: contract[3:]} == log.select_tails(known)


def test_a_stream_of_which_there_is_nothing_new_has_no_tail(log):
    told, unknown = events(2), uuid4()
    log.insert_events(told)
    ticket = told[0].originator_id

    assert {ticket: [], unknown: []} == log.select_tails({ticket: 2, unknown: 0})
