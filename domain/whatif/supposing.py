"""The terms, contract and readings that a ticket would have under a hypothesis; nothing of what happened is looked at.

What does not fit the agreement is refused with the place in the hypothesis and the remedy.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from domain.contract.facts import Contract
from domain.contract.misfits import contract_misfits, reading_misfits
from domain.judgement import Case
from domain.misreadings import shown
from domain.refusals import AgreementError, DoesNotFit
from domain.terms import override
from domain.terms.agreement import Agreement, ClosureRow
from domain.terms.lookup import find
from domain.terms.override import ContractTerms
from domain.terms.phrases import instead
from domain.terms.selection import Selector
from domain.whatif.hypothesis import Hypothesis, SupposedHoliday

Lookup = Callable[[str | Mapping[str, Any], str | None], Selector]
"""Finds the terms of an agreement by id and version (None: the one in force), or of a document given in place.

Raises KeyError for an unknown id or version, AgreementError for a document that is not sound.
"""


class Agreed(NamedTuple):
    """What a ticket would be judged by."""

    selector: Selector
    contract: Contract
    readings: Mapping[str, str]


def agreed_under(case: Case, hypothesis: Hypothesis, lookup: Lookup) -> Agreed:
    """What the hypothesis makes of a case's terms, contract and readings. Raises DoesNotFit."""
    selector, contract = _terms(case, hypothesis, lookup), _contract(case, hypothesis)
    known = set(contract_misfits(case.contract, case.selector.agreement))
    for problem in contract_misfits(contract, selector.agreement):
        if problem not in known:
            raise DoesNotFit(f"contract.{problem}", remedy=_remedy(hypothesis))
    return Agreed(selector, contract, _readings(case, hypothesis, selector.agreement))


def bundled(agreement: str | Mapping[str, Any], version: str | None) -> Selector:
    """The terms of an agreement that comes with the program, or of one given in place. Raises KeyError or AgreementError."""
    found = find(agreement)
    if version not in (None, found.agreement.version):
        raise KeyError(version)
    return found


def _remedy(hypothesis: Hypothesis) -> str:
    return "suppose a plan or region of that agreement, too" if hypothesis.agreement is not None else ""


def _terms(case: Case, hypothesis: Hypothesis, lookup: Lookup) -> Selector:
    terms = case.selector
    if hypothesis.agreement is not None or hypothesis.version is not None:
        terms = _looked_up(case, hypothesis, lookup)
    if hypothesis.terms is not None:
        _check_terms(hypothesis.terms, terms.agreement)
        terms = terms.under(hypothesis.terms)
    if hypothesis.holidays:
        terms = terms.under(_closures(hypothesis.holidays, terms.agreement))
    return terms


def _looked_up(case: Case, hypothesis: Hypothesis, lookup: Lookup) -> Selector:
    own = case.selector.agreement
    found = looked_up(own.id if hypothesis.agreement is None else hypothesis.agreement, hypothesis.version, lookup)
    if case.contract.terms is not None and found.agreement.id == own.id:
        return found.under(case.contract.terms)
    return found


def looked_up(wanted: str | Mapping[str, Any], version: str | None, lookup: Lookup) -> Selector:
    """The terms of an agreement by its id and version, or of one given in place. Raises DoesNotFit where they are not there."""
    try:
        return lookup(wanted, version)
    except KeyError:
        of_version = f" in version {shown(version)}" if version else ""
        says = f"agreement: there is no {shown(wanted)}{of_version}"
        raise DoesNotFit(says, remedy="name one that is published, or give the whole document") from None
    except AgreementError as error:
        says = f"agreement: {' '.join(error.problems[0].split())}"
        raise DoesNotFit(says, remedy="`ticketclock agreements check` says all that is wrong with it") from None


def _check_terms(terms: ContractTerms, agreement: Agreement) -> None:
    for problem in override.misfits(agreement, terms):
        raise DoesNotFit(f"terms.{problem}", remedy="write them as a contract's own terms are written")


def _closures(holidays: tuple[SupposedHoliday, ...], agreement: Agreement) -> ContractTerms:
    known = {term.name for term in agreement.calendars}
    with_hours = _with_hours(agreement)
    closures: dict[str, tuple[ClosureRow, ...]] = {}
    for holiday in holidays:
        for name in holiday.calendars or with_hours:
            if name not in known:
                says = f"holidays: unknown calendar {shown(name)}"
                raise DoesNotFit(says, remedy=instead(name, sorted(known), "calendar"))
            row = ClosureRow(date=holiday.date, name=holiday.name, hours=holiday.hours)
            closures[name] = (*closures.get(name, ()), row)
    return ContractTerms(closures=closures)


def _with_hours(agreement: Agreement) -> list[str]:
    """The calendars that close at times: those that never do know no holidays unless they are told so by name."""
    return sorted({term.name for term in agreement.calendars if set(term.week.daily) != {"00:00-24:00"}})


def _contract(case: Case, hypothesis: Hypothesis) -> Contract:
    otherwise = hypothesis.contract
    facts: dict[str, Any] = {} if hypothesis.plan is None else {"plan": hypothesis.plan}
    if otherwise is not None:
        facts |= {name: getattr(otherwise, name) for name in otherwise.model_fields_set}
        if otherwise.events:
            facts["events"] = (*case.contract.events, *otherwise.events)
    return case.contract.model_copy(update=facts) if facts else case.contract


def _readings(case: Case, hypothesis: Hypothesis, agreement: Agreement) -> Mapping[str, str]:
    """Those on record as far as the agreement knows them, and those supposed."""
    known = {reading.id: reading.options for reading in agreement.readings}
    kept = {reading: option for reading, option in case.readings.items() if option in known.get(reading, ())}
    if not hypothesis.readings:
        return case.readings if kept == case.readings else kept
    for problem in reading_misfits(hypothesis.readings, agreement, "readings"):
        raise DoesNotFit(problem)
    return {**kept, **hypothesis.readings}
