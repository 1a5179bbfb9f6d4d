"""A dossier made: everything that is on record of a ticket, the answers that follow, and what proves both."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic_core import to_json

from api.dossier.arguing import argued
from api.dossier.printed import pdf
from api.dossier.shown import html
from api.dossier.told import Told
from api.dossier.writing import page
from api.histories import case_file
from api.pages.texts import say
from domain.comparison.given import AnswerGiven, held_against_now
from domain.comparison.revision_answers import revisions_answer
from domain.comparison.revisions import Published, moments, not_applied, revisions
from domain.comparison.statements import Statement, contradicted
from domain.contract.state import Agreed
from domain.desk.shelf import Shelf
from domain.desk.ticket import Ticket, case_of
from domain.dossier.argument import Argument
from domain.dossier.checking.chains import PROOF, STREAMS
from domain.dossier.comparisons import comparisons
from domain.dossier.manifest import About
from domain.dossier.replays import Replay, readings
from domain.dossier.stored import StoredLine
from domain.dossier.terms import in_place
from domain.dossier.texts import lines, readable
from domain.judgement import Case
from domain.resolved import resolved
from domain.seals.proof import Proof


@dataclass(frozen=True)
class Ground:
    """What a dossier is made from. `as_of`, and `known_at` of the earlier answer, are microseconds since 1970 UTC."""

    about: About
    as_of: int
    known_at: int
    ticket: Ticket
    agreed: Agreed
    shelf: Shelf
    streams: Mapping[str, Sequence[StoredLine]]
    proofs: Mapping[str, Proof]
    argument: Argument | None = None
    said: Sequence[Statement] = ()
    given: Sequence[AnswerGiven] = ()
    published: Sequence[Published] = ()

    def case(self, known_at: int | None, as_of: int | None = None) -> Case:
        filed = self.ticket.filed
        contract = self.agreed.contract(self.ticket.opened_at, known_at)
        return case_of(self.ticket, filed, contract, self.shelf, self.as_of if as_of is None else as_of, known_at)

    @cached_property
    def then(self) -> Replay:
        return Replay("known-then", "With what was known then", self.case(self.known_at))

    @cached_property
    def now(self) -> Replay:
        return Replay("known-now", "With all that is known now", self.case(None))

    @cached_property
    def replays(self) -> list[Replay]:
        """Each answer once, the first two those as known then and as known now."""
        if self.argument is None:
            return [self.then, self.now, *readings(self.now, {})]
        claims = self.argument.replays(self.now)
        return [self.then, self.now, *readings(self.now, self.argument.readings), *claims, *self._around_rulings()]

    def _around_rulings(self) -> Iterator[Replay]:
        if self.argument and (ruled := self.argument.rulings):
            yield Replay("before-ruling", "Just before the first ruling", self.case(ruled[0] - 1))
            yield Replay("after-ruling", "With the last ruling", self.case(ruled[-1]))

    @cached_property
    def comparisons(self) -> list[dict[str, Any]]:
        """As known then against as known now; each reading and claim against the record; before against after the rulings."""
        named = {one.name: one for one in self.replays}
        record = named.get("claims-none", self.now)
        pairs = [(self.then, self.now)]
        pairs += [(self.now, one) for one in self.replays if one.name.startswith("reading-")]
        pairs += [(record, one) for one in self.replays if one.name.startswith("claim") and one is not record]
        if "before-ruling" in named:
            pairs.append((named["before-ruling"], named["after-ruling"]))
        return comparisons(pairs)

    @cached_property
    def revisions(self) -> dict[str, Any]:
        """What was known when, and which statements hold no longer."""
        amended = [recorded_at for recorded_at, _ in self.agreed.amendments]
        story = revisions(self.now.case, lambda known_at: self.case(known_at), amended)
        said = (one for one in self.said if one.at <= self.as_of)
        gone = contradicted(said, lambda as_of, known_at: self.case(known_at, as_of))
        late = not_applied(self.now.case, self.published)
        given = (one for one in self.given if one.asked_at <= self.as_of)
        answered = held_against_now(given, self._asked_again, moments(self.now.case, amended))
        where = self.now.judgement.replay.terms.where
        return dict(revisions_answer(self.as_of, None, where, story, gone, late, answered))

    def _asked_again(self, given: AnswerGiven) -> Case:
        return given.asked_of(self.case(None, given.as_of))

    @cached_property
    def dispute(self) -> dict[str, Any] | None:
        if self.argument is None:
            return None
        document: dict[str, Any] = _plain(self.argument.document(self.argument.evaluation(self.now.case)))
        return document

    @cached_property
    def terms(self) -> dict[str, Any]:
        return self._terms(self.now)

    def _terms(self, replay: Replay) -> dict[str, Any]:
        filed = self.ticket.filed
        return resolved(replay.judgement, digest=filed.digest, holidays=filed.holidays)

    def files(self) -> dict[str, bytes]:
        """All files but those that are about the others."""
        filed = self.ticket.filed
        document, lists = self.shelf.documents(filed.agreement, filed.digest, filed.holidays)
        told: dict[str, bytes] = {
            "case.json": readable(case_file(self.ticket, self.now.case, in_place(document, lists))),
            "agreement.json": readable(document),
            **{f"holidays/{name}.json": readable(one) for name, one in lists.items()},
            **{STREAMS[name]: lines(one.as_document() for one in stored) for name, stored in self.streams.items()},
            PROOF: readable(self._proof()),
            "terms.json": readable(self.terms),
            **dict(map(self._replay, self.replays)),
            "differences.json": readable(self.comparisons),
            "revisions.json": readable(self.revisions),
        }
        if self.dispute:
            told["dispute.json"] = readable(self.dispute)
        return told | self._pages()

    def _replay(self, replay: Replay) -> tuple[str, bytes]:
        """The terms are told where they are others than the ticket's own."""
        terms = self._terms(replay)
        more = {} if terms == self.terms else {"terms": terms}
        return replay.file, readable(replay.document(self.now.case.contract, **more))

    def _proof(self) -> dict[str, Any]:
        own, others = self.proofs["history"], {name: one for name, one in self.proofs.items() if name != "history"}
        return {**_plain(own), "proofs": {name: _plain(one) for name, one in others.items()}}

    def _pages(self) -> dict[str, bytes]:
        filed = self.ticket.filed
        story = page(
            Told(
                about=self.about,
                name=filed.case or str(self.ticket.id),
                customer=filed.customer,
                contract=str(filed.contract),
                replays=self.replays,
                comparisons=self.comparisons,
                terms=self.terms,
                proof=self.proofs["history"],
                moments=_story(self.revisions),
                answered=[line for one in self.revisions["answered"] for line in one["words"]],
                argument=argued(self.dispute, self.now.judgement.replay.terms.where) if self.dispute else (),
            )
        )
        return {"page.html": html(story), "page.pdf": pdf(story)}


def _story(told: Mapping[str, Any]) -> list[str]:
    """What was known when, and what was told that holds no longer, line by line."""
    lines = [line for one in (*told["revisions"], *told["contradicted"]) for line in one["words"]]
    for one in told["not_applied"]:
        which = {name: one[name] for name in ("published_at", "what", "name", "version")}
        lines.append(say("dossier.knowledge.not_applied", **which))
        lines += [f"  {clock['says']}" for clock in one["difference"]["clocks"]]
    return lines


def _plain(document: Any) -> Any:
    return json.loads(to_json(document, by_alias=True))


def stored_lines(events: Iterable[Any]) -> list[StoredLine]:
    """The stored events of a stream, as the log gives them with their positions."""
    return [
        StoredLine(one.id, one.originator_id, one.originator_version, one.topic, bytes(one.state).decode())
        for one in events
    ]
