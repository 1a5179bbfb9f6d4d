"""What would have been, had something been otherwise with a ticket. Nothing of it is stored.

What is supposed stands in the address, so that a question can be kept and sent to somebody.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.datastructures import QueryParams

from api.pages.comparing import Comparison, Side, side
from api.pages.forms import Form, Input, Surroundings, label, said
from api.pages.in_dispute.calling import VERDICT_ICONS
from api.pages.in_dispute.claiming import claim_form
from api.pages.on_ticket.seen import Looked, Seen
from api.pages.paper import PageRoute, page
from api.pages.pictures.timeline import PATTERNS, SIGNS
from api.pages.texts import say
from api.pages.visit import Visit, visit
from api.problems import Problem, problem
from api.supposed import terms_for
from domain.refusals import CaseFileError, CommandRefused
from domain.whatif.hypothesis import Hypothesis, read_hypothesis
from domain.whatif.under import what_if

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MOST_EVENTS = 200

ASKED = (
    "plan",
    "severity",
    "since",
    "reading",
    "without",
    "event",
    "at",
    "by",
    "on",
    "data",
    "holiday",
    "holiday_name",
)
"""The fields of a hypothesis in an address."""


# --- one ticket ---------------------------------------------------------------------------------------------------------


@router.get("/tickets/{ticket}/what-if")
def of_a_ticket(
    request: Request, ticket: UUID, visit: Annotated[Visit, visit("tickets:read", reads_all=True)]
) -> Response:
    """The form of a hypothesis, and beside the replay of record what it would change."""
    seen = Seen(visit, visit.office.ticket(ticket), Looked())
    filled = request.query_params
    refused: Problem | None = None
    comparison: Comparison | None = None
    if any(filled.get(name, "").strip() for name in ASKED):
        try:
            comparison = _supposed(seen, _hypothesis(seen, filled))
        except (CommandRefused, CaseFileError) as error:
            refused = problem(error, request.scope)
    return page(
        visit,
        "what-if",
        refused.status if refused else 200,
        seen=seen,
        wording=seen.wording,
        fields=_fields(seen.surroundings(), filled),
        event_fields=_event_fields(seen.surroundings(), filled),
        holiday=filled.get("holiday", ""),
        without=set(filled.getlist("without")),
        entries=[one for one in seen.entries if one.kind != "opened"][:MOST_EVENTS],
        comparison=comparison,
        pictures=list(comparison.pictures()) if comparison else [],
        refused=refused,
        patterns=PATTERNS,
        signs=SIGNS,
        verdict_icons=VERDICT_ICONS,
        tickets=visit.tickets,
    )


def _supposed(seen: Seen, hypothesis: Hypothesis) -> Comparison:
    office, ticket = seen.visit.office, seen.ticket
    at = seen.visit.as_of
    case = office.case(ticket, at, at)
    told = what_if(case, hypothesis, terms_for(office).lookup(ticket.opened_at, case.contract.region))
    record = side(seen, say("compare.side.record"), told.record)
    return Comparison(seen, record, Side(say("compare.side.supposed"), told.supposed, record.where))


def _hypothesis(seen: Seen, filled: QueryParams) -> Hypothesis:
    """What an address supposes of a ticket. Raises CaseFileError."""
    zone, around = seen.wording.zone, seen.surroundings()
    told = said(Form(_fields(around, filled)), filled, zone) | holidays_in(filled)
    if "reading" in told:
        told["readings"] = told.pop("reading")
    if without := [int(one) for one in filled.getlist("without") if one.isascii() and one.isdigit() and len(one) < 7]:
        told["without"] = without
    event = said(Form(_event_fields(around, filled)), filled, zone)
    if event.get("event"):
        told["with"] = [{**event.pop("data", {}), **event}]
    return read_hypothesis(told)


def _fields(around: Surroundings, filled: Mapping[str, str]) -> tuple[Input, ...]:
    agreement = around.agreement
    severities = [(number, f"{number} · {term.title}") for number, term in sorted(agreement.severities.items())]
    plans = [(name, f"{name} – {says}") for name, says in agreement.plans.items()]
    readings = claim_form("reading", around).inputs[0].options
    asked = (
        Input("plan", say("whatif.plan"), "select", plans),
        Input("severity", label("severity"), "number-of", severities),
        Input("since", say("disputes.field.since"), "instant", hint=say("forms.in_zone", zone=around.zone.key)),
        Input("reading", say("whatif.reading"), "reading", readings),
    )
    return _with(asked, filled)


def _event_fields(around: Surroundings, filled: Mapping[str, str]) -> tuple[Input, ...]:
    inputs = [one for one in claim_form("happened", around).inputs if one.name != "says"]
    return _with([Input(**{**vars(one), "required": False}) for one in inputs], filled)


def holidays_in(filled: Mapping[str, str]) -> dict[str, Any]:
    day = filled.get("holiday", "").strip()
    return {"holidays": [{"date": day}]} if day else {}


def _with(inputs: Sequence[Input], filled: Mapping[str, str]) -> tuple[Input, ...]:
    return tuple(Input(**{**vars(one), "value": filled.get(one.name, "")}) for one in inputs)
