"""The answers that matter in an argument: as known then and as known now, under each other reading, with each claim."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pydantic_core import to_jsonable_python

from domain.answer import answer
from domain.contract.facts import Contract
from domain.instants import SECOND, instant, text
from domain.judgement import Case, Judgement, judge

MOST_READINGS = 60


@dataclass(frozen=True)
class Replay:
    """One answer: what is asked, and what was added to the history for it (`added`, in the form of a case file)."""

    name: str
    title: str
    case: Case
    added: Sequence[Mapping[str, Any]] = ()

    @property
    def file(self) -> str:
        return f"replays/{self.name}.json"

    @cached_property
    def judgement(self) -> Judgement:
        return judge(self.case)

    def document(self, record: Contract, **more: Any) -> dict[str, Any]:
        """What is asked and what is answered; `record` is the contract of the case file."""
        return {"title": self.title, **self.asked(record), **more, "answer": answered(self.judgement)}

    def asked(self, record: Contract) -> dict[str, Any]:
        """The contract is told where it is another than that of the case file."""
        case = self.case
        told: dict[str, Any] = {
            "as_of": exact(case.as_of),
            "known_at": None if case.known_at is None else exact(case.known_at),
            "readings": dict(case.readings),
            "hypothesis": {"with": list(self.added)} if self.added else None,
        }
        if (contract := paper(case.contract)) != paper(record):
            told["contract"] = contract
        return told


def answered(judgement: Judgement) -> dict[str, Any]:
    """The public answer, with each single reading that changes a verdict."""
    told: dict[str, Any] = to_jsonable_python(answer(judgement, all_readings=True))
    return told


def exact(micro: int) -> str:
    """An instant in microseconds, in UTC with `Z`; to the second where it is a whole one."""
    whole = text(micro // SECOND)
    return whole if micro % SECOND == 0 else instant(micro).isoformat().replace("+00:00", "Z")


def paper(contract: Contract) -> dict[str, Any]:
    """The facts of a contract as a case file has them, but for its events, which tell themselves what was known when."""
    return contract.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"events"})


def readings(record: Replay, claimed: Mapping[str, str]) -> Iterator[Replay]:
    """The record under each single reading that changes a verdict, and under each that is claimed."""
    judgement = record.judgement
    chosen = judgement.replay.terms.scope.readings
    asked = [(one.reading, one.option) for one in judgement.alternatives[:MOST_READINGS]]
    asked += [(name, option) for name, option in claimed.items() if chosen.get(name) != option]
    for name, option in dict.fromkeys(asked):
        read = replace(record.case, readings={**record.case.readings, name: option})
        yield Replay(f"reading-{_plain(name)}-{_plain(option)}", f"If {name} is read as {option}", read)


def _plain(name: str) -> str:
    """As a file's name can be."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-.")
