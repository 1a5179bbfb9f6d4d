"""Which claim decides: the clocks in dispute under each claim and under all, as a table and in sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from api.pages.in_dispute.calling import MISSING, clock_title, verdict_said
from api.pages.on_ticket.seen import Seen
from api.pages.texts import say
from domain.clocks.clock import Clock
from domain.disputes.evaluation import Evaluation, Supposed, clock_of
from domain.judgement import Cycle, Judgement


@dataclass(frozen=True)
class Cell:
    """What a clock in dispute would say; `turns` where that is another verdict than without the claims."""

    verdict: str
    says: str
    figures: Markup
    turns: bool


@dataclass(frozen=True)
class Row:
    """The clocks in dispute under some of the claims; `misfit` says why these cannot be supposed."""

    title: str
    cells: Sequence[Cell]
    misfit: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Deciding:
    """An evaluation for one visitor; `ruled` is the ticket as it stands, where a claim was ruled."""

    seen: Seen
    evaluation: Evaluation
    ruled: Judgement | None = None

    @property
    def cycles(self) -> tuple[Cycle, ...]:
        return self.evaluation.cycles

    def called(self, cycle: Cycle) -> str:
        return clock_title(cycle[0], self.seen.judgement.replay.terms.agreement, self.seen.visit, cycle[1])

    def is_alone(self, number: int) -> bool:
        """Whether a claim turns a verdict by itself."""
        return any(one.claims == (number,) for cycle in self.cycles for one in self.evaluation.deciding(cycle))

    @cached_property
    def rows(self) -> list[Row]:
        """The verdicts without the claims, under each, under all but each, under all, and as they stand with the rulings."""
        one = self.evaluation
        rows = [self._row(say("disputes.table.record"), Supposed((), one.record), "record")]
        rows += [self._row(say("disputes.table.alone", number=number), one.alone(number)) for number in one.claims]
        rows += self._of_most(one) if len(one.claims) > 2 else []
        if len(one.claims) > 1:
            rows.append(self._row(say("disputes.table.together"), one.together))
        if self.ruled is not None:
            rows.append(self._row(say("disputes.table.ruled"), Supposed((), self.ruled), "ruled"))
        return rows

    def _of_most(self, one: Evaluation) -> list[Row]:
        """All claims but each; where some contradict each other, as many as go together."""
        if one.together.judgement:
            return [
                self._row(say("disputes.table.all_but", number=number), one.all_but(number)) for number in one.claims
            ]
        several = [each for each in one.largest if len(each.claims) > 1]
        return [self._row(say("disputes.table.several", claims=_listed(each.claims)), each) for each in several]

    def _row(self, title: str, supposed: Supposed, kind: str = "") -> Row:
        if supposed.judgement is None:
            return Row(title, (), supposed.misfit, kind)
        return Row(title, [self._cell(cycle, supposed.judgement) for cycle in self.cycles], kind=kind)

    def _cell(self, cycle: Cycle, judgement: Judgement) -> Cell:
        clock = clock_of(judgement, cycle)
        verdict = self._verdict(clock, judgement)
        of_record = self._verdict(clock_of(self.evaluation.record, cycle), self.evaluation.record)
        return Cell(verdict, self.said(verdict), self._figures(clock), verdict != of_record)

    def said(self, verdict: str) -> str:
        return verdict_said(verdict, self.seen.visit)

    @staticmethod
    def _verdict(clock: Clock | None, judgement: Judgement) -> str:
        return MISSING if clock is None else clock.verdict(judgement.replay.excused).value

    def _figures(self, clock: Clock | None) -> Markup:
        """Time used of time allowed, and when it was due or missed."""
        if clock is None or clock.started_at is None:
            return Markup("")
        used = say("disputes.table.used", used=self.seen.visit.show.span(clock.used))
        due = clock.due_at
        if due is None:
            return Markup("{}").format(used)
        return Markup("{}, {} {}").format(used, say("disputes.table.due"), self.seen.wording.time(due))

    @cached_property
    def sentences(self) -> list[str]:
        """What decides each clock in dispute."""
        return [self._decides(cycle) for cycle in self.cycles] if self.evaluation.claims else []

    def _decides(self, cycle: Cycle) -> str:
        one = self.evaluation
        record = self._verdict(clock_of(one.record, cycle), one.record)
        deciding = one.deciding(cycle)
        clock = self.called(cycle)
        if not deciding:
            return say("disputes.decides.nothing", clock=clock, verdict=self.said(record))
        told = [
            say(
                "disputes.decides.one" if len(each.claims) == 1 else "disputes.decides.several",
                verdict=self.said(each.verdict.value),
                claims=_listed(each.claims),
            )
            for each in deciding
        ]
        return say("disputes.decides.some", clock=clock, verdict=self.said(record), sets="; ".join(told))

    def of_claim(self, number: int) -> Iterator[str]:
        """Which clocks this claim turns by itself, else with which others."""
        for cycle in self.cycles:
            for each in self.evaluation.deciding(cycle):
                if number in each.claims:
                    others = [one for one in each.claims if one != number]
                    yield say(
                        "disputes.decides.with_others" if others else "disputes.decides.alone",
                        clock=self.called(cycle),
                        verdict=self.said(each.verdict.value),
                        claims=_listed(others),
                    )


def _listed(numbers: Sequence[int]) -> str:
    if len(numbers) < 2:
        return "".join(map(str, numbers))
    return say("disputes.and", first=", ".join(map(str, numbers[:-1])), last=numbers[-1])
