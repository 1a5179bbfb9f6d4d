"""Rows that say something else than before come with another edition, so that tables of an earlier version are built anew."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.casefile import read_case
from domain.desk.envelope import Envelope, Filed
from domain.judgement import Case, judge
from domain.terms.lookup import find
from projections import models
from projections.building import ticket_rows
from projections.edition import EDITION
from projections.judged import Judged, Stream
from tests.conformance.test_cases import CASES
from tests.projections.log import MONDAY_9, Log, happened, opened

GOLDEN = Path(__file__).with_name("golden") / "rows.json"
"""By table a digest of the rows that worked cases have, and the edition."""

NAMES = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
ROLE_ALONE = {"event": "assigned", "role": "senior-technician", "by": "agent"}


def told() -> Iterator[dict[str, Any]]:
    """Every fifth worked case, and the first with an assignment to a role alone."""
    yield from CASES[::5]
    case = CASES[0]
    last = case["events"][-1]
    yield case | {"case": "to-a-role", "events": [*case["events"], ROLE_ALONE | {"at": last["at"]}]}


def judged(case: Case) -> Judged:
    """As if the case had been filed."""
    id = uuid5(NAMES, case.name)
    agreement = case.selector.agreement
    filed = Filed(
        contract=id, customer="acme", agreement=agreement.id, version=agreement.version, digest="", case=case.name
    )
    envelopes = tuple(
        Envelope(id, one.number, one.event, one.recorded_at, "acme", one.by, filed=filed) for one in case.history
    )
    return Judged.of(Stream(id, envelopes, len(envelopes)), filed, judge(case))


def digests() -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for one in told():
        for table, rows in ticket_rows([judged(read_case(one, find))]):
            found.setdefault(table.name, []).extend(map(repr, rows))
    return {name: sha256("\n".join(rows).encode()).hexdigest()[:16] for name, rows in found.items()}


def test_rows_say_what_they_say_in_this_edition():
    golden = json.loads(GOLDEN.read_text("utf-8"))

    assert EDITION == golden["edition"]
    assert golden["rows"] == digests(), (
        "rows say something else: move EDITION on, and have `python -m tests.projections.test_edition` write them"
    )


def test_a_ticket_assigned_to_a_role_names_it_once_a_program_of_another_edition_has_come(
    log: Log, monkeypatch: pytest.MonkeyPatch
):
    log.publish("numonix-ixcloud")
    contract = log.contract("numonix-ixcloud", plan="saas")
    log.ticket(contract, opened(), happened("assigned", MONDAY_9, role="senior-technician"))
    log.runner.catch_up()
    log.execute("UPDATE tickets SET assignee = NULL")  # as a program wrote it that knew people only
    monkeypatch.setattr(models, "EDITION", EDITION + 1)

    runner = log.another_runner()
    runner.create_tables()
    runner.catch_up()

    assert [("senior technician (role)",)] == log.execute("SELECT assignee FROM tickets")


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps({"edition": EDITION, "rows": digests()}, indent=2) + "\n", "utf-8")
