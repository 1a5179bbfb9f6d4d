"""A ticket before somebody's eyes: how it is looked at, and what of it there is to show."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Query

from api.answering import answered
from api.pages.asked import Moment, Text
from api.pages.forms import Surroundings
from api.pages.on_ticket.chronicle import Entry, Sender, entries
from api.pages.on_ticket.discretion import for_customers
from api.pages.on_ticket.excerpt import History, Told, every_line, last_lines, latest
from api.pages.on_ticket.offers import Attempt, Offers, offered
from api.pages.on_ticket.otherwise import Beside, Choice, beside, choices, chosen
from api.pages.on_ticket.owing import called
from api.pages.on_ticket.windows import Life, Window, life_of, window
from api.pages.on_ticket.wording import Wording, first_line, spoken, waits_for
from api.pages.pictures.story import Chapter, Line, PictureWords, chapters, story
from api.pages.pictures.timeline import drawn
from api.pages.texts import say
from api.pages.visit import Visit
from domain.clocks.ladder import rungs, warnings
from domain.comparison.given import clocks_said
from domain.conduct.knowledge import Knowledge, before_all
from domain.desk.ticket import Ticket
from domain.instants import SECOND
from domain.judgement import Judgement, judge
from domain.terms.event_fields import CUSTOMER_SIDE
from domain.ticket.events import Assigned, Unassigned, WaitEnded, Waiting

MOST_LETTERS = 28_000
"""How long the picture may be: a whole page stays below a hundred thousand, and a nearer look shows more."""

MOST_STOPS = 30
"""So many marks the slider has at most, those of the last events."""

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
        clause = clock.clause
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
