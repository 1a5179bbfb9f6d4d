"""What a form asks for is done as the command that it is: once, on the version that its sender saw. A refusal is told kindly."""

import re
from collections.abc import Mapping
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.bodies import Around, body_of, command_in
from api.conditions import Conditions
from api.entrance import asked
from api.ordering import RIGHTS
from api.pages.door.session import OfAnotherSession
from api.pages.forms import form_of, instant, said
from api.pages.on_ticket.seen import Seen
from api.pages.on_ticket.wording import spoken
from api.pages.texts import say
from api.pages.visit import Visit, visit
from api.problems import Malformed, NotFound, Problem
from api.security.roles import STANDINGS
from domain.desk.orders import Outcome
from domain.refusals import StaleVersion
from domain.ticket.commands import COMMANDS, Open, SplitOff

_KEY = re.compile(r"[0-9a-f]{32}")


async def filled(request: Request) -> dict[str, str]:
    """What stands in the fields of a form that was sent."""
    return {name: value for name, value in (await request.form()).multi_items() if isinstance(value, str)}


Filled = Annotated[Mapping[str, str], Depends(filled)]
Acting = Annotated[Visit, visit("tickets:read", shows_again=True)]


def told_kindly(error: Exception, told: Problem) -> Problem:
    """Somebody was faster, or the session was over: that is no mistake of whoever sent the form."""
    kinds = {StaleVersion: "stale", OfAnotherSession: "late"}
    kind = next((name for kind, name in kinds.items() if isinstance(error, kind)), None)
    if kind is None:
        return told.model_copy(update={"detail": told.detail.replace("effective_at", say("forms.effective_at_said"))})
    return told.model_copy(
        update={"title": say(f"forms.{kind}"), "detail": say(f"forms.{kind}_detail"), "remedy": None}
    )


def carried_out(request: Request, seen: Seen, command: str, filled: Mapping[str, str]) -> Outcome:
    """Have the command of a form executed. Raises NotFound, Malformed, RequestValidationError, and what the office raises."""
    if command not in COMMANDS or command == Open.name:
        raise NotFound(f"there is no command {command}")
    office = seen.visit.office
    office.principal.must(RIGHTS.get(command, "tickets:act"))
    conditions = conditions_of(seen.visit, filled)
    model = Open if command == SplitOff.name else COMMANDS[command]
    around = seen.surroundings()
    told = said(form_of(model, around), filled, around.zone)
    told |= around_read(filled, around.zone)
    body = body_read(body_of(model), told)
    said_so = command_in(body, model)
    if command == SplitOff.name:
        return office.split(seen.ticket.id, said_so, asked(request, conditions, body))  # type: ignore[arg-type]
    return office.execute(seen.ticket.id, said_so, asked(request, conditions, body))


def conditions_of(visit: Visit, filled: Mapping[str, str]) -> Conditions:
    """A form carries the key that makes a second click harmless, and the version that its sender saw.

    Raises OfAnotherSession for one that came too late, and Malformed.
    """
    visit.must_be_in_time()
    key, version = filled.get("key", ""), filled.get("version", "")
    if not _KEY.fullmatch(key) or not (version.isascii() and version.isdigit() and len(version) <= 18):
        raise Malformed("this form is not as the page made it", remedy="open the page again and send it once more")
    return Conditions(key, int(version))


def body_read(model: type[Around], told: Mapping[str, Any]) -> Around:
    """Raises RequestValidationError where a field does not hold what it should."""
    try:
        return model.model_validate(told)
    except ValidationError as error:
        faults = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        raise RequestValidationError(faults, body=dict(told)) from None


def around_read(filled: Mapping[str, str], zone: ZoneInfo) -> dict[str, Any]:
    """Since when it counts, and on whose behalf it is said."""
    told: dict[str, Any] = {}
    if since := filled.get("effective_at", "").strip():
        told["effective_at"] = instant(since, zone)
    if role := filled.get("by", "").strip():
        person = filled.get("by_id", "").strip()
        told["by"] = {"role": role, "id": person} if person else role
    return told


def speaks_for(visit: Visit) -> list[tuple[str, str]]:
    """On whose behalf somebody may act."""
    own = visit.office.principal.role
    return [(role, spoken(role)) for role in sorted(STANDINGS[own].speaks_for - {own})]
