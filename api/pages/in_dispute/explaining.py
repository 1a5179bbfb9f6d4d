"""The worked example of a dispute, judged as every ticket is: its figures on the page are those of the engine."""

from functools import cache
from typing import NamedTuple

from pydantic import TypeAdapter

from domain.casefile import read_case
from domain.disputes.claims import Claim
from domain.disputes.evaluation import clock_of, evaluate
from domain.judgement import Judgement
from domain.terms.library import selector

CASE = {
    "case": "an example",
    "agreement": "xima-care",
    "contract": {"plan": "premium", "region": "na"},
    "events": [
        {"at": "2026-03-02T09:00:00-07:00", "event": "opened", "severity": 2, "channel": "phone", "by": "customer"},
        {"at": "2026-03-02T10:30:00-07:00", "event": "responded", "by": "agent"},
    ],
    "as_of": "2026-03-03T09:00:00-07:00",
}
CLAIMS = (
    {"kind": "reading", "reading": "xima-care:6.5/severity-2", "option": "one-hour"},
    {"kind": "happened", "fact": {"at": "2026-03-02T09:40:00-07:00", "event": "responded"}, "by": "agent"},
)
ROWS = {"none": (), "one": (1,), "two": (2,), "both": (1, 2)}


class Figures(NamedTuple):
    """The answer under some of the claims; counted seconds."""

    claims: str
    used: int
    allowed: int
    verdict: str


@cache
def example() -> tuple[Figures, ...]:
    case = read_case(CASE, selector)
    reader: TypeAdapter[Claim] = TypeAdapter(Claim)
    claims = {number: reader.validate_python(told) for number, told in enumerate(CLAIMS, start=1)}
    evaluation = evaluate(case, claims, case.as_of)
    return tuple(_figures(name, evaluation.supposed[numbers].judgement) for name, numbers in ROWS.items())


def _figures(name: str, judgement: Judgement | None) -> Figures:
    clock = clock_of(judgement, ("response", 1))
    assert judgement is not None
    assert clock is not None
    return Figures(name, clock.used, clock.allowance or 0, clock.verdict(judgement.replay.excused).value)
