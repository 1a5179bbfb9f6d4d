"""One dispute before somebody's eyes: claims with what each changes, and all that was said."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from markupsafe import Markup

from api.pages.in_dispute.calling import MISSING, clock_title, party_said
from api.pages.in_dispute.claiming import in_words
from api.pages.in_dispute.deciding import Deciding
from api.pages.in_dispute.steps import Attempted, Step, Steps
from api.pages.on_ticket.seen import Looked, Seen
from api.pages.on_ticket.wording import Wording
from api.pages.texts import say
from api.pages.visit import Visit
from api.problems import NotFound
from domain.comparison.difference import ClockDifference
from domain.desk.disputing import Disputed
from domain.desk.envelope import Envelope
from domain.disputes.argued import Argued
from domain.disputes.conflicts import Across, across
from domain.disputes.events import ClaimAnswered, ClaimMade, ClaimRuled, EvidenceAttached
from domain.disputes.standing import state_of
from domain.disputes.state import Dispute
from domain.instants import seconds
from domain.terms.agreement import Agreement
from domain.terms.event_fields import CUSTOMER_SIDE
from domain.ticket.history import Actor, role_of

CLAIM_ICONS = {
    "made": "pending",
    "accepted": "met",
    "denied": "warning",
    "upheld": "met",
    "dismissed": "none",
    "withdrawn": "none",
}
STATE_ICONS = {"open": "clock", "settled": "met", "withdrawn": "none"}


@dataclass(frozen=True)
class ClaimTold:
    """A claim as the page tells it: `decides` are sentences on what it changes; `made_for` and `answered_for` say who sent it, or
    its answer, in whose name, and are empty where everybody spoke for themselves.
    """

    claim: Argued
    state: str
    icon: str
    says: Markup
    evidence: Sequence[EvidenceAttached]
    decides: Sequence[str]
    is_deciding: bool
    changed: Sequence[str]
    compare: str
    steps: Sequence[Step]
    made_for: str = ""
    answered_for: str = ""


@dataclass(frozen=True)
class Line:
    """A line of a dispute's history."""

    number: int
    at: int
    who: str
    says: str
    more: str


@dataclass(frozen=True)
class Argument:
    """A dispute as of the instant that the visitor looks at. Raises NotFound before it was opened."""

    visit: Visit
    found: Disputed
    attempted: Attempted = field(default_factory=Attempted)

    @cached_property
    def envelopes(self) -> tuple[Envelope, ...]:
        """What had been recorded by then."""
        return self.found.recorded_by(self.visit.as_of)

    @cached_property
    def dispute(self) -> Dispute:
        if not self.envelopes:
            raise NotFound("the dispute was not opened yet", remedy="look at a later instant")
        return Dispute().after(one.event for one in self.envelopes)

    @cached_property
    def seen(self) -> Seen:
        """The ticket, as of the same instant."""
        return Seen(self.visit, self.found.ticket, Looked())

    @property
    def wording(self) -> Wording:
        return self.seen.wording

    @property
    def id(self) -> UUID:
        return self.found.id

    @property
    def is_live(self) -> bool:
        return self.visit.as_of is None

    @property
    def may_act(self) -> bool:
        return self.is_live and self.visit.may("disputes:act")

    def party(self, party: str) -> str:
        """A side of the argument, as the visitor calls it."""
        return party_said(party, self.visit)

    @property
    def _agreement(self) -> Agreement:
        return self.seen.judgement.replay.terms.agreement

    @property
    def disputed(self) -> list[str]:
        """The clocks in dispute, by their titles."""
        return [clock_title(one.clock, self._agreement, self.visit, one.cycle) for one in self.dispute.clocks]

    @cached_property
    def deciding(self) -> Deciding:
        """Which claims decide, with what was known at the instant looked at."""
        at = self.visit.as_of
        then = Disputed(self.found.id, self.envelopes, self.found.ticket, self.dispute)
        is_ruled = any(one.upheld is not None for one in self.dispute.claims)
        ruled = self.seen.judgement if is_ruled else None
        return Deciding(self.seen, self.visit.office.evaluation(then, at, at), ruled)

    @cached_property
    def contradictions(self) -> list[Across]:
        """Claims that cannot be upheld beside one of another dispute about the ticket."""
        if not self.is_live or self.dispute.state != "open":
            return []
        own = ((one.number, one.claim) for one in self.dispute.standing)
        return list(across(own, self.visit.office.claims_beside(self.found), self.seen.judgement.case))

    @cached_property
    def steps(self) -> Steps:
        return Steps(self.found, self.seen, self.attempted)

    @cached_property
    def claims(self) -> list[ClaimTold]:
        return [self._claim(one) for one in self.dispute.claims]

    def _claim(self, claim: Argued) -> ClaimTold:
        state = state_of(claim)
        decides = list(dict.fromkeys(self.deciding.of_claim(claim.number))) if not claim.is_withdrawn else []
        changed, compare = self._changed(claim)
        return ClaimTold(
            claim=claim,
            state=state,
            icon=CLAIM_ICONS[state],
            says=in_words(claim.claim, self.seen),
            evidence=[one for one in self.dispute.evidence if one.claim == claim.number],
            decides=decides,
            is_deciding=not claim.is_withdrawn and self.deciding.is_alone(claim.number),
            changed=changed,
            compare=compare,
            steps=list(self.steps.of_claim(claim)) if self.may_act and not claim.is_withdrawn else [],
            made_for=self._in_name_of(ClaimMade, claim.number),
            answered_for=self._in_name_of(ClaimAnswered, claim.number),
        )

    def _in_name_of(self, kind: type[ClaimMade | ClaimAnswered], number: int) -> str:
        """Who sent the last such word on a claim in whose name; empty where nobody did for another."""
        words = [one for one in self.envelopes if isinstance(one.event, kind) and _claim_of(one.event) == number]
        return self.who(words[-1]) if words and words[-1].sent_by else ""

    def _changed(self, claim: Argued) -> tuple[list[str], str]:
        """What the last ruling on a claim changed of the ticket, and where that stands event by event."""
        rulings = [
            one for one in self.envelopes if isinstance(one.event, ClaimRuled) and one.event.claim == claim.number
        ]
        if not rulings or not (rulings[-1].event.wrote or rulings[-1].event.undid):
            return [], ""
        ruling = rulings[-1]
        apart = self.visit.office.ruled_on(self.found, ruling)
        return [self.turned(one) for one in apart.verdicts], f"?event={(*ruling.event.undid, *ruling.event.wrote)[0]}"

    def turned(self, one: ClockDifference) -> str:
        """`response: missed, now kept`."""
        before, after = one.before, one.after
        return say(
            "disputes.turned",
            clock=self.deciding.called((one.clock, one.cycle)),
            before=self.deciding.said(before.verdict.value if before else MISSING),
            after=self.deciding.said(after.verdict.value if after else MISSING),
        )

    @cached_property
    def history(self) -> list[Line]:
        return [self._line(number, one) for number, one in enumerate(self.envelopes, start=1)]

    def _line(self, number: int, envelope: Envelope) -> Line:
        event = envelope.event
        told = {name: value for name, value in event.model_dump().items() if isinstance(value, str | int)}
        kind = event.event
        if kind in ("claim_ruled", "claim_answered"):
            kind += "_yes" if told.get("upheld") or told.get("accepts") else "_no"
        if kind == "evidence_attached" and event.claim is None:
            kind += "_to_all"
        if "which" in told:
            told["which"] = say(f"disputes.which.{told['which']}")
        told["until"] = self._plain(getattr(event, "until", None))
        said = getattr(event, "reason", None) or getattr(event, "why", None) or getattr(event, "says", None) or ""
        return Line(
            number, seconds(event.effective_at), self.who(envelope), say(f"disputes.history.{kind}", **told), str(said)
        )

    def _plain(self, at: datetime | None) -> str:
        return "" if at is None else self.wording.plain(seconds(at))

    def who(self, envelope: Envelope) -> str:
        """Who said it, and who sent it in their name; a customer's people hear of the vendor's as such."""
        who = self._called(envelope.by)
        if envelope.sent_by is None:
            return who
        return say("disputes.in_name_of", sender=self._called(envelope.sent_by), who=who)

    def _called(self, actor: Actor | None) -> str:
        if actor is None:
            return say("events.nobody")
        role = role_of(actor)
        if not self.visit.is_customers or role in CUSTOMER_SIDE:
            return self.wording.by(actor)
        return say("portal.one.by_system" if role == "system" else "portal.one.by_us")


def _claim_of(event: ClaimMade | ClaimAnswered) -> int:
    return event.number if isinstance(event, ClaimMade) else event.claim
