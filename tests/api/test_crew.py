"""What is done by the crew comes back to who asked, whatever became of it."""

import asyncio
from threading import Barrier, Event, current_thread

import pytest

from api.crew import Crew
from api.problems import TooSlow
from domain.refusals import DoesNotFit

CREW = Crew(at_once=4)
PATIENCE_SECONDS = 60


def test_what_an_act_gives_back_is_the_answer():
    assert 7 == asyncio.run(CREW.do(lambda one, other: one + other, 3, 4))


def test_an_act_is_done_in_a_thread_of_the_crew():
    assert asyncio.run(CREW.do(lambda: current_thread().name)).startswith("commands ")


def test_acts_are_done_side_by_side():
    all_there = Barrier(4, timeout=PATIENCE_SECONDS)

    async def four() -> list[int]:
        return [*await asyncio.gather(*(CREW.do(all_there.wait) for _ in range(4)))]

    assert {0, 1, 2, 3} == set(asyncio.run(four()))


def test_a_refusal_comes_back_as_it_was_raised():
    refusal = DoesNotFit("no")

    def refuse() -> None:
        raise refusal

    with pytest.raises(DoesNotFit) as raised:
        asyncio.run(CREW.do(refuse))

    assert refusal is raised.value


def test_even_what_no_coroutine_may_raise_is_heard_of():
    with pytest.raises(RuntimeError):
        asyncio.run(CREW.do(lambda: next(iter(()))))


def test_who_no_longer_waits_leaves_the_crew_at_work():
    async def impatient() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(CREW.do(lambda: all_gone.wait()), timeout=0.01)
        all_gone.wait()

    all_gone = Barrier(2, timeout=PATIENCE_SECONDS)
    asyncio.run(impatient())

    assert "done" == asyncio.run(CREW.do(lambda: "done"))


def test_who_waits_for_what_never_comes_is_told_so():
    goes_on = Event()
    with pytest.raises(TooSlow):
        asyncio.run(CREW.do(goes_on.wait, patience=0.01))
    goes_on.set()


def test_what_nobody_waits_for_any_more_is_not_begun():
    alone, goes_on, done = Crew(at_once=1), Event(), list[str]()

    async def impatient() -> None:
        first = asyncio.create_task(alone.do(goes_on.wait))
        await asyncio.sleep(0)
        with pytest.raises(TooSlow):
            await alone.do(done.append, "too late", patience=0.01)
        goes_on.set()
        await first
        await alone.do(done.append, "in time")

    asyncio.run(impatient())

    assert ["in time"] == done
