"""What one ticket was judged by: the terms selected for it as plain data, the documents they come from, and who chose each reading.

Nothing in it follows from the ticket's history but what selected terms: readings that a ruling chose, and the waits that follow
from its contract.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.contract.cover import fee_waits
from domain.instants import text
from domain.judgement import Judgement
from domain.terms.agreement import Agreement
from domain.terms.resolved import resolved_terms

FORMAT = "ticketclock resolved terms 1"

Plain = dict[str, Any]


def resolved(judgement: Judgement, *, digest: str | None = None, holidays: Mapping[str, str] | None = None) -> Plain:
    """The terms of a judgement as JSON has them; instants are UTC with `Z`.

    `digest` is that of the agreement's document and `holidays` gives that of each holiday list, as the ticket was filed with them;
    a case that was never filed has none.
    """
    terms = judgement.replay.terms
    agreement, scope = terms.agreement, terms.scope
    return {
        "format": FORMAT,
        "agreement": {
            "id": agreement.id,
            "version": agreement.version,
            "valid_from": agreement.valid_from.isoformat(),
            "title": agreement.title,
            "source": agreement.source,
            "digest": digest,
        },
        "holidays": dict(sorted((holidays or {}).items())),
        "selected_by": {
            "plan": scope.plan,
            "region": scope.region,
            "category": scope.category,
            "facts": dict(sorted(scope.facts.items())),
        },
        "readings": list(_readings(judgement)),
        "assumptions": {one.id: one.says for one in agreement.assumptions},
        "clauses": _clauses(agreement),
        "contract_waits": list(_contract_waits(judgement)),
        **resolved_terms(terms),
    }


def _readings(judgement: Judgement) -> Iterator[Plain]:
    """Each reading with the option in force and who asked for it: nobody, the case, or a ruling by its event number."""
    terms = judgement.replay.terms
    ruled = {name: number for number, ruling in judgement.hindsight.rulings for name in ruling.reading or {}}
    for reading in terms.agreement.readings:
        option = terms.scope.readings[reading.id]
        asked = "the case" if reading.id in judgement.case.readings else "nobody: it is the default"
        yield {
            "id": reading.id,
            "question": reading.question,
            "option": option,
            "says": reading.options.get(option, ""),
            "asked_by": f"the ruling, event {ruled[reading.id]}" if reading.id in ruled else asked,
        }


def _clauses(agreement: Agreement) -> dict[str, str]:
    return dict(sorted(agreement.clauses.items()))


def _contract_waits(judgement: Judgement) -> Iterator[Plain]:
    """The waits that follow from the contract, half-open; `to` is null where one goes on."""
    case, scope = judgement.case, judgement.replay.terms.scope
    for since, until in fee_waits(case.contract, case.selector.agreement.entitlement, scope, case.known_at):
        yield {"on": "fees", "from": text(since), "to": None if until is None else text(until)}
