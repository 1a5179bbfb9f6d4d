"""The ticket page: what is owed next, every clock, the picture of its life, its history, and what can be done with it now."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.responses import RedirectResponse

from api.answering import answered
from api.bodies import Around, body_of, command_in
from api.conditions import Conditions
from api.entrance import asked
from api.ordering import RIGHTS
from api.pages.asked import Act, Done, Moment, Text
from api.pages.chronicle import Entry, Sender, entries
from api.pages.discretion import for_customers
from api.pages.excerpt import History, Told, every_line, last_lines, latest
from api.pages.forms import Surroundings, form_of, instant, said
from api.pages.offers import Attempt, Offers, offered
from api.pages.otherwise import Beside, Choice, beside, choices, chosen
from api.pages.owing import called, clock_lines, deadlines, duties, steps_ahead
from api.pages.paper import PageRoute, page
from api.pages.pictures.story import Chapter, Line, PictureWords, chapters, story
from api.pages.pictures.timeline import PATTERNS, SIGNS, drawn
from api.pages.session import OfAnotherSession
from api.pages.settling import disputes_about
from api.pages.texts import say
from api.pages.visit import Visit, visit
from api.pages.windows import Life, Window, life_of, window
from api.pages.wording import Wording, event_name, first_line, spoken, tell, waits_for
from api.problems import Forbidden, Malformed, NotFound, Problem, problem
from api.security.roles import STANDINGS
from domain.clocks.ladder import rungs, warnings
from domain.comparison.given import clocks_said
from domain.conduct.knowledge import Knowledge, before_all
from domain.desk.orders import Outcome
from domain.desk.ticket import Ticket
from domain.instants import SECOND, moment, text
from domain.judgement import Judgement, judge
from domain.refusals import CommandRefused, StaleVersion
from domain.terms.event_fields import CUSTOMER_SIDE
from domain.ticket.commands import COMMANDS, Open, SplitOff
from domain.ticket.events import Assigned, Unassigned, WaitEnded, Waiting
from projections.judged import clause_of

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MOST_LETTERS = 28_000
"""How long the picture may be: a whole page stays below a hundred thousand, and a nearer look shows more."""

MOST_STOPS = 30
"""So many marks the slider has at most, those of the last events."""

_KEY = re.compile(r"[0-9a-f]{32}")

Readings = Annotated[list[Text], Query(max_length=50)]


@dataclass(frozen=True)
class Looked:
    """How somebody looks at a ticket: with what was known by when, which stretch of time, and which readings beside.

    `known` is `now` for whoever looks at the past with what is known today; `whole` is what is shown from beginning to end.
    """

    known: str = ""
    known_at: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None
    readings: tuple[str, ...] = ()
    whole: str = ""


def looked(
    known: Annotated[str, Query(max_length=10)] = "",
    known_at: Annotated[Moment, Query()] = None,
    start: Annotated[Moment, Query(alias="from")] = None,
    end: Annotated[Moment, Query(alias="to")] = None,
    reading: Readings = [],  # noqa: B006
    whole: Annotated[Literal["", "history", "ledger"], Query()] = "",
) -> Looked:
    return Looked(known, known_at, start, end, tuple(reading), whole)


@dataclass(frozen=True)
class Seen:
    """A ticket before somebody's eyes."""

    visit: Visit
    ticket: Ticket
    looked: Looked

    @cached_property
    def judgement(self) -> Judgement:
        """As of the instant that the visitor looks at."""
        return judge(self.visit.office.case(self.ticket, self.visit.as_of, self.known_at))

    def given(self, judgement: Judgement, readings: Mapping[str, str] | None = None) -> Judgement:
        """Note what is shown as an answer to whoever looks."""
        office, as_of = self.visit.office, self.visit.as_of
        answered(office, self.ticket, judgement.case, clocks_said(judgement), as_of, self.known_at, readings)
        return judgement

    @property
    def known_at(self) -> datetime | None:
        """With what was known at the instant looked at, unless something else is asked for."""
        return self.looked.known_at or (None if self.looked.known == "now" else self.visit.as_of)

    @cached_property
    def wording(self) -> Wording:
        return Wording(self.visit.show, self.judgement.replay.terms.where, self.visit.office.at)

    @property
    def is_live(self) -> bool:
        return self.visit.as_of is None and self.known_at is None

    @property
    def reference(self) -> str:
        return self.ticket.filed.case or str(self.ticket.id)

    @cached_property
    def is_yet_to_come(self) -> bool:
        """Whether nothing of it had happened by the instant looked at, with what is known."""
        return all(one.at > self.judgement.case.as_of for one in self.judgement.hindsight.recorded)

    @cached_property
    def chapters(self) -> list[Chapter]:
        return chapters(self.judgement)

    @cached_property
    def life(self) -> Life:
        return life_of(self.judgement)

    @cached_property
    def replayed(self) -> Life:
        """What one can replay: all that is known now, whatever instant is looked at."""
        return self.life if self.is_live else life_of(judge(self.visit.office.case(self.ticket)))

    @cached_property
    def window(self) -> Window:
        return window(self.judgement, self.life, self.wording.zone, self.looked.start, self.looked.end)

    def picture(self, left_out: Collection[int] = ()) -> str:
        """Without the marks of the events left out."""
        now = say("ticket.picture.now" if self.visit.as_of is None else "ticket.picture.then")
        words = PictureWords(self.judgement, self.wording, self.reference, self.chapters, now, left_out, self.place)
        return drawn(story(words), self.window.scale, words, MOST_LETTERS)

    @cached_property
    def entries(self) -> list[Entry]:
        sent = {one.originator_version: one.sent_by for one in self.ticket.envelopes if one.sent_by is not None}
        return entries(self.judgement, self.wording, sent)

    @cached_property
    def history(self) -> History:
        """As far as it is shown, to this visitor."""
        told = list(for_customers(self.entries, self.judgement)) if self.visit.is_customers else self.entries
        return History(told) if self.looked.whole == "history" else latest(told)

    @cached_property
    def asked_readings(self) -> dict[str, str]:
        return chosen(self.looked.readings)

    def readings(self) -> list[Choice]:
        return choices(self.judgement, self.asked_readings)

    def beside(self) -> list[Beside]:
        """What the clocks would say. Raises DoesNotFit for a reading that nobody knows."""
        if not self.asked_readings:
            return []
        case = self.visit.office.case(self.ticket, self.visit.as_of, self.known_at, self.asked_readings)
        return beside(self.judgement, self.given(judge(case), self.asked_readings))

    @cached_property
    def knowledge(self) -> Knowledge:
        terms, as_of = self.judgement.replay.terms, self.judgement.case.as_of
        known = before_all(terms.agreement, terms.scope)
        return known.after_all(one for one in self.judgement.hindsight.recorded if one.at <= as_of)

    @property
    def assignee(self) -> str | None:
        for one in reversed(self.knowledge.past):
            match one.recorded.event:
                case Assigned() as given:
                    return given.whom
                case Unassigned():
                    return None
                case _:
                    pass
        return None

    @property
    def about(self) -> str:
        """What it is about, in the words of whoever reported it."""
        opening = self.judgement.hindsight.opening
        return first_line(opening.fields) if opening else ""

    @property
    def stops(self) -> list[int]:
        """The instants of the last events, those after the instant looked at too, so that one can go on to them."""
        return sorted({one.at // SECOND for one in self.ticket.history} | {one.at for one in self.entries})[
            -MOST_STOPS:
        ]

    @property
    def waits_said(self) -> str:
        return waits_for(self.judgement.replay.waits)

    @property
    def asked_to_do(self) -> list[str]:
        """What has to be done before the waits in force end, as far as it was said."""
        asked: dict[str, str] = {}
        for one in self.knowledge.past:
            event = one.recorded.event
            if isinstance(event, Waiting) and event.task:
                asked.setdefault(event.on, event.task)
            elif isinstance(event, WaitEnded):
                asked.pop(event.on, None)
        return [task for on, task in asked.items() if on in self.judgement.replay.waits]

    def caption(self, chapter: Chapter) -> str:
        return say("ticket.ledger.caption", clock=called(chapter.clock), state=say(f"common.state.{chapter.state}"))

    def called_kind(self, line: Line) -> str:
        """What a clock did in a stretch of its life."""
        segment = line.segment
        return say(f"ticket.picture.{line.kind}", waits=waits_for(segment.waits), calendar=segment.calendar)

    def who(self, entry: Entry | Sender) -> str:
        """Who did it, as a customer is told: one's own people by name, the vendor's as such."""
        if entry.role is None or entry.role in CUSTOMER_SIDE:
            return entry.by
        return say("portal.one.by_system" if entry.role == "system" else "portal.one.by_us")

    @cached_property
    def ledger(self) -> list[Told]:
        """The clocks with lines in the stretch of time that is shown, as far as they are told."""
        scale = self.window.scale
        found = [
            (chapter, [line for line in chapter.lines if line.end > scale.start and line.start < scale.end])
            for chapter in self.chapters
        ]
        inside = [(chapter, lines) for chapter, lines in found if lines]
        return every_line(inside) if self.looked.whole == "ledger" else last_lines(inside)

    @property
    def lines_left_out(self) -> int:
        return sum(one.all - len(one.lines) for one in self.ledger)

    def place(self, anchor: str) -> str:
        """Where an event, `e-3`, or a line of the ledger, `s-response-1-3`, stands: on this page, or where all of it is shown."""
        part = {"e": "history", "s": "ledger"}.get(anchor.partition("-")[0])
        return f"#{anchor}" if part is None or anchor in self._here[part] else self.in_whole(part, anchor)

    def in_whole(self, part: str, anchor: str) -> str:
        """The address under which a part of this page is shown from beginning to end."""
        return f"{self._wholes[part]}#{anchor}"

    @cached_property
    def _wholes(self) -> Mapping[str, str]:
        told = self.visit.request.query_params.multi_items()
        asked = [one for one in told if one[0] not in ("whole", "done", "act", "second")]
        here = f"{self.visit.tickets}/{self.ticket.id}"
        return {part: f"{here}?{urlencode([*asked, ('whole', part)])}" for part in ("history", "ledger")}

    @cached_property
    def _here(self) -> Mapping[str, Collection[str]]:
        """The events and lines that stand on this page."""
        return {
            "history": {f"e-{one.number}" for one in self.history.entries},
            "ledger": {line.id for one in self.ledger for line in one.lines},
        }

    def ladder(self, chapter: Chapter) -> list[tuple[str, str, str]]:
        """The steps of a clock's ladder and its warnings, each with when, and its clause."""
        clock = chapter.clock
        told = [(spoken(one.role), one.reached_at, one.due_at, one.clause) for one in rungs(clock)]
        clause = clause_of(clock)
        told += [(f"{one.percent} %", one.reached_at, one.due_at, clause) for one in warnings(clock)]
        return [(name, self._when(reached, due), clause) for name, reached, due, clause in told]

    def _when(self, reached: int | None, due: int | None) -> str:
        if reached is not None:
            return say("ticket.ledger.reached", at=self.wording.plain(reached))
        return say("ticket.ledger.not_due") if due is None else say("ticket.ledger.ahead", at=self.wording.plain(due))

    def surroundings(self) -> Surroundings:
        case = self.judgement.case
        named = [(str(one.number), f"{one.number} · {one.name}") for one in self.entries]
        waits = [(str(one.number), f"{one.number} · {one.name}") for one in self.entries if one.kind == "waiting"]
        return Surroundings(
            zone=self.wording.zone,
            agreement=case.selector.agreement,
            events=named,
            waits=waits,
            products=case.contract.products,
            servers=tuple(case.contract.servers),
        )

    def offers(self, attempt: Attempt | None = None) -> Offers:
        """What can be done now; nothing where somebody looks at the past, or may do nothing with tickets."""
        if not self.is_live or not self.visit.may("tickets:act"):
            return Offers()
        return offered(self.judgement.case, self.visit.office, self.surroundings(), attempt)


# --- the page -----------------------------------------------------------------------------------------------------------


@router.get("/tickets/{ticket}")
def ticket(
    request: Request,
    ticket: UUID,
    visit: Annotated[Visit, visit("tickets:read")],
    looked: Annotated[Looked, Depends(looked)],
    second: Annotated[int | None, Query(ge=0, lt=8_000_000_000)] = None,
    done: Done = None,
    act: Act = "",
) -> Response:
    """A ticket as it stands, or as it stood; a customer's people have a page of their own for theirs."""
    if visit.is_customers:
        return RedirectResponse(f"/portal/tickets/{ticket}", 303)
    if second is not None:
        return RedirectResponse(_moved_to(request, second), 303)
    seen = Seen(visit, visit.office.ticket(ticket), looked)
    return shown(seen, done=done if done in COMMANDS else None, attempt=Attempt(act))


def _moved_to(request: Request, second: int) -> str:
    """The slider without scripts sends a bare second; the address shows the instant."""
    told = [(name, value) for name, value in request.query_params.multi_items() if name not in ("second", "as_of")]
    return f"{request.url.path}?{urlencode([*told, ('as_of', text(second))])}"


def shown(
    seen: Seen,
    status: int = 200,
    *,
    done: str | None = None,
    refused: Problem | None = None,
    attempt: Attempt | None = None,
) -> Response:
    """The page of a ticket; with a refusal, what somebody had filled in stands where they left it."""
    judgement, wording = seen.given(seen.judgement), seen.wording
    if seen.is_yet_to_come:
        return page(seen.visit, "not-yet", seen=seen)
    live = seen.is_live
    return page(
        seen.visit,
        "ticket",
        status,
        seen=seen,
        tell=tell,
        spoken=spoken,
        event_name=event_name,
        waits_for=waits_for,
        moment=moment,
        iso=text,
        wording=wording,
        judgement=judgement,
        replay=judgement.replay,
        agreement=judgement.replay.terms.agreement,
        deadlines=deadlines(judgement, wording, live=live),
        steps=steps_ahead(judgement, wording),
        duties=duties(judgement),
        lines=clock_lines(judgement),
        picture=seen.picture(),
        patterns=PATTERNS,
        signs=SIGNS,
        window=seen.window,
        marks=seen.stops,
        beside=seen.beside(),
        choices=seen.readings(),
        offers=seen.offers(attempt),
        done=done,
        refused=refused,
        speaks_for=speaks_for(seen.visit),
        disputes=disputes_about(seen.visit, seen.ticket.id),
    )


def speaks_for(visit: Visit) -> list[tuple[str, str]]:
    """On whose behalf somebody may act."""
    own = visit.office.principal.role
    return [(role, spoken(role)) for role in sorted(STANDINGS[own].speaks_for - {own})]


# --- what is done with it -------------------------------------------------------------------------------------------------


async def filled(request: Request) -> dict[str, str]:
    """What stands in the fields of a form that was sent."""
    return {name: value for name, value in (await request.form()).multi_items() if isinstance(value, str)}


Filled = Annotated[Mapping[str, str], Depends(filled)]
Acting = Annotated[Visit, visit("tickets:read", shows_again=True)]


@router.post("/tickets/{ticket}/{command}")
def act(request: Request, ticket: UUID, command: str, visit: Acting, filled: Filled) -> Response:
    """Do what a form asks. A refusal shows the page again, with the reason and with all that was filled in."""
    seen = Seen(visit, visit.office.ticket(ticket), Looked())
    try:
        outcome = carried_out(request, seen, command, filled)
    except (CommandRefused, Forbidden, RequestValidationError) as error:
        again = Seen(visit, visit.office.ticket(ticket), Looked())
        told = told_kindly(error, problem(error, request.scope))
        return shown(again, told.status, refused=told, attempt=Attempt(command, filled))
    where = outcome.events[-1].event.ticket if command == SplitOff.name and outcome.events else ticket
    return RedirectResponse(f"/tickets/{where}?done={command}", 303)


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
