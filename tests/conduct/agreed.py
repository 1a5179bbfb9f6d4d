"""Tickets under the five agreements, and what they break or leave owed.

Times are UTC, Monday is 4 March 2024; each ticket opens on Monday at 15:00, in hours everywhere but in Dubai.
"""

from typing import Any

from domain.conduct.circumstances import Circumstances, Reached
from domain.conduct.duties import owed
from domain.conduct.irregularities import irregularities
from domain.contract.facts import Contract
from domain.instants import micros, seconds
from domain.terms.library import selector
from tests.conduct.told import Told, at, history, opened, told

AS_OF = micros(at("+21 mon 00:00"))
RUNGS = (Reached("remedial", "senior-technician", seconds(at("sat 15:00"))),)


def first(**fields: Any) -> Told:
    return opened("15:00", **fields)


def declined(clause: str, cause: str | None = None) -> Told:
    return told("20:00", "declined", "agent", clause=clause, cause=cause)


def scheduled(kind: str, when: str) -> Told:
    return told("16:00", "appointment_scheduled", "customer", kind=kind, for_=when)


def breaks_clause(
    agreement: str, clause: str, contract: dict[str, Any], *facts: Told, readings: dict[str, str] | None = None
) -> bool:
    around = under(agreement, contract, facts, readings or {})
    found = irregularities(in_order(facts), selector(agreement).agreement, around, AS_OF)
    return f"{agreement}:{clause}" in {one.clause for one in found}


def owes(agreement: str, clause: str, contract: dict[str, Any], *facts: Told) -> bool:
    debts = owed(in_order(facts), selector(agreement).agreement, under(agreement, contract, facts, {}), AS_OF)
    return f"{agreement}:{clause}" in {debt.clause for debt in debts}


def under(agreement: str, contract: dict[str, Any], facts: tuple[Told, ...], readings: dict[str, str]) -> Circumstances:
    signed = Contract.model_validate(contract)
    category = facts[0][3].get("category") or ""
    terms = selector(agreement).terms(signed.scope(readings, category=category))
    return Circumstances.under(terms, {**signed.facts(), "releases": signed.releases}, frozenset(signed.options), RUNGS)


def in_order(facts: tuple[Told, ...]) -> Any:
    return history(*sorted(facts, key=lambda fact: at(fact[0])))
