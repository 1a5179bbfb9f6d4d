"""What was upheld holds: neither another ruling nor anything else that is recorded of the ticket may say otherwise, until the
dispute is reopened and the claim is ruled anew.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from domain.disputes.argued import Argued
from domain.disputes.claims import Claim, SeverityWrong
from domain.disputes.conflicts import Elsewhere, conflict
from domain.disputes.hearing import Hearing
from domain.disputes.rulings import Written, after, stands
from domain.instants import micros
from domain.judgement import Case
from domain.refusals import DisputeRefused
from domain.ticket.events import Corrected, Ruled, TicketEvent


class _Upheld(NamedTuple):
    """A claim that was upheld: how it is called, how to have it ruled anew, and the ticket's events that came of it."""

    called: str
    ruled_anew: str
    claim: Claim
    wrote: Collection[int]


def must_not_contradict(hearing: Hearing, claim: Argued) -> None:
    """Raise DisputeRefused where another claim that says otherwise, or the same, was upheld."""
    for one in _upheld(hearing, claim):
        if found := conflict(one.claim, claim.claim, hearing.case):
            says = "says so already" if found.is_repeated else "says otherwise"
            raise DisputeRefused(
                f"{one.called}, upheld, {says}", remedy=f"dismiss claim {claim.number}; or {one.ruled_anew}"
            )


def must_not_undo_another(hearing: Hearing, claim: Argued, written: Sequence[Written]) -> None:
    """Raise DisputeRefused where what a ruling on a claim would write to the ticket denies another one upheld."""
    for one in _upheld(hearing, claim):
        if undoes(hearing.case, written, one.claim, one.wrote):
            raise DisputeRefused(f"{one.called}, upheld, says otherwise", remedy=one.ruled_anew)


def must_not_undo(case: Case, events: Iterable[TicketEvent], disputed: Iterable[Elsewhere]) -> None:
    """Raise DisputeRefused where a ruling or a correction that comes of no dispute denies what was upheld in one."""
    written = [Written(one) for one in events]
    for one in disputed:
        if one.upheld and (undoes(case, written, one.claim, one.wrote) or _reaches_back(case, written, one)):
            raise DisputeRefused(
                f"claim {one.number} of dispute {one.dispute}, upheld, says otherwise",
                remedy=f"reopen that dispute{'' if one.is_settled else ' once it is settled'}, and have the claim ruled anew",
            )


def _reaches_back(case: Case, written: Sequence[Written], one: Elsewhere) -> bool:
    """Whether another severity is to count from an instant before an upheld one was recorded: of that time it was ruled already."""
    if not isinstance(one.claim, SeverityWrong) or not one.wrote:
        return False
    recorded_at = max(case.history[number - 1].recorded_at for number in one.wrote)
    severities = (event for event, _ in written if isinstance(event, Ruled) and event.severity is not None)
    return any(
        event.severity != one.claim.severity and event.since is not None and micros(event.since) < recorded_at
        for event in severities
    )


def undoes(case: Case, written: Sequence[Written], claim: Claim, wrote: Collection[int]) -> bool:
    """Whether what is to be recorded of a ticket denies an upheld claim: it corrects an event that came of it, or else the ticket
    would not say so any more.
    """
    if any(isinstance(one.event, Corrected) and one.event.number in wrote for one in written):
        return True
    return bool(written) and stands(case, claim) and not stands(after(case, written, case.as_of), claim)


def _upheld(hearing: Hearing, claim: Argued) -> Iterator[_Upheld]:
    """The other claims upheld, first those of the dispute itself."""
    for one in hearing.dispute.standing:
        if one.number != claim.number and one.upheld:
            first = "" if one.is_pending else "reopen the dispute then, and "
            anew = f"{first}have claim {one.number} ruled anew first"
            yield _Upheld(f"claim {one.number}", anew, one.claim, one.in_force)
    for other in hearing.elsewhere:
        if other.upheld:
            first = "reopen that one, and " if other.is_settled else ""
            anew = f"{first}have claim {other.number} of that dispute ruled anew first"
            yield _Upheld(f"claim {other.number} of dispute {other.dispute}", anew, other.claim, other.wrote)
