"""What a dossier tells of a dispute: what was claimed, answered and ruled, and the answer with each claim by itself.

A claim is judged on the record without what the dispute itself has brought about, so that it says the same before and after a
ruling. What it would put on record is told event by event, so that anybody can judge it again.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from domain.desk.envelope import Envelope
from domain.disputes.argued import Argued
from domain.disputes.claims import Claim, MeansThis, in_words
from domain.disputes.evaluated import evaluation_answer
from domain.disputes.evaluation import Evaluation, evaluate
from domain.disputes.events import ClaimRuled
from domain.disputes.rulings import supposing, without
from domain.disputes.state import Dispute
from domain.dossier.replays import Replay, exact
from domain.dossier.said import all_said
from domain.judgement import Case
from domain.refusals import CommandRefused
from domain.ticket.history import Person, Recorded

MOST_CLAIMS = 40
"""Of more claims than these, the others have no answer of their own."""


@dataclass(frozen=True)
class Argument:
    """A dispute as it was stored. `at` is the instant, in microseconds, at which its claims are supposed to be upheld.

    That is the last one of what is on record, so that they say the same whenever they are asked. A ruling now would say no more: it
    reaches as far as there are events.
    """

    id: str
    envelopes: tuple[Envelope, ...]
    at: int

    @cached_property
    def dispute(self) -> Dispute:
        return Dispute().after(one.event for one in self.envelopes)

    @property
    def opened_at(self) -> int:
        """When it was put on record that the ticket is disputed, in microseconds."""
        return self.envelopes[0].recorded_at

    @property
    def rulings(self) -> tuple[int, ...]:
        """When each ruling was recorded, in microseconds."""
        return tuple(one.recorded_at for one in self.envelopes if isinstance(one.event, ClaimRuled))

    @property
    def claims(self) -> Mapping[int, Claim]:
        return {one.number: one.claim for one in self.dispute.standing[:MOST_CLAIMS]}

    @property
    def readings(self) -> Mapping[str, str]:
        """The readings that are claimed."""
        return {one.reading: one.option for one in self.claims.values() if isinstance(one, MeansThis)}

    def without(self, now: Case) -> Case:
        """The record without what the dispute's rulings put there and still counts."""
        return without(now, self.dispute.in_force, self.at)

    def replays(self, now: Replay) -> Iterator[Replay]:
        """The record without the dispute's rulings, with each claim, and with all."""
        record, claims = self.without(now.case), self.claims
        where = now.judgement.replay.terms.where
        if self.dispute.in_force:
            yield _added(now, "claims-none", "Without what was ruled in the dispute", record)
        for number, claim in claims.items():
            title = f"If claim {number} holds: {in_words(claim, where)}"
            yield from self._supposed(now, f"claim-{number}", title, [claim])
        if len(claims) > 1:
            yield from self._supposed(now, "claims-all", "If all claims hold", claims.values())

    def _supposed(self, now: Replay, name: str, title: str, claims: Iterable[Claim]) -> Iterator[Replay]:
        """Nothing where the claims do not fit the ticket any more."""
        try:
            case = supposing(self.without(now.case), claims, self.at)
        except CommandRefused:
            return
        yield _added(now, name, title, case)

    def evaluation(self, now: Case) -> Evaluation:
        """Which claim decides which clock."""
        return evaluate(self.without(now), self.claims, self.at, self.dispute.clocks, self.dispute.parties)

    def document(self, evaluation: Evaluation) -> dict[str, Any]:
        """The dispute in the form of a dossier; claims are put in words in the zone of the agreement."""
        dispute, opening = self.dispute, self.dispute.opening
        where = evaluation.record.replay.terms.where
        return {
            "dispute": self.id,
            "state": dispute.state,
            **opening.model_dump(mode="json", by_alias=True, exclude={"event"}),
            "until": {which: until.isoformat() for which, until in dispute.until.items()},
            "passed": sorted(dispute.passed),
            "settled_at": dispute.settled_at and dispute.settled_at.isoformat(),
            "claims": [{**standing(one), "in_words": in_words(one.claim, where)} for one in dispute.claims],
            "evidence": [one.model_dump(mode="json", exclude={"event"}) for one in dispute.evidence],
            "evaluation": evaluation_answer(evaluation),
            "history": all_said(self.envelopes),
        }


def last_instant(envelopes: Iterable[Envelope], until: int) -> int:
    """The last instant, up to a given one, from which anything counted or at which it was recorded; all in microseconds."""
    instants = (at for one in envelopes for at in (one.recorded.at, one.recorded_at))
    return max((at for at in instants if at <= until), default=until)


def standing(one: Argued) -> dict[str, Any]:
    """A claim, what was answered and how it was ruled."""
    return {
        "number": one.number,
        "party": one.party,
        "claim": one.claim.model_dump(mode="json", by_alias=True, exclude_none=True),
        "made_at": one.made_at.isoformat(),
        "says": one.says,
        "accepts": one.accepts,
        "answer": one.answer,
        "upheld": one.upheld,
        "why": one.why,
        "events": list(one.in_force),
        "is_withdrawn": one.is_withdrawn,
        "is_pending": one.is_pending,
    }


def _added(now: Replay, name: str, title: str, case: Case) -> Replay:
    """A replay with what a case has beyond the record."""
    added = case.history[len(now.case.history) :]
    return Replay(name, title, replace(case), [_line(one) for one in added])


def _line(one: Recorded) -> dict[str, Any]:
    """An event as a case file has it."""
    said = one.event.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"effective_at", "event"})
    line = {"at": exact(one.at), "event": one.event.event, **said, "recorded_at": exact(one.recorded_at)}
    if one.by is not None:
        line["by"] = one.by.model_dump(mode="json") if isinstance(one.by, Person) else one.by
    return line
