import json
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent
from pydantic import BaseModel, ValidationError

from domain.desk.mapper import BrokenChain, EnvelopeMapper, Upcast, checked, digest_of
from domain.desk.names import STORED_NAMES
from domain.instants import micros
from domain.ticket.events import Waiting
from domain.ticket.history import Person
from tests.desk.examples import GOLDEN, MONDAY, STREAM, example, mapper
from tests.desk.seals import TestSeals


def golden(name: str) -> tuple[bytes, dict[str, Any]]:
    told = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
    return told["state"].encode(), told["event"]


@pytest.mark.parametrize("name", STORED_NAMES)
def test_an_event_stored_long_ago_is_read_as_it_was_meant(name):
    state, event = golden(name)

    read = mapper().to_domain_event(StoredEvent(STREAM, 2, name, state))

    assert event == read.event.model_dump(mode="json", by_alias=True, exclude_unset=True)


@pytest.mark.parametrize("name", STORED_NAMES)
def test_an_event_is_stored_as_it_always_was(name):
    state, _ = golden(name)
    read = mapper().to_domain_event(StoredEvent(STREAM, 2, name, state))

    assert state == mapper().to_stored_event(read).state


@pytest.mark.parametrize("name", STORED_NAMES)
def test_an_event_in_its_envelope_comes_back_as_it_went(name):
    envelope = example(name)
    stored = mapper().to_stored_event(envelope)

    assert envelope._replace(digest=digest_of(stored)) == mapper().to_domain_event(stored)


def test_a_stream_read_in_one_go_is_what_its_events_are_one_by_one():
    stored = [StoredEvent(STREAM, 2, name, golden(name)[0]) for name in STORED_NAMES]

    assert [mapper().to_domain_event(one) for one in stored] == list(mapper().stream(stored))


def test_a_stream_read_in_one_go_tells_nothing_of_people_who_were_forgotten():
    seals = TestSeals()
    reading = mapper(seals)
    stored = [reading.to_stored_event(example("ticket.waiting"))]
    (known,) = reading.stream(stored)
    seals.forgotten.add("acme")

    (forgotten,) = reading.stream(stored)

    assert example("ticket.waiting").by == known.by
    assert reading.to_domain_event(stored[0]).by == forgotten.by != known.by


@pytest.mark.parametrize("instant", ["2024-03-04T09:00:00", "yesterday", 1709542800, None])
def test_what_was_stored_without_an_instant_is_not_read(instant: Any):
    told = {"recorded_at": "2024-03-04T09:00:00Z", "event": {"effective_at": instant}}

    with pytest.raises(ValidationError):
        mapper().to_domain_event(StoredEvent(STREAM, 1, "ticket.closed", json.dumps(told).encode()))


@pytest.mark.parametrize(
    "told", ["2024-03-04T09:00:00Z", "2024-03-04T10:00:00+01:00", "2024-03-04T04:30:00.000000-04:30"]
)
def test_an_instant_is_read_as_it_was_stored_in_whatever_zone(told: str):
    state = json.dumps({"recorded_at": told, "event": {"effective_at": told}}).encode()
    stored = StoredEvent(STREAM, 1, "ticket.closed", state)

    read = mapper().to_domain_event(stored)

    assert (MONDAY, micros(MONDAY)) == (read.event.effective_at, read.recorded_at)


def test_no_golden_file_is_without_its_event():
    assert set(STORED_NAMES) == {file.name.removesuffix(".json") for file in GOLDEN.iterdir()}


class WaitingFor(BaseModel):
    """How a wait might have been stored before `on` had its name."""

    effective_at: str
    reason: str


def test_an_event_of_an_older_form_is_read_in_the_form_of_today():
    def renamed(fields: dict[str, Any]) -> dict[str, Any]:
        return {"effective_at": fields["effective_at"], "on": fields["reason"]}

    def of_today(fields: dict[str, Any]) -> dict[str, Any]:
        return fields | {"task": fields.get("task", "not said")}

    reading = EnvelopeMapper(
        {"ticket.waiting.3": Waiting},
        TestSeals(),
        {
            "ticket.waiting": Upcast("ticket.waiting.2", renamed),
            "ticket.waiting.2": Upcast("ticket.waiting.3", of_today),
        },
    )
    fields = {"effective_at": "2024-03-04T08:00:00Z", "reason": "customer"}
    state = json.dumps({"customer": "acme", "recorded_at": "2024-03-04T09:00:00Z", "event": fields}).encode()

    read = reading.to_domain_event(StoredEvent(STREAM, 1, "ticket.waiting", state))

    assert ("customer", "not said") == (read.event.on, read.event.task)
    assert "ticket.waiting.3" == reading.to_stored_event(read).topic


PERSONAL = ("ada@acme.example", "evidence", "why")


def test_who_did_it_and_why_is_stored_sealed():
    state = mapper().to_stored_event(example("ticket.corrected")).state.decode()

    assert [] == [words for words in PERSONAL if f'"{words}"' in state.replace('"evidence":', "").replace('"why":', "")]


@pytest.mark.parametrize("name", [name for name in STORED_NAMES if not name.startswith("publication.")])
def test_a_forgotten_customers_events_are_still_read_and_name_nobody(name):
    seals = TestSeals()
    stored = mapper(seals).to_stored_event(example(name))
    seals.forgotten.add("acme")

    read = mapper(seals).to_domain_event(stored)

    assert isinstance(read.by, Person)
    assert read.by.id.startswith("forgotten-")
    assert example(name).event.effective_at == read.event.effective_at


def test_an_agent_is_no_secret_of_the_customers():
    agent = Person(id="ben", role="agent")
    seals = TestSeals()
    stored = mapper(seals).to_stored_event(example("ticket.waiting")._replace(by=agent))
    seals.forgotten.add("acme")

    assert agent == mapper(seals).to_domain_event(stored).by


def test_who_sent_it_in_anothers_name_is_kept_beside_that_name():
    sent = example("ticket.closed")._replace(sent_by=Person(id="zoe", role="service-manager"))
    stored = mapper().to_stored_event(sent)

    assert sent._replace(digest=digest_of(stored)) == mapper().to_domain_event(stored)


def test_a_chain_that_was_cut_names_the_event_at_which_it_shows():
    first = example("ticket.opened")._replace(originator_version=1, previous="", digest="a")
    second = example("ticket.waiting")._replace(originator_version=2, previous="a", digest="b")
    third = example("ticket.closed")._replace(originator_version=3, previous="b", digest="c")

    assert [first, second, third] == list(checked([first, second, third]))
    with pytest.raises(BrokenChain, match="event 3"):
        list(checked([first, second._replace(digest="changed"), third]))
    with pytest.raises(BrokenChain, match="event 3"):
        list(checked([first, third]))
