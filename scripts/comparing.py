"""Comparing and supposing: what two replays of a case differ in, and what a case would be under a hypothesis, as text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from pydantic_core import to_json

from domain.answer import answer
from domain.comparison.answers import difference_answer
from domain.comparison.difference import Difference, difference
from domain.comparison.wording import words
from domain.contract.misfits import reading_misfits
from domain.judgement import Case, judge
from domain.refusals import CaseFileError, CommandRefused, DoesNotFit
from domain.whatif.hypothesis import Hypothesis
from domain.whatif.supposing import Lookup
from domain.whatif.under import what_if


@dataclass(frozen=True)
class Side:
    """How one replay is asked; what is None is left as the case has it. Instants are microseconds since 1970 UTC."""

    as_of: int | None = None
    known_at: int | None = None
    readings: Mapping[str, str] = field(default_factory=dict)

    def of(self, case: Case) -> Case:
        """Raises DoesNotFit for a reading that is none of the case's agreement."""
        for problem in reading_misfits(self.readings, case.selector.agreement, "--reading"):
            raise DoesNotFit(problem)
        return replace(
            case,
            as_of=case.as_of if self.as_of is None else self.as_of,
            known_at=case.known_at if self.known_at is None else self.known_at,
            readings={**case.readings, **self.readings},
        )


Known = Callable[[int | None], Case]
"""A case with what was known by an instant in microseconds (None: everything), the contract's own history included."""


def compared(case: Case, one: Side, other: Side, known: Known | None = None) -> Difference:
    """What the first side differs in from the second, which knows everything unless it is told otherwise.

    With nothing said but the instant, what was known then is held against what is known now. `known` is for a case of which more
    than its history depends on what is known. Raises DoesNotFit for a reading that is none of the case's agreement.
    """
    as_known = known or (lambda instant: replace(case, known_at=instant))
    as_of = case.as_of if one.as_of is None else one.as_of
    known_then = case.known_at if one.known_at is None else one.known_at
    if known_then is None and not one.readings and other == Side():
        known_then = as_of
    before = Side(as_of, None, one.readings).of(as_known(known_then))
    after = Side(as_of if other.as_of is None else other.as_of, None, other.readings).of(as_known(other.known_at))
    return difference(judge(before), judge(after))


def difference_text(found: Difference, *, as_json: bool) -> str:
    """In words under the name of the case, or as a line of JSON."""
    if as_json:
        return to_json(difference_answer(found)).decode() + "\n"
    return "\n".join((f"{found.after.case.name}:", *(f"  {line}" for line in words(found)))) + "\n"


def supposed_text(case: Case, hypothesis: Hypothesis, lookup: Lookup, *, as_json: bool) -> str:
    """The case on record and as supposed, with the difference."""
    told = what_if(case, hypothesis, lookup)
    if not as_json:
        return difference_text(told.difference, as_json=False)
    both = {"record": answer(told.record), "supposed": answer(told.supposed)}
    return to_json({**both, "difference": difference_answer(told.difference)}).decode() + "\n"


def placed(refusal: CommandRefused, place: str) -> CaseFileError:
    """A refusal with the case that it is about."""
    return CaseFileError(place, "; ".join(filter(None, (refusal.says, refusal.remedy))))
