"""What broke a rule of the agreement. History is history: it is judged all the same, and the breach is listed.

`breaches` judges one event by what was known before it, so that the same rules can refuse a command; `irregularities`
asks it of each event of a history in turn.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from domain.conduct.circumstances import Circumstances
from domain.conduct.conditions import holds, severity_of
from domain.conduct.duties import missed
from domain.conduct.findings import Finding
from domain.conduct.knowledge import Knowledge, before_all, plain
from domain.terms.conduct import AlertCode, Conduct, Ground, Rule
from domain.terms.rows import Scope
from domain.ticket.events import Declined, Opened
from domain.ticket.history import Recorded

DECLINED = "casefile:declined"
"""A ticket is declined with a clause: that much the case file says for every agreement."""


class Irregularity(NamedTuple):
    """A rule that an event broke (its number, None where something was left undone), in words, and what was found."""

    event: int | None
    clause: str
    says: str
    detail: str
    remedy: str = ""
    readings: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()


def breaches(
    recorded: Recorded, knowledge: Knowledge, conduct: Conduct, circumstances: Circumstances
) -> tuple[Irregularity, ...]:
    """The rules that one event breaks, given what was known before it."""
    around = circumstances.in_category(_category(recorded, knowledge))
    return (
        *_rules_broken(recorded, knowledge, conduct, around),
        *_declined_without_ground(recorded, knowledge, conduct, around),
        *_alerts_misread(recorded, conduct, around),
    )


def irregularities(
    history: Iterable[Recorded], conduct: Conduct, circumstances: Circumstances, as_of: int
) -> tuple[Irregularity, ...]:
    """The breaches of a history in order of effect, up to an instant (microseconds); what was left undone is last."""
    history = tuple(recorded for recorded in history if recorded.at <= as_of)
    known, around = before_all(conduct, circumstances.scope), circumstances
    found: list[Irregularity] = []
    for recorded in history:
        around = around.in_category(_category(recorded, known))
        found += breaches(recorded, known, conduct, around)
        known = known.after(recorded)
    undone = missed(history, conduct, circumstances, as_of)
    return (
        *found,
        *(
            Irregularity(debt.event, debt.clause, debt.says, debt.detail or "not done", "", debt.readings, debt.assumes)
            for debt in undone
        ),
    )


def are_possible(history: Iterable[Recorded], conduct: Conduct) -> bool:
    """Without rows about conduct, only a declining can break a rule."""
    return bool(conduct.conduct_rows) or "declined" in [recorded.event.event for recorded in history]


def monitored(conduct: Conduct, scope: Scope) -> list[AlertCode]:
    """The event codes that open tickets by themselves in a scope."""
    return [row for row in conduct.alerts if row.applies(scope)]


def _category(recorded: Recorded, knowledge: Knowledge) -> str:
    event = recorded.event
    return (event.category or "") if isinstance(event, Opened) else knowledge.category


def _rules_broken(
    recorded: Recorded, knowledge: Knowledge, conduct: Conduct, around: Circumstances
) -> Iterator[Irregularity]:
    severity = severity_of(recorded, knowledge)
    for rule in conduct.rules_of.get(recorded.event.event, ()):
        if rule.severity and severity is None:
            continue
        if rule.applies(around.scope, severity):
            broken = _broken(rule, recorded, knowledge, around)
            if broken:
                yield Irregularity(
                    recorded.number,
                    rule.clause,
                    rule.says,
                    broken.because,
                    rule.remedy,
                    tuple(rule.reading),
                    rule.assumes,
                )


def _broken(rule: Rule, recorded: Recorded, knowledge: Knowledge, around: Circumstances) -> Finding | None:
    """A rule is broken only by what is known: it surely concerns the event, and what it needs surely fails."""
    concerned = holds(rule.where, recorded, knowledge, around)
    if concerned.truth is not True:
        return None
    if rule.needs is None:
        return concerned
    needed = holds(rule.needs, recorded, knowledge, around)
    return needed if needed.truth is False else None


def _declined_without_ground(
    recorded: Recorded, knowledge: Knowledge, conduct: Conduct, around: Circumstances
) -> Iterator[Irregularity]:
    event = recorded.event
    if not isinstance(event, Declined):
        return
    if not event.clause or event.clause.isspace():
        says = "A ticket is declined with the clause that puts it out of scope."
        yield Irregularity(recorded.number, DECLINED, says, "no clause is named", "name the clause")
        return
    if not conduct.grounds:
        return
    severity = knowledge.severity
    grounds = [row for row in conduct.grounds if row.clause == event.clause and row.applies(around.scope, severity)]
    says = " / ".join(ground.says for ground in grounds) or "A ticket is declined on a ground of the agreement."
    detail = _ungrounded(event, grounds, [holds(ground.needs, recorded, knowledge, around) for ground in grounds])
    if detail:
        yield Irregularity(
            recorded.number,
            event.clause,
            says,
            detail,
            "name a ground that holds",
            tuple(sorted({reading for ground in grounds for reading in ground.reading})),
            tuple(sorted({assumption for ground in grounds for assumption in ground.assumes})),
        )


def _ungrounded(event: Declined, grounds: list[Ground], findings: list[Finding]) -> str:
    """Why no ground carries it; empty where one may."""
    if not grounds:
        return f"{event.clause} is no ground for declining"
    for_this_cause = [
        finding
        for ground, finding in zip(grounds, findings, strict=True)
        if not ground.causes or event.cause is None or plain(event.cause) in {plain(cause) for cause in ground.causes}
    ]
    if not for_this_cause:
        causes = ", ".join(cause for ground in grounds for cause in ground.causes)
        return f"the cause {event.cause} is none of: {causes}"
    if any(finding.truth is not False for finding in for_this_cause):
        return ""
    return "; ".join(finding.because for finding in for_this_cause)


def _alerts_misread(recorded: Recorded, conduct: Conduct, around: Circumstances) -> Iterator[Irregularity]:
    """An event code opens a ticket of its own severity; one that is not monitored opens none."""
    event = recorded.event
    if not isinstance(event, Opened) or event.alert is None:
        return
    codes = monitored(conduct, around.scope)
    if not codes:
        return
    row = next((row for row in codes if row.means(event.alert.code)), None)
    if row is None:
        detail = f"{event.alert.code} is no monitored event"
        yield Irregularity(recorded.number, codes[0].clause, "Monitored events open tickets by themselves.", detail)
    elif row.opens_at != event.severity:
        says = f"{row.title} opens a ticket of severity {row.opens_at}."
        detail = f"severity is {event.severity}"
        yield Irregularity(recorded.number, row.clause, says, detail, "", tuple(row.reading), row.assumes)
