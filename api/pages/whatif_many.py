"""What would have been, over all tickets that a filter selects: totals, and the tickets that change. Nothing of it is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.pages.asked import Moment, Text
from api.pages.in_dispute.calling import MISSING, verdict_said
from api.pages.paper import PageRoute, page
from api.pages.visit import Visit, visit
from api.pages.whatif import holidays_in
from api.problems import Problem, problem
from api.supposed import among
from api.timely import takes_long
from domain.clocks.clock import Verdict
from domain.refusals import CaseFileError, CommandRefused
from domain.terms.readings import read_options
from domain.whatif.hypothesis import Hypothesis, read_hypothesis
from domain.whatif.tally import Tally
from projections.boards.held import names
from projections.tickets import Wanted

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MOST_SHOWN = 200


@dataclass(frozen=True)
class Move:
    """How many clocks go from one verdict to another."""

    before: str
    after: str
    clocks: int
    turns: bool


@dataclass(frozen=True)
class Total:
    """The clocks of one name and severity."""

    agreement: str
    clock: str
    severity: int | None
    moves: Sequence[Move]
    used: int
    used_supposed: int


@router.get("/what-if")
@takes_long
def of_many(
    request: Request,
    visit: Annotated[Visit, visit("reports:read", reads_all=True)],
    customer: Text = "",
    agreement: Text = "",
    of_plan: Text = "",
    of_severity: Annotated[str, Query(pattern=r"^[0-9]{0,2}$")] = "",
    opened_from: Moment = None,
    opened_to: Moment = None,
) -> Response:
    """Totals and the tickets that change, among those that the filters select."""
    filled = request.query_params
    wanted = Wanted(
        customer=customer.strip() or None,
        agreement=agreement.strip() or None,
        plan=of_plan.strip() or None,
        severity=int(of_severity) if of_severity else None,
        opened_from=opened_from,
        opened_to=opened_to,
    )
    tally: Tally | None = None
    refused: Problem | None = None
    if any(filled.get(name, "").strip() for name in ("plan", "severity", "reading", "holiday")):
        try:
            tally = among(visit.office, wanted, _supposed_of_many(filled), visit.as_of, visit.as_of, MOST_SHOWN)
        except (CommandRefused, CaseFileError) as error:
            refused = problem(error, request.scope)
    return page(
        visit,
        "what-if-many",
        refused.status if refused else 200,
        filled=filled,
        holiday=filled.get("holiday", ""),
        agreements=sorted({one for _, one in names(visit.view)}),
        tally=tally,
        totals=_totals(tally, visit) if tally else [],
        left_out=sorted(tally.not_fitting.items()) if tally else [],
        verdict_said=lambda one: _said(one, visit),
        refused=refused,
        most=MOST_SHOWN,
        tickets=visit.tickets,
    )


def _supposed_of_many(filled: Mapping[str, str]) -> Hypothesis:
    """Raises CaseFileError, DoesNotFit."""
    told: dict[str, Any] = {**holidays_in(filled)}
    if plan := filled.get("plan", "").strip():
        told["plan"] = plan
    if severity := filled.get("severity", "").strip():
        told["severity"] = (
            int(severity) if severity.isascii() and severity.isdigit() and len(severity) < 5 else severity
        )
    if reading := filled.get("reading", "").strip():
        told["readings"] = read_options([reading])
    return read_hypothesis(told)


def _totals(tally: Tally, visit: Visit) -> list[Total]:
    """A line for each clock and severity, those that change first."""
    totals = []
    for line, count in sorted(
        tally.lines.items(), key=lambda one: (one[0].agreement, one[0].clock, one[0].severity or 0)
    ):
        moves = [
            Move(
                _said(before, visit),
                _said(after, visit),
                clocks,
                before is not after,
            )
            for (before, after), clocks in count.verdicts.most_common()
        ]
        totals.append(Total(line.agreement, line.clock, line.severity, moves, count.used, count.used_supposed))
    return sorted(totals, key=lambda one: not any(move.turns for move in one.moves))


def _said(verdict: Verdict | None, visit: Visit) -> str:
    return verdict_said(MISSING if verdict is None else verdict.value, visit)
