"""A case judged as its file would be, and what the tests of clauses ask of the answer."""

from typing import Any

from domain.answer import Answer, answer
from domain.casefile import read_case
from domain.judgement import judge
from domain.terms.conduct import fitting_guides, proposed_severity
from domain.terms.lookup import find
from domain.terms.rows import Scope


def fact(at: str, event: str, **fields: Any) -> dict[str, Any]:
    """An event, of a ticket or a contract, as a case file writes it; `for_` is `for`."""
    return {"at": at, "event": event, **{name.rstrip("_"): value for name, value in fields.items()}}


def judged(agreement: str, plan: str, region: str, *events: Any, contract: Any = None, **rest: Any) -> Answer:
    """The answer, with each reading that matters. `contract`: its other facts; `rest`: readings, as_of, known_at."""
    about = {"plan": plan, "region": region, **(contract or {})}
    case = {"case": "clause", "agreement": agreement, "contract": about, "events": list(events), **rest}
    return answer(judge(read_case(case, find)), all_readings=True)


def clock(of: Answer, name: str, *keys: str, cycle: int = 1) -> Any:
    """The values of these keys of one cycle of a clock (of one key, the value itself); without keys the whole."""
    found: dict[str, Any] = next(dict(one) for one in of["clocks"] if (one["clock"], one["cycle"]) == (name, cycle))
    return (found[keys[0]] if len(keys) == 1 else tuple(found[key] for key in keys)) if keys else found


def broken(of: Answer) -> list[tuple[int | None, str]]:
    """Event number and clause of each irregularity."""
    return [(one["event"], one["clause"]) for one in of["irregularities"]]


def proposed(agreement: str, readings: dict[str, str] | None = None, **signs: Any) -> int | None:
    """The severity that category, loss or workaround speak for."""
    terms = find(agreement).agreement
    scope = Scope(readings={reading.id: reading.default for reading in terms.readings} | (readings or {}))
    return proposed_severity(fitting_guides(terms.guides, scope, **signs))
