"""What is published for tests without being checked each time is what the desk itself would have published."""

import pytest

from domain.desk.desk import Desk
from tests.desk.given import MONDAY, NAMES, Clerk, hour
from tests.desk.memory import MemoryLog
from tests.desk.seals import TestSeals
from tests.library import library, publish


@pytest.mark.parametrize("agreement", sorted(library().agreements))
def test_an_agreement_stands_in_the_log_as_the_desk_publishes_it(agreement: str):
    told = []
    for published_by in (publish, Desk.publish_agreement):
        log = MemoryLog()
        clerk = Clerk(Desk(log, TestSeals()))
        order = clerk.order(NAMES, library().agreements[agreement], MONDAY)
        for _ in range(2):
            published_by(clerk.desk, order)
        told.append((log.select_notifications(None, 10), log.find_command(order.key.principal, order.key.key)))

    assert told[0] == told[1]
    assert 1 == len(told[0][0])


def test_an_agreement_that_is_there_is_not_published_again():
    clerk = Clerk(Desk(MemoryLog(), TestSeals()))
    for at in (MONDAY, hour(1)):
        publish(clerk.desk, clerk.order(NAMES, library().agreements["xmpro"], at))

    assert [MONDAY] == [one.effective_at for one in clerk.desk.shelf.versions("xmpro")]
