"""The times by which a dispute is to be answered and ruled: more of it is given, or it has passed."""

from domain.disputes.commands import LONGEST_DAYS, ExtendDeadline, PassDeadline
from domain.disputes.events import DeadlineExtended, DeadlinePassed, DisputeEvent
from domain.disputes.hearing import Hearing, must_be_open, must_have_opened
from domain.refusals import DisputeRefused


def extend_deadline(hearing: Hearing, command: ExtendDeadline) -> list[DisputeEvent]:
    """More time is given by the party that waits, which is the one that opened the dispute, or by who may rule."""
    dispute = hearing.dispute
    if not hearing.may_rule:
        must_have_opened(hearing, "gives more time, or who may rule")
    present = dispute.until[command.which]
    if command.until == present:
        return []
    must_be_open(dispute)
    if command.until < present or command.until <= hearing.now:
        raise DisputeRefused(
            f"the time to {_to(command.which)} runs until {present.isoformat()}", remedy="name a later instant"
        )
    if command.until > hearing.days_later(LONGEST_DAYS, hearing.now):
        raise DisputeRefused(f"at most {LONGEST_DAYS} days are given at once", remedy="name an earlier instant")
    if command.which == "answer" and command.until > dispute.until["ruling"]:
        raise DisputeRefused("a ruling comes after the answer", remedy="extend the time to rule first")
    return [DeadlineExtended(effective_at=hearing.at, which=command.which, until=command.until, why=command.why)]


def pass_deadline(hearing: Hearing, command: PassDeadline) -> list[DisputeEvent]:
    """That a deadline passed is told once, where somebody was still awaited."""
    dispute = hearing.dispute
    if dispute.next_deadline != command.which or hearing.now < dispute.until[command.which]:
        return []
    return [DeadlinePassed(effective_at=hearing.at, which=command.which)]


def _to(which: str) -> str:
    return "answer" if which == "answer" else "rule"
