"""What can be done in a dispute, as forms; each is tried first, so that one that would be refused says why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import uuid4

from api.pages.forms import AroundFilled, Form, Input
from api.pages.in_dispute.claiming import KINDS_OF_CLAIM, claim_form
from api.pages.on_ticket.seen import Seen
from api.pages.texts import say
from domain.desk.disputing import Disputed, ended_at, made_by
from domain.disputes.argued import Argued, party_of
from domain.disputes.commands import (
    ANSWER_DAYS,
    RULING_DAYS,
    AnswerClaim,
    DisputeCommand,
    ReopenDispute,
    RuleClaim,
    WithdrawClaim,
    WithdrawDispute,
)
from domain.disputes.decisions import decide
from domain.disputes.hearing import Hearing
from domain.refusals import CommandRefused

WHY = "it is explained"
"""Stands for the reason that somebody would give, where it is asked whether a command would be admitted."""


@dataclass(frozen=True)
class Step:
    """A command of a form: `refused` says why it would not be done, None where it would."""

    id: str
    command: str
    name: str
    about: str
    form: Form
    refused: CommandRefused | None
    key: str
    hidden: Mapping[str, str] = field(default_factory=dict)
    is_asked: bool = False
    is_primary: bool = True
    around: AroundFilled = field(default_factory=AroundFilled)


@dataclass(frozen=True)
class Attempted:
    """A form that was sent and refused: its id, and what had been filled in."""

    id: str = ""
    filled: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Steps:
    """What a visitor can do now in a dispute about a ticket."""

    found: Disputed
    seen: Seen
    attempted: Attempted

    @cached_property
    def hearing(self) -> Hearing:
        office = self.seen.visit.office
        at = office.at
        case = office.case(self.found.ticket)
        may_rule = self.seen.visit.may("rulings:make")
        made = made_by(self.found.envelopes, office.myself)
        return Hearing(
            dispute=self.found.dispute,
            ticket=self.found.ticket.id,
            case=case,
            at=at,
            now=at,
            by=office.myself,
            may_rule=may_rule,
            made=made,
            ended_at=ended_at(self.found.envelopes),
        )

    def refusal(self, command: DisputeCommand) -> CommandRefused | None:
        """Why this would not be done now, if so."""
        try:
            decide(self.hearing, command)
        except CommandRefused as refusal:
            return refusal
        return None

    def _step(
        self,
        command: str,
        inputs: Sequence[Input],
        refused: CommandRefused | None = None,
        *,
        at: str = "",
        name: str = "",
        hidden: Mapping[str, str] | None = None,
        is_primary: bool = True,
    ) -> Step:
        id = f"{command}-{at}" if at else command
        filled = self.attempted.filled if self.attempted.id == id else {}
        told = Form(tuple(_filled(one, filled) for one in inputs))
        name = name or command
        return Step(
            id,
            command,
            say(f"disputes.name.{name}"),
            say(f"disputes.about.{name}"),
            told,
            refused,
            uuid4().hex,
            hidden or {},
            bool(filled) or self.attempted.id == id,
            is_primary,
            AroundFilled.of(filled),
        )

    def of_claim(self, claim: Argued) -> Iterator[Step]:
        """What can be done about one claim; what is for the other party is not offered to this one."""
        number = str(claim.number)
        hidden = {"claim": number}
        mine = claim.party == party_of(self.seen.visit.office.myself)
        if not mine:
            refused = self.refusal(AnswerClaim(claim=claim.number, accepts=False, says=WHY))
            yield self._step("answer", _answer_inputs(), refused, at=number, hidden=hidden)
        if self.seen.visit.may("rulings:make"):
            refused = self.refusal(RuleClaim(claim=claim.number, upheld=False, why=WHY))
            yield self._step("rule", _ruling_inputs(), refused, at=number, hidden=hidden)
        if mine:
            refused = self.refusal(WithdrawClaim(claim=claim.number))
            yield self._step("withdraw-claim", (), refused, at=number, hidden=hidden, is_primary=False)

    @cached_property
    def making(self) -> list[Step]:
        """A form for each kind of claim that this ticket gives occasion for."""
        return [
            self._step(
                "make-claim",
                claim_form(kind, self.seen.surroundings()).inputs,
                at=kind,
                name=f"claim.{kind}",
                hidden={"kind": kind},
            )
            for kind in KINDS_OF_CLAIM
            if kind != "wait-unjustified" or self.seen.surroundings().waits
        ]

    @cached_property
    def evidence(self) -> Step:
        claims = [(str(one.number), say("disputes.claim", number=one.number)) for one in self.found.dispute.standing]
        return self._step("attach-evidence", _evidence_inputs(claims))

    @cached_property
    def others(self) -> list[Step]:
        """What concerns the dispute as a whole."""
        steps = []
        if self.found.dispute.state == "open":
            which = [(one, say(f"disputes.which.{one}")) for one in ("answer", "ruling")]
            allowed = self.seen.visit.may("rulings:make") or self._is_opener
            extend = (
                Input("which", say("disputes.field.which"), "select", which, required=True),
                Input("until", say("disputes.field.until"), "instant", required=True, hint=self._in_zone()),
                Input("why", say("disputes.field.why"), "long", required=True),
            )
            if allowed:
                steps.append(self._step("extend", extend))
            if self._is_opener:
                steps.append(self._step("withdraw", (), self.refusal(WithdrawDispute()), is_primary=False))
        else:
            steps.append(self._step("reopen", self._reopen_inputs(), self.refusal(ReopenDispute(why=WHY))))
        return steps

    @property
    def _is_opener(self) -> bool:
        return self.found.dispute.opening.party == party_of(self.seen.visit.office.myself)

    def _in_zone(self) -> str:
        return say("forms.in_zone", zone=self.seen.wording.zone.key)

    def _reopen_inputs(self) -> list[Input]:
        ruled = [one for one in self.found.dispute.standing if one.upheld is not None]
        ticks = [
            Input(f"claim.{one.number}", say("disputes.again", number=one.number), "tick", value="yes") for one in ruled
        ]
        return [
            Input("why", say("disputes.field.why_again"), "long", required=True),
            *ticks,
            *days_inputs(),
        ]


def days_inputs(answer: int = ANSWER_DAYS, ruling: int = RULING_DAYS) -> tuple[Input, Input]:
    return (
        Input("answer_days", say("disputes.field.answer_days"), "number", value=str(answer)),
        Input("ruling_days", say("disputes.field.ruling_days"), "number", value=str(ruling)),
    )


def _answer_inputs() -> tuple[Input, ...]:
    options = [("yes", say("disputes.field.accept")), ("no", say("disputes.field.deny"))]
    return (
        Input("accepts", say("disputes.field.accepts"), "yes-no", options, required=True),
        Input("says", say("disputes.field.answer"), "long"),
    )


def _ruling_inputs() -> tuple[Input, ...]:
    options = [("yes", say("disputes.field.uphold")), ("no", say("disputes.field.dismiss"))]
    return (
        Input("upheld", say("disputes.field.upheld"), "yes-no", options, required=True),
        Input("why", say("disputes.field.why"), "long", required=True),
    )


MEDIA_TYPES = ("application/pdf", "image/png", "image/jpeg", "text/plain", "message/rfc822", "application/zip")


def _evidence_inputs(claims: Sequence[tuple[str, str]]) -> tuple[Input, ...]:
    return (
        Input("claim", say("disputes.field.for"), "number-of", claims),
        Input("name", say("disputes.field.name"), "text", required=True),
        Input(
            "media_type",
            say("disputes.field.media_type"),
            "suggested",
            [(one, one) for one in MEDIA_TYPES],
            required=True,
            value="application/pdf",
        ),
        Input("size", say("disputes.field.size"), "number", required=True),
        Input("digest", say("disputes.field.digest"), "text", required=True, hint=say("disputes.hint.digest")),
        Input("says", say("disputes.field.says"), "long"),
    )


def _filled(one: Input, filled: Mapping[str, str]) -> Input:
    return Input(**{**vars(one), "value": filled.get(one.name, "")}) if filled else one
