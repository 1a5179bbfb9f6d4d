"""Rows are built for many tickets at once, and are those of each; what goes wrong with one is nobody else's trouble."""

from collections.abc import Mapping
from uuid import UUID

import pytest

from domain.casefile import read_case
from domain.terms.lookup import find
from projections.building import add_judged, ticket_rows
from projections.judged import Judged
from projections.tables import TROUBLES, Row, Rows
from projections.tickets import TICKETS
from tests.conformance.test_cases import CASES
from tests.projections.test_edition import judged


@pytest.fixture(scope="module")
def told() -> list[Judged]:
    return [judged(read_case(case, find)) for case in CASES[::7]]


def by_ticket(rows: Mapping[str, list[Row]]) -> dict[tuple[str, UUID], list[Row]]:
    found: dict[tuple[str, UUID], list[Row]] = {}
    for table, of_table in rows.items():
        for row in of_table:
            found.setdefault((table, row[0]), []).append(row)
    return found


def test_rows_of_many_tickets_are_those_that_each_has_by_itself(told: list[Judged]):
    together, alone = Rows(), Rows()

    add_judged(together, told)
    for one in told:
        add_judged(alone, [one])

    assert by_ticket(alone.of) == by_ticket(together.of)


def test_tickets_beside_one_whose_rows_cannot_be_built_have_theirs(told: list[Judged]):
    first, broken, last = told[:3]
    rows = Rows()

    add_judged(rows, [first, broken._replace(clocks=(None,)), last])  # type: ignore[arg-type]

    assert [first.id, last.id] == [row[0] for row in rows.of[TICKETS.name]]
    assert [(broken.id, broken.filed.contract)] == [row[:2] for row in rows.of[TROUBLES.name]]


def test_no_ticket_has_no_rows():
    assert [] == [row for _, of_table in ticket_rows([]) for row in of_table]
