"""What monitored systems report: one ticket per ongoing condition (imagicle-care:proactive)."""

from uuid import UUID, uuid5

from domain.conduct.irregularities import monitored
from domain.desk.orders import Key
from domain.personal import PersonalFields
from domain.refusals import DoesNotFit, RuleBroken
from domain.terms.conduct import Conduct
from domain.terms.rows import Scope
from domain.ticket.commands import Command, Open
from domain.ticket.events import Alert, Closed, ConditionCleared, Declined, Merged, Opened, Withdrawn
from domain.ticket.history import History

MOST_NAMED = 5

_OVER = (ConditionCleared, Closed, Declined, Withdrawn, Merged)


class ReportAlert(Command):
    """Report an event code of a monitored system; the agreement says at which severity it opens a ticket."""

    name = "report-alert"
    records = Opened
    code: str
    condition: str | None = None
    product: str | None = None
    server: str | None = None
    fields: PersonalFields = {}

    def opening(self, severity: int) -> Open:
        return Open(
            severity=severity,
            channel="alert",
            product=self.product,
            server=self.server,
            fields=self.fields,
            alert=Alert(code=self.code, condition=self.condition),
        )


def opening_of(report: ReportAlert, conduct: Conduct, scope: Scope) -> Open:
    """The opening that a report leads to. Raises DoesNotFit where nothing is monitored, RuleBroken for an unknown code."""
    rows = monitored(conduct, scope)
    if not rows:
        raise DoesNotFit("nothing is monitored under this contract")
    row = next((row for row in rows if row.means(report.code)), None)
    if row is None:
        codes = ", ".join(row.code for row in rows[:MOST_NAMED]) + (", …" if len(rows) > MOST_NAMED else "")
        raise RuleBroken(
            f"{report.code} is no monitored event.",
            clause=rows[0].clause,
            remedy=f"report a code that is monitored ({codes}), or open a ticket",
        )
    return report.opening(row.opens_at)


def stream_of(contract: UUID, report: ReportAlert, occurrence: int) -> UUID:
    """The ticket of a condition the nth time that it occurs, from 0."""
    return uuid5(contract, f"{report.code}/{report.condition or ''}/{occurrence}")


def aside(stream: UUID, key: Key) -> UUID:
    """Where it stands on record that a report was refused: the ticket of the condition is still to come."""
    return uuid5(stream, f"{key.principal}/{key.key}")


def is_over(history: History) -> bool:
    """Whether the condition behind a ticket ended, or its ticket did, or it never was one: the next report is of a new one."""
    was_refused = bool(history) and not is_opened(history)
    return was_refused or any(isinstance(one.event, _OVER) for one in history)


def is_opened(history: History) -> bool:
    return any(isinstance(one.event, Opened) for one in history)
