"""Judging many cases: in this process or in several, always in the order of the input and with the same answers."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

from pydantic_core import to_json

from domain.answer import answer
from domain.casefile import read_case
from domain.contract.misfits import reading_misfits
from domain.judgement import Case, Judgement, judge
from domain.ledger import page
from domain.misfits import misfits
from domain.refusals import CaseFileError, Refusal
from domain.terms.lookup import find
from scripts.documents import Source
from scripts.workers import in_order

CHUNK = 64


@dataclass(frozen=True)
class Question:
    """What is asked of every case; what is None is left as the case has it."""

    as_of: int | None = None
    known_at: int | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    all_readings: bool = False
    as_json: bool = False

    def put_to(self, case: Case, place: str) -> Judgement:
        """Raises CaseFileError where what is asked does not fit the case: a reading is none of its agreement's."""
        for problem in reading_misfits(self.readings, case.selector.agreement, "--reading"):
            raise CaseFileError(place, problem)
        asked = replace(
            case,
            as_of=case.as_of if self.as_of is None else self.as_of,
            known_at=case.known_at if self.known_at is None else self.known_at,
            readings={**case.readings, **self.readings},
        )
        for problem in misfits(asked) if self.known_at is not None else ():
            raise CaseFileError(place, problem)
        return judge(asked)


def answers(sources: Iterable[Source], question: Question, jobs: int) -> Generator[str, None, None]:
    """The answer to each case as text, in order. Raises CaseFileError at the first case that cannot be read.

    The first cases are judged here: few need no help, and of many the others start with the agreement already read.
    """
    judged = partial(_judged, question)
    chunks = _chunks(sources)
    for answered in map(judged, islice(chunks, 1)):
        yield from _told(answered)
    for answered in in_order(judged, chunks, jobs):
        yield from _told(answered)


def _judged(question: Question, chunk: list[Source | Refusal]) -> list[str | Refusal]:
    """The answers of a chunk, up to its first refusal, which keeps its place in the order."""
    told: list[str | Refusal] = []
    for source in chunk:
        try:
            told.append(_answer(source, question))
        except Refusal as refusal:
            return [*told, refusal]
    return told


def _answer(source: Source | Refusal, question: Question) -> str:
    if isinstance(source, Refusal):
        raise source
    case = read_case(source.parsed(), find, place=source.place)
    judgement = question.put_to(case, source.place)
    if question.as_json:
        return to_json(answer(judgement, all_readings=question.all_readings)).decode() + "\n"
    return page(judgement, all_readings=question.all_readings) + "\n"


def _told(answered: Iterable[str | Refusal]) -> Iterator[str]:
    for one in answered:
        if isinstance(one, Refusal):
            raise one
        yield one


def _chunks(sources: Iterable[Source]) -> Iterator[list[Source | Refusal]]:
    """Cases in chunks; what cannot be had stands at its place, after the cases that came before it."""
    told = _with_refusal(sources)
    while chunk := list(islice(told, CHUNK)):
        yield chunk


def _with_refusal(sources: Iterable[Source]) -> Iterator[Source | Refusal]:
    try:
        yield from sources
    except Refusal as refusal:
        yield refusal
