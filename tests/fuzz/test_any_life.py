"""Any sequence of commands over HTTP, held against a model that fits on a page: version, status, severity, and who is waited for.

Under an agreement without rules, so that only what the lifecycle itself demands is asked.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from projections.store.pool import open_pool
from tests.api.house import Caller, Clock, Town, told, town

LIVES = 25
STEPS = 25
LONG = 6

ENDS = {"resolve": "resolved", "close": "closed", "reopen": "open", "withdraw": "withdrawn", "merge": "merged"}
LEADS_ON = {
    "open": {"resolve", "close", "withdraw", "merge"},
    "resolved": {"close", "reopen"},
    "closed": {"reopen"},
}
"""Which of them a ticket can go through; nothing leads on from one withdrawn or merged (semantics 3.9)."""

REASONS = st.sampled_from(["customer", "access", "third-party"])


Met = tuple[str, str, str]
"""What was asked of a ticket in which state, and what came of it."""


class Life(RuleBasedStateMachine):
    """One ticket, from its opening."""

    def __init__(self, service: Town, caller: Caller, contract: str, met: set[Met]) -> None:
        super().__init__()
        self.service, self.caller, self.contract, self.met = service, caller, contract, met
        self.waits: set[str] = set()
        self.progress = "open"
        self.version = 1

    @initialize(severity=st.integers(1, 4))
    def is_opened(self, severity: int) -> None:
        self.severity = severity
        self.ticket, self.other = (self.caller.opens(self.contract, severity=severity) for _ in range(2))

    @rule(on=REASONS)
    def wait(self, on: str) -> None:
        if self.asked("waiting", is_news=on not in self.waits, is_possible=self.progress == "open", on=on):
            self.waits.add(on)

    @rule(on=REASONS)
    def end_wait(self, on: str) -> None:
        if self.asked("end-wait", is_news=on in self.waits, is_possible=self.progress in LEADS_ON, on=on):
            self.waits.remove(on)

    @rule(severity=st.integers(1, 4))
    def change_severity(self, severity: int) -> None:
        is_news = severity != self.severity
        if self.asked("change-severity", is_news=is_news, is_possible=self.progress == "open", severity=severity):
            self.severity = severity

    @rule()
    def resolve(self) -> None:
        self.leads_to("resolve")

    @rule()
    def close(self) -> None:
        self.leads_to("close")

    @rule()
    def reopen(self) -> None:
        self.leads_to("reopen")

    @rule(command=st.sampled_from(["withdraw", "merge"]))
    @precondition(lambda self: self.version > LONG)
    def void(self, command: str) -> None:
        """Late in a life, because nothing much can come after it."""
        self.leads_to(command, **({"into": self.other} if command == "merge" else {}))

    def leads_to(self, command: str, **fields: str) -> None:
        is_possible = command in LEADS_ON.get(self.progress, ())
        if self.asked(command, is_news=self.progress != ENDS[command], is_possible=is_possible, **fields):
            self.progress = ENDS[command]

    @rule(text=st.text("abc ", min_size=1, max_size=5))
    def comment(self, text: str) -> None:
        self.asked("comment", is_news=True, is_possible=True, text=text.strip() or "a")

    @rule(behind=st.integers(1, 3))
    def decide_on_an_old_version(self, behind: int) -> None:
        answer = self.sent("comment", uuid4().hex, max(self.version - behind, 0), {"text": "too late"})

        assert (412, self.version) == (answer.status_code, answer.json()["version"])

    @rule(minutes=st.integers(0, 3000))
    def time_passes(self, minutes: int) -> None:
        self.service.clock.goes_on(minutes=minutes)

    def asked(self, command: str, *, is_news: bool, is_possible: bool, **fields: Any) -> bool:
        """Ask twice under one key; whether it was recorded, which is once."""
        self.met.add((self.progress, command, "silent" if not is_news else "done" if is_possible else "refused"))
        key = uuid4().hex
        first, again = (self.sent(command, key, self.version, fields) for _ in range(2))
        if is_news and not is_possible:
            assert [409, 409] == [first.status_code, again.status_code]
            return False
        self.version += is_news

        assert (self.version, is_news) == (told(first)["version"], bool(told(first)["recorded"]))
        assert told(first) | {"repeated": True} == told(again)
        return is_news

    def sent(self, command: str, key: str, version: int, fields: dict[str, Any]) -> httpx.Response:
        return self.caller.post(f"/v1/tickets/{self.ticket}/{command}", fields, version=version, key=key)

    @invariant()
    def is_as_the_model_has_it(self) -> None:
        self.service.house.runner.catch_up()
        row = told(self.caller.get(f"/v1/tickets/{self.ticket}"))["listed"]
        status = "waiting" if self.progress == "open" and self.waits else self.progress

        assert (self.version, status, self.severity) == (row["version"], row["status"], row["severity"])
        if self.progress == "open":
            assert self.waits == set(row["waits"])


@pytest.fixture(scope="module")
def service(database_url: str) -> Iterator[Town]:
    with open_pool(database_url) as pool, town(pool, f"lives_{uuid4().hex}", Clock()) as service:
        yield service


def test_no_sequence_of_commands_leads_away_from_the_model(service):
    caller = service.caller("system")
    contract = caller.draws_up(agreement="servicenow-desk", plan="internal", region="")

    met: set[Met] = set()

    class LifeHere(Life):
        def __init__(self) -> None:
            super().__init__(service, caller, contract, met)

    run_state_machine_as_test(
        LifeHere,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

    assert {(state, way, "done") for state, ways in LEADS_ON.items() for way in ways} <= met
    assert {*ENDS.values()} - {"open"} == {state for state, _, outcome in met if outcome == "refused"}
