"""Two replays of one ticket side by side: of different knowledge or instants, or one on record and one as supposed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from api.pages.in_dispute.calling import MISSING, clock_title, verdict_said
from api.pages.on_ticket.seen import Seen
from api.pages.on_ticket.windows import life_of, window
from api.pages.on_ticket.wording import tell, waits_for
from api.pages.pictures.story import PictureWords, chapters, story
from api.pages.pictures.timeline import drawn
from api.pages.texts import say
from domain.comparison.difference import ClockDifference, Difference, difference
from domain.comparison.inputs import EventChange
from domain.comparison.outcomes import Outcome, Part, Stretch
from domain.comparison.said import change_words
from domain.comparison.wording import cause_words
from domain.conduct.irregularities import Irregularity
from domain.instants import SECOND, text
from domain.judgement import Judgement

MOST_STRETCHES = 60
"""Of so many stretches that differ each is told; of more the first ones."""


@dataclass(frozen=True)
class Side:
    """One of the two replays: what it is called, and where the ticket stands as it tells of it."""

    name: str
    judgement: Judgement
    where: str


@dataclass(frozen=True)
class ClockBeside:
    """A clock on both sides; `why` are the reasons of which each, or all of which together, make the difference."""

    title: str
    before: Markup
    after: Markup
    verdict_before: str
    verdict_after: str
    turns: bool
    why: Sequence[str]
    counted: int
    stretches: Sequence[tuple[Markup, str, str, int]]
    further: int


@dataclass(frozen=True)
class EventBeside:
    """Something that went in otherwise; `number` is its event's, where it is one. One that is only supposed is not recorded."""

    says: str
    number: int | None
    is_recorded: bool


@dataclass(frozen=True)
class Comparison:
    """What two replays differ in, in words and pictures for one visitor."""

    seen: Seen
    before: Side
    after: Side

    @cached_property
    def difference(self) -> Difference:
        return difference(self.before.judgement, self.after.judgement)

    @property
    def summary(self) -> list[str]:
        """A sentence for each clock whose verdict differs, else that none does."""
        turned = [
            say("compare.turned", clock=one.title, before=one.verdict_before, after=one.verdict_after)
            for one in self.clocks
            if one.turns
        ]
        if turned:
            return turned
        return [say("compare.same_verdicts" if self.clocks or self.inputs else "compare.same")]

    @cached_property
    def clocks(self) -> list[ClockBeside]:
        return [self._clock(one) for one in self.difference.clocks]

    @property
    def alike(self) -> list[tuple[str, str, Markup]]:
        """The clocks of which both sides say the same."""
        apart = {(one.clock, one.cycle) for one in self.difference.clocks}
        judgement = self.after.judgement
        return [
            (
                self.title(clock.terms.name, clock.cycle),
                self.verdict(verdict),
                self._when(clock.due_at, clock.breached_at),
            )
            for clock in judgement.replay.clocks
            if (clock.terms.name, clock.cycle) not in apart
            for verdict in [clock.verdict(judgement.replay.excused).value]
        ]

    @cached_property
    def inputs(self) -> list[EventBeside]:
        """What went in otherwise, event by event."""
        recorded = len(self.seen.ticket.envelopes)
        numbers = [one.event.number if isinstance(one, EventChange) else None for one in self.difference.inputs]
        return [
            EventBeside(change_words(one, self.difference), number, number is not None and number <= recorded)
            for one, number in zip(self.difference.inputs, numbers, strict=True)
        ]

    @property
    def irregular(self) -> tuple[list[str], list[str]]:
        """What is out of order on one side only: before, after."""
        before, after = self.difference.irregularities
        return [_irregular(one) for one in before], [_irregular(one) for one in after]

    def pictures(self) -> Iterator[tuple[str, Markup]]:
        """Both sides, one above the other, on one scale."""
        wording = self.seen.wording
        judgement = max(self.before.judgement, self.after.judgement, key=lambda one: one.case.as_of)
        scale = window(judgement, life_of(judgement), wording.zone, None, None).scale
        for side in (self.before, self.after):
            told = chapters(side.judgement)
            words = PictureWords(side.judgement, wording, f"{self.seen.reference}, {side.name}", told, "")
            picture = drawn(story(words), scale, words)
            yield side.name, Markup(str(picture).replace('<a href="#', f'<a href="{side.where}#'))

    def title(self, name: str, cycle: int) -> str:
        return clock_title(name, self.after.judgement.replay.terms.agreement, self.seen.visit, cycle)

    def verdict(self, verdict: str) -> str:
        return verdict_said(verdict, self.seen.visit)

    def _clock(self, one: ClockDifference) -> ClockBeside:
        before, after = (side.verdict.value if side else MISSING for side in (one.before, one.after))
        told = one.stretches[:MOST_STRETCHES]
        return ClockBeside(
            title=self.title(one.clock, one.cycle),
            before=self._outcome(one.before),
            after=self._outcome(one.after),
            verdict_before=self.verdict(before),
            verdict_after=self.verdict(after),
            turns=one.changes_verdict,
            why=[cause_words(cause, self.difference) for cause in one.causes],
            counted=one.counted,
            stretches=[self._stretch(each) for each in told],
            further=len(one.stretches) - len(told),
        )

    def _outcome(self, outcome: Outcome | None) -> Markup:
        if outcome is None or outcome.started_at is None:
            return Markup("")
        used = say("disputes.table.used", used=self.seen.visit.show.span(outcome.used))
        when = self._when(outcome.due_at, outcome.breached_at)
        return Markup("{}, {}").format(used, when) if when else Markup("{}").format(used)

    def _when(self, due: int | None, breached: int | None) -> Markup:
        time = self.seen.wording.time
        if breached is not None:
            return tell("compare.breached", at=time(breached))
        return tell("compare.due", at=time(due)) if due is not None else Markup("")

    def _stretch(self, one: Stretch) -> tuple[Markup, str, str, int]:
        wording = self.seen.wording
        when = Markup("{} – {}").format(wording.time(one.start), wording.time(one.end))
        return when, self._part(one.before), self._part(one.after), one.counted

    def _part(self, part: Part | None) -> str:
        if part is None:
            return say("compare.part.none")
        return say(
            f"compare.part.{part.state}",
            waits=waits_for(part.waits),
            calendar=part.calendar,
            severity=part.severity,
            clause=part.clause,
        )


def _irregular(one: Irregularity) -> str:
    return f"{one.says} {one.detail} ({one.clause})"


def side(seen: Seen, name: str, judgement: Judgement) -> Side:
    """One replay of the ticket on record; its address is that of the ticket's page as it tells of it."""
    case = judgement.case
    place = f"/portal/tickets/{seen.ticket.id}" if seen.visit.is_customers else f"/tickets/{seen.ticket.id}"
    known = "&amp;known=now" if case.known_at is None else f"&amp;known_at={text(case.known_at // SECOND)}"
    return Side(name, judgement, f"{place}?as_of={text(case.as_of // SECOND)}{known}")
