"""What the forms of a dispute say, as a request has it, and having it done."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request

from api.bodies import Around, body_of, command_in
from api.entrance import asked
from api.pages.acting import around_read, body_read, conditions_of, told_kindly
from api.pages.forms import Form, Input, said
from api.pages.in_dispute.claiming import KINDS_OF_CLAIM, claim_said
from api.pages.in_dispute.disputing import Argument
from api.pages.texts import say
from api.problems import NotFound, Problem, problem
from domain.desk.orders import Outcome
from domain.disputes.commands import ASKED, DisputeCommand

COMMANDS: Mapping[str, type[DisputeCommand]] = {one.name: one for one in ASKED}


def carried_out(request: Request, argument: Argument, command: str, filled: Mapping[str, str]) -> Outcome:
    """Have the command of a form executed. Raises NotFound, Malformed, RequestValidationError, and what the office raises."""
    model = COMMANDS.get(command)
    if model is None:
        raise NotFound(f"there is no command {command}")
    office = argument.visit.office
    office.principal.must("rulings:make" if command == "rule" else "disputes:act")
    conditions = conditions_of(argument.visit, filled)
    told = _said(argument, command, filled) | around_read(filled, argument.wording.zone)
    body: Around = body_read(body_of(model), told)
    return office.on_dispute(argument.id, command_in(body, model), asked(request, conditions, body))


def _said(argument: Argument, command: str, filled: Mapping[str, str]) -> dict[str, Any]:
    """What a form says, as the JSON of a request would."""
    zone = argument.wording.zone
    if command == "make-claim":
        kind = filled.get("kind", "")
        if kind not in KINDS_OF_CLAIM:
            raise NotFound(f"there is no claim of the kind {kind}")
        claim = {"claim": claim_said(kind, filled, argument.seen.surroundings())}
        return claim | ({"says": filled["says"]} if filled.get("says", "").strip() else {})
    told = said(Form(_FIELDS.get(command, ())), filled, zone)
    if command == "reopen":
        told["claims"] = [one.number for one in argument.dispute.claims if f"claim.{one.number}" in filled]
    return told


def _field(name: str, kind: str) -> Input:
    return Input(name, name, kind)


_CLAIM = _field("claim", "number-of")

_FIELDS: Mapping[str, tuple[Input, ...]] = {
    "answer": (_CLAIM, _field("accepts", "yes-no"), _field("says", "long")),
    "rule": (_CLAIM, _field("upheld", "yes-no"), _field("why", "long")),
    "withdraw-claim": (_CLAIM,),
    "attach-evidence": (
        _CLAIM,
        *(_field(name, "text") for name in ("name", "media_type", "digest", "says")),
        _field("size", "number"),
    ),
    "extend": (_field("which", "select"), _field("until", "instant"), _field("why", "long")),
    "reopen": (_field("why", "long"), _field("answer_days", "number"), _field("ruling_days", "number")),
}
"""How the fields of each form are read."""


def kindly(error: Exception, request: Request) -> Problem:
    told = told_kindly(error, problem(error, request.scope))
    if told.title == say("forms.stale"):
        return told.model_copy(update={"detail": say("disputes.stale_detail")})
    return told
