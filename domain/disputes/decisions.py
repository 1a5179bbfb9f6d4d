"""What a command records about a dispute, and about its ticket: one function a command."""

from typing import assert_never

from domain.disputes.arguing import answer_claim, attach_evidence, make_claim, open_dispute, withdraw_claim
from domain.disputes.commands import (
    AnswerClaim,
    AttachEvidence,
    DisputeCommand,
    ExtendDeadline,
    IssueDossier,
    MakeClaim,
    OpenDispute,
    PassDeadline,
    ReopenDispute,
    RuleClaim,
    WithdrawClaim,
    WithdrawDispute,
)
from domain.disputes.deadlines import extend_deadline, pass_deadline
from domain.disputes.events import DisputeEvent
from domain.disputes.hearing import Decision, Hearing
from domain.disputes.settling import issue_dossier, reopen_dispute, rule_claim, withdraw_dispute
from domain.refusals import UnknownStream


def decide(hearing: Hearing, command: DisputeCommand) -> Decision:
    """What the command records. Raises DisputeRefused where the dispute's history or the party one is does not allow it,
    DoesNotFit where it names what neither the ticket nor the dispute knows, and what `rulings.upheld` raises.
    """
    if isinstance(command, OpenDispute):
        return _only(open_dispute(hearing, command))
    if hearing.dispute.opened is None:
        raise UnknownStream("there is no such dispute")
    match command:
        case MakeClaim():
            return _only(make_claim(hearing, command))
        case AttachEvidence():
            return _only(attach_evidence(hearing, command))
        case AnswerClaim():
            return _only(answer_claim(hearing, command))
        case WithdrawClaim():
            return _only(withdraw_claim(hearing, command))
        case RuleClaim():
            return rule_claim(hearing, command)
        case WithdrawDispute():
            return _only(withdraw_dispute(hearing))
        case ReopenDispute():
            return _only(reopen_dispute(hearing, command))
        case ExtendDeadline():
            return _only(extend_deadline(hearing, command))
        case PassDeadline():
            return _only(pass_deadline(hearing, command))
        case IssueDossier():
            return _only(issue_dossier(hearing, command))
        case _:
            assert_never(command)


def _only(events: list[DisputeEvent]) -> Decision:
    return Decision(events, [])
