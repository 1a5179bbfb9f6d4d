"""Comparing and supposing: what two replays of a case differ in, and what a case would be under a hypothesis, as text."""

from collections.abc import Mapping
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


def compared(case: Case, one: Side, other: Side) -> Difference:
    """What the first side differs in from the second. With nothing said but the instant, what was known then from what is now."""
    before = one.of(case)
    says_more = one.known_at is not None or one.readings or other != Side()
    if not says_more and case.known_at is None:
        before = replace(before, known_at=before.as_of)
    as_of = before.as_of if other.as_of is None else other.as_of
    return difference(judge(before), judge(replace(other, as_of=as_of).of(case)))


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
