"""What clocks, verdicts and parties are called where two sides argue: plainer for a customer's people, who are addressed."""

from api.pages.texts import knows, say
from api.pages.visit import Visit
from domain.clocks.clock import Verdict
from domain.terms.agreement import Agreement

MISSING = "missing"
"""Stands for the verdict of a clock that has no such cycle."""

VERDICT_ICONS = {
    Verdict.MET.value: "met",
    Verdict.BREACHED.value: "breached",
    Verdict.EXCUSED.value: "met",
    Verdict.OPEN.value: "clock",
}
"""Everything else has no sign of its own."""


def verdict_said(verdict: str, visit: Visit) -> str:
    if verdict == MISSING:
        return say("ticket.readings.no_cycle")
    return say(f"{'portal' if visit.is_customers else 'ticket'}.verdict.{verdict}")


def clock_title(name: str, agreement: Agreement, visit: Visit, cycle: int | None = None) -> str:
    """A clock's title, in the portal what it promises; with its cycle from the second one on."""
    title = next((one.title for one in agreement.clocks if one.name == name), name)
    if visit.is_customers and knows(f"portal.clock.{name}"):
        title = say(f"portal.clock.{name}")
    return f"{title} {cycle}" if cycle is not None and cycle > 1 else title


def party_said(party: str, visit: Visit) -> str:
    return say(f"disputes.{'portal_party' if visit.is_customers else 'party'}.{party}")
