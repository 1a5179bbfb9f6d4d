"""What a contract says that its agreement does not know: plans, a region, readings, clocks."""

from collections.abc import Collection, Iterator, Mapping
from itertools import chain

from domain.contract.facts import Contract
from domain.misreadings import shown
from domain.terms import override
from domain.terms.agreement import Agreement
from domain.terms.override import ContractTerms
from domain.terms.phrases import instead


def contract_misfits(contract: Contract, agreement: Agreement, *, plan_may_wait: bool = False) -> Iterator[str]:
    """What of a contract its agreement does not have, and what it asks for and misses.

    `plan_may_wait`: where the agreement knows orders without a plan, none has to be named yet.
    """
    plans = {f"servers.{name}": plan for name, plan in contract.servers.items()}
    if contract.plan or not (plan_may_wait and agreement.entitlement.order_without_plan):
        plans = {"plan": contract.plan} | plans
    for where, plan in plans.items():
        if plan not in agreement.plans:
            yield f"{where}: {unknown(plan, agreement.plans, 'plan', agreement)}"
    if contract.region not in (agreement.regions or ("",)):
        yield f"region: {unknown(contract.region, agreement.regions, 'region', agreement)}"
    if contract.terms is not None:
        yield from (f"terms.{one}" for one in _terms_misfits(contract.terms, agreement))


def reading_misfits(readings: Mapping[str, str], agreement: Agreement, where: str) -> Iterator[str]:
    """Readings that an agreement does not know, and options that a reading does not have."""
    known = {reading.id: reading.options for reading in agreement.readings} if readings else {}
    for reading, option in readings.items():
        if reading not in known:
            yield f"{where}: unknown reading {shown(reading)}; {instead(reading, known, 'reading')}"
        elif option not in known[reading]:
            yield f"{where}: {reading} has no option {shown(option)}; {instead(option, known[reading], 'option')}"


def unknown(given: str, known: Collection[str], what: str, agreement: Agreement) -> str:
    """What is wrong with a name that an agreement does not know, and which it knows."""
    if not known:
        return f"leave it out; {agreement.id} has no {what}s"
    fault = f"unknown {what} {shown(given)}" if given else "is missing"
    return f"{fault}; {instead(given, known, what)} ({agreement.id})"


def _terms_misfits(terms: ContractTerms, agreement: Agreement) -> Iterator[str]:
    """What a contract says otherwise of things that its agreement does not have."""
    yield from override.misfits(agreement, terms)
    tables = [rows for clock in terms.clocks.values() for _, rows in clock]
    for row in chain(*tables, *terms.coverage.values(), *terms.closures.values()):
        for reading, option in ((reading, option) for reading, options in row.reading.items() for option in options):
            yield from reading_misfits({reading: option}, agreement, "reading")
    clocks = [clock.name for clock in agreement.clocks]
    for rung in chain(*(clock.rungs for clock in terms.clocks.values())):
        if rung.after.clock and rung.after.clock not in clocks:
            yield f"rungs: unknown clock {shown(rung.after.clock)}; {instead(rung.after.clock, clocks, 'clock')}"
