"""What differs between two answers of a dossier, and what decides it."""

from collections.abc import Iterable
from typing import Any

from pydantic_core import to_jsonable_python

from domain.comparison.answers import difference_answer
from domain.comparison.difference import difference
from domain.dossier.replays import Replay
from domain.judgement import Judgement


def comparison(before: Judgement, after: Judgement) -> dict[str, Any]:
    """The public form of a difference as JSON has it; its `words` say it in the agreement's zone."""
    told: dict[str, Any] = to_jsonable_python(difference_answer(difference(before, after)))
    return told


def comparisons(pairs: Iterable[tuple[Replay, Replay]]) -> list[dict[str, Any]]:
    """Each pair of answers, by the names of their files."""
    return [
        {
            "title": f"{before.title} / {after.title}",
            "before": before.file,
            "after": after.file,
            "difference": comparison(before.judgement, after.judgement),
        }
        for before, after in pairs
    ]
