"""A case judged twice: by the engine, and by the checker that walks through its minutes."""

import json
from typing import Any

from api.dossier.checker.check import used_by_walking
from domain.answer import answer
from domain.casefile import read_case
from domain.judgement import judge
from domain.resolved import resolved
from domain.terms.selection import Selector

Told = dict[tuple[str, int], dict[str, Any]]
"""What is said of each clock and cycle."""


def by_both(document: dict[str, Any], selector: Selector) -> tuple[Told, Told]:
    """What the engine and what the checker say of the clocks of a case file."""
    judgement = judge(read_case(document, lambda _: selector))
    judged = answer(judgement)
    terms = json.loads(json.dumps(resolved(judgement)))
    as_of = document.get("as_of") or judged["as_of"]  # an answer gives the whole second of it
    walked = used_by_walking(document, terms, as_of, document.get("known_at"))
    compared = {name: set(one) for name, one in walked.items()}
    said = {(one["clock"], one["cycle"]): dict(one) for one in judged["clocks"]}
    return (
        {name: {key: one[key] for key in compared.get(name, ())} for name, one in said.items()},
        walked,
    )
