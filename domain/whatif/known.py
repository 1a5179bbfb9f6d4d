"""Does anybody know what is supposed? Asked before the first of many tickets, of the agreements that they can have."""

from collections.abc import Collection

from domain.misreadings import shown
from domain.refusals import DoesNotFit
from domain.terms.agreement import Agreement
from domain.terms.phrases import instead
from domain.whatif.hypothesis import Hypothesis


def check_known(hypothesis: Hypothesis, agreements: Collection[Agreement]) -> None:
    """Raises DoesNotFit for a reading, an option, a plan or a calendar that none of these agreements has, and says which there are.

    Of no agreements nothing is asked.
    """
    if not agreements:
        return
    for reading, option in hypothesis.readings.items():
        _check_reading(reading, option, agreements)
    contract = hypothesis.contract
    supposed = {"plan": hypothesis.plan, "contract.plan": contract.plan if contract is not None else None}
    for where, plan in supposed.items():
        _check_plan(where, plan, agreements)
    for calendar in (name for holiday in hypothesis.holidays for name in holiday.calendars):
        _check_calendar(calendar, agreements)


def _check_reading(reading: str, option: str, agreements: Collection[Agreement]) -> None:
    options: dict[str, dict[str, None]] = {}
    for one in (one for agreement in agreements for one in agreement.readings):
        options.setdefault(one.id, {}).update(dict.fromkeys(one.options))
    if reading not in options:
        raise DoesNotFit(f"readings: unknown reading {shown(reading)}; {instead(reading, options, 'reading')}")
    if option not in (known := options[reading]):
        raise DoesNotFit(f"readings: {reading} has no option {shown(option)}; {instead(option, known, 'option')}")


def _check_plan(where: str, plan: str | None, agreements: Collection[Agreement]) -> None:
    plans = dict.fromkeys(plan for agreement in agreements for plan in agreement.plans)
    if plan and plan not in plans:
        raise DoesNotFit(f"{where}: unknown plan {shown(plan)}; {instead(plan, plans, 'plan')}")


def _check_calendar(calendar: str, agreements: Collection[Agreement]) -> None:
    calendars = dict.fromkeys(term.name for agreement in agreements for term in agreement.calendars)
    if calendar not in calendars:
        raise DoesNotFit(f"holidays: unknown calendar {shown(calendar)}; {instead(calendar, calendars, 'calendar')}")
