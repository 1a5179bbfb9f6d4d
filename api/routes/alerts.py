"""What monitored systems report."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request, Response

from api.answers import Done, done
from api.bodies import StrictRoute, UnderContract, command_in
from api.conditions import Conditions, once
from api.entrance import asked, office
from api.office import Office
from api.problems import problem_responses
from domain.desk.alerts import ReportAlert

router = APIRouter(prefix="/v1/alerts", tags=["Alerts"], route_class=StrictRoute)

_PROBLEMS = problem_responses(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503)

_ALERT = {"contract": "5c1f8d2e-0f2b-4a61-9d0e-6a3b1c2d4e5f", "code": "application-crash", "condition": "recorder-2"}


class Report(ReportAlert, UnderContract):
    """What a monitored system reports, and the contract that it runs under."""


@router.post("", operation_id="reportAlert", response_model=Done, responses=_PROBLEMS)
def report(
    request: Request,
    conditions: Annotated[Conditions, Depends(once)],
    office: Annotated[Office, office("alerts:raise")],
    body: Annotated[Report, Body(openapi_examples={"alert": {"value": _ALERT}})],
) -> Response:
    """Report an event code: it opens a ticket, or finds the one that is open while the same condition goes on."""
    return done("ticket", office.alert(body.contract, command_in(body, ReportAlert), asked(request, conditions, body)))


class Clearance(UnderContract):
    """What a monitored system reports to be over."""

    code: str
    condition: str | None = None


@router.post("/clear", operation_id="clearAlert", response_model=Done, responses=_PROBLEMS)
def clear(
    request: Request,
    conditions: Annotated[Conditions, Depends(once)],
    office: Annotated[Office, office("alerts:raise")],
    body: Annotated[Clearance, Body(openapi_examples={"alert": {"value": _ALERT}})],
) -> Response:
    """Report that a condition is over: its ticket records it, and the next report of it opens another."""
    report = ReportAlert(code=body.code, condition=body.condition)
    return done("ticket", office.clear(body.contract, report, asked(request, conditions, body)))
