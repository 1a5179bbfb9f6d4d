"""What the door keeps of a ticket from event to event is what it would find out from the whole history."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from domain.casefile import read_case
from domain.foreknown import Kept, known_before
from domain.instants import micros
from domain.judgement import Case
from domain.terms.lookup import find
from domain.ticket.events import Corrected, Ruled
from tests.conduct.told import at, opened, told
from tests.ticket.desk import given
from tests.ticket.test_published_cases import CASES

SOME = sorted(CASES)[::6]


def growing(case: Case) -> Iterator[tuple[Case, Kept | None]]:
    """A ticket after each of its events, with what was kept on the way."""
    kept: Kept | None = None
    for events in range(len(case.history) + 1):
        so_far = replace(case, history=case.history[:events], known_at=None)
        kept = Kept.of(so_far, kept)
        yield so_far, kept


@pytest.mark.parametrize("name", SOME)
def test_what_is_kept_is_what_the_whole_history_tells(name: str):
    for case, kept in growing(read_case(CASES[name], find)):
        if kept and case.history:
            last = case.history[-1].at

            assert known_before(case, last) == kept.before(last)


@pytest.mark.parametrize("name", SOME)
def test_once_something_is_corrected_or_ruled_nothing_is_kept(name: str):
    for case, kept in growing(read_case(CASES[name], find)):
        if any(isinstance(one.event, Corrected | Ruled) for one in case.history):
            assert kept is None


def test_of_an_event_that_counts_from_before_the_last_one_nothing_kept_tells():
    case = given(opened("09:00"), told("12:00", "waiting", on="customer")).case
    kept = Kept.of(case)

    assert kept is not None
    assert kept.before(micros(at("11:00"))) is None
    assert {"customer"} == known_at("12:00", kept)


def test_after_an_event_told_late_nothing_is_kept():
    case = given(opened("09:00"), told("12:00", "waiting", on="customer")).case
    late = given(opened("09:00"), told("12:00", "waiting", on="customer"), told("10:00", "responded")).case

    assert Kept.of(late, Kept.of(case)) is None


def test_under_another_contract_all_is_made_out_anew():
    case = given(opened("09:00"), told("12:00", "waiting", on="customer")).case
    elsewhere = replace(case, contract=case.contract.model_copy(update={"options": ("escalation",)}))
    kept = Kept.of(elsewhere, Kept.of(case))

    assert kept is not None
    assert elsewhere.contract is kept.contract
    assert {"customer"} == known_at("12:00", kept)


def known_at(time: str, kept: Kept) -> set[str]:
    """The waits in force."""
    known = kept.before(micros(at(time)))
    return set(known.knowledge.waits) if known else set()
