"""Who may do what: rules, grounds to decline, duties, severity guides and alert codes of an agreement, as rows.

A case that breaks a rule is judged all the same and the breach is listed; a command that would break one is refused.
Both ask the same rows, so each says in words what it demands, and what to do instead. The conditions are those of
`conditions`.
"""

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from domain.terms.conditions import ALWAYS, Condition, Patterns, RungReached
from domain.terms.event_fields import EventNames, Roles, check_fields, one_or_several
from domain.terms.phrases import plain
from domain.terms.rows import ClauseId, Name, Row, Scope, Sentence, SeverityNumber, Term, Words

Percent = Annotated[float, Field(ge=0, le=100)]


class Rule(Row):
    """What one of these events needs; `where` says which of them are meant, `forbidden` that none is allowed.

    The conditions of the row are those of the ticket before the event; of an opening, those that it names.
    """

    event: EventNames
    says: Sentence
    remedy: str = ""
    where: Condition = ALWAYS
    needs: Condition | None = None
    forbidden: Literal[True] | None = None
    clause: ClauseId

    @model_validator(mode="after")
    def _one_demand(self) -> Self:
        if (self.needs is None) == (self.forbidden is None):
            raise ValueError("a rule either needs something or says forbidden = true")
        if self.needs == ALWAYS:
            raise ValueError("a rule needs something")
        for condition in (self.where, self.needs or ALWAYS):
            check_fields(self.event, condition.event_fields())
        return self


class Ground(Row):
    """A ground on which a ticket may be declined: for good, to a quote, or referred to somebody else.

    `causes`: what may be given as the cause; without any it is free. Several rows of one clause are several grounds.
    """

    says: Sentence
    kind: Literal["decline", "quote", "refer"] = "decline"
    causes: Words = ()
    needs: Condition = ALWAYS
    clause: ClauseId

    @model_validator(mode="after")
    def _asks_about_declining(self) -> Self:
        check_fields(["declined"], self.needs.event_fields())
        return self


class Duty(Row):
    """Something owed after an event, or after a rung of a clock was reached, until another event.

    `where` and the conditions of the row are asked at that moment, the event counted in. `fields`: information owed
    until it has all been told. `until` fulfils the duty, `ends` lets it lapse. Where its clause calls a breach what was
    left undone, `missed = "irregular"` lists it as one.
    """

    after: Patterns = ()
    after_rung: Annotated[tuple[RungReached, ...], BeforeValidator(one_or_several)] = ()
    where: Condition = ALWAYS
    until: Patterns = ()
    fields: Words = ()
    ends: Patterns = ()
    by: Roles = ()
    to: Words = ()
    says: Sentence
    missed: Literal["owed", "irregular"] = "owed"
    clause: ClauseId

    @model_validator(mode="after")
    def _begins_and_ends(self) -> Self:
        if not (self.after or self.after_rung):
            raise ValueError("a duty follows an event or a rung: give after or after_rung")
        if not (self.until or self.fields):
            raise ValueError("a duty ends with an event or with information: give until or fields")
        for pattern in self.after:
            check_fields(pattern.event, self.where.event_fields())
        return self


class Guide(Row):
    """What speaks for a severity: signs in words, categories of a ticket, the share that is lost in percent, a
    workaround.

    Of a loss, `from` and `up_to` count the figure in, `above` and `below` do not.
    """

    proposes: SeverityNumber
    signs: Words = ()
    categories: Words = ()
    loss_from: Percent | None = None
    loss_above: Percent | None = None
    loss_below: Percent | None = None
    loss_up_to: Percent | None = None
    workaround: bool | None = None
    """Whether there is one with which work goes on tolerably; left out where it does not matter."""
    clause: ClauseId

    def covers(self, loss: float) -> bool:
        """Whether so great a loss is meant; without any bounds none is."""
        bounds = (self.loss_from, self.loss_above, self.loss_below, self.loss_up_to)
        return any(bound is not None for bound in bounds) and (
            (self.loss_from is None or loss >= self.loss_from)
            and (self.loss_above is None or loss > self.loss_above)
            and (self.loss_below is None or loss < self.loss_below)
            and (self.loss_up_to is None or loss <= self.loss_up_to)
        )


class AlertCode(Row):
    """An event code of a monitored system and the severity at which it opens a ticket."""

    code: Name
    title: Sentence
    opens_at: SeverityNumber
    clause: ClauseId

    def means(self, code: str) -> bool:
        """Without regard to case, spaces, hyphens and underscores."""
        return plain(self.code) == plain(code)


class FirstTier(Row):
    """The tier at which a ticket starts; the first row that applies wins."""

    tier: Annotated[int, Field(ge=1, le=9)]


class Conduct(Term):
    """All of an agreement that is about what people do."""

    rules: tuple[Rule, ...] = Field(default=(), alias="rule")
    grounds: tuple[Ground, ...] = Field(default=(), alias="ground")
    duties: tuple[Duty, ...] = Field(default=(), alias="duty")
    guides: tuple[Guide, ...] = Field(default=(), alias="guide")
    alerts: tuple[AlertCode, ...] = Field(default=(), alias="alert_code")
    first_tiers: tuple[FirstTier, ...] = Field(default=(), alias="first_tier")

    @cached_property
    def rules_of(self) -> dict[str, tuple[Rule, ...]]:
        """The rules about each event."""
        names = {name for rule in self.rules for name in rule.event}
        return {name: tuple(rule for rule in self.rules if name in rule.event) for name in names}

    @cached_property
    def conduct_rows(self) -> tuple[Row, ...]:
        """Every row, so that its clause, readings and assumptions can be checked."""
        return (*self.rules, *self.grounds, *self.duties, *self.guides, *self.alerts, *self.first_tiers)


def fitting_guides(
    guides: tuple[Guide, ...],
    scope: Scope,
    *,
    category: str | None = None,
    loss: float | None = None,
    workaround: bool | None = None,
) -> tuple[Guide, ...]:
    """The guides that speak for a severity, the worst first.

    A category or a loss speaks; a workaround that is known speaks against those that suppose otherwise, and by itself
    only where nothing else does.
    """
    possible = [
        guide
        for guide in guides
        if guide.applies(scope) and (workaround is None or guide.workaround in (None, workaround))
    ]
    speaking = [
        guide for guide in possible if category in guide.categories or (loss is not None and guide.covers(loss))
    ] or [guide for guide in possible if workaround is not None and guide.workaround == workaround]
    return tuple(sorted(speaking, key=lambda guide: guide.proposes))


def proposed_severity(fitting: tuple[Guide, ...]) -> int | None:
    """The worst severity that the guides speak for which fit; None where none does."""
    return fitting[0].proposes if fitting else None
