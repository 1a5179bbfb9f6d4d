"""Seals and proofs as they are asked for over HTTP, and checked by whoever got them."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from domain.seals.proof import Consistency, Proof, check_consistency, check_proof
from domain.seals.seal import SealDocument, seal_problems
from projections.seals import is_signed
from projections.store.pool import Pool
from tests.api.house import ACME, GLOBEX, Caller, Clock, Town, told
from tests.api.house import town as running


@pytest.fixture
def town(pool: Pool, schema: str) -> Iterator[Town]:
    """One whose log was never sealed."""
    with running(pool, schema, Clock(), follow=False) as town:
        yield town


@pytest.fixture
def ticket(town: Town) -> str:
    return town.caller("agent").opens(town.caller("service-manager").draws_up())


@pytest.fixture
def contact(town: Town) -> Caller:
    return town.caller("technical-contact", ACME)


def sealed(town: Town) -> SealDocument:
    town.clock.goes_on(hours=1)
    return town.house.sealer.seal_now(town.clock())


def public_key(town: Town) -> bytes:
    assert town.house.sealing_key
    return town.house.sealing_key.public


def test_the_proof_of_a_ticket_can_be_checked_without_the_service(town: Town, ticket: str, contact: Caller):
    seal = sealed(town)
    proof = Proof.model_validate(told(contact.get(f"/v1/tickets/{ticket}/proof")))
    (event,) = contact.get(f"/v1/tickets/{ticket}/history").json()

    assert [] == check_proof(proof, is_signed, public_key(town))
    assert (seal, event["envelope"]["digest"]) == (proof.seal, proof.leaf.digest)


def test_a_proof_that_was_changed_is_refused_by_who_checks_it(town: Town, ticket: str, contact: Caller):
    sealed(town)
    proof = Proof.model_validate(told(contact.get(f"/v1/tickets/{ticket}/proof")))
    leaf, seal = proof.leaf, proof.seal
    changed: dict[str, dict[str, Any]] = {
        "the digest": {"leaf": leaf.model_copy(update={"digest": "0" * 64})},
        "the stream": {"leaf": leaf.model_copy(update={"stream": uuid4()})},
        "the version": {"leaf": leaf.model_copy(update={"version": 2})},
        "the position": {"leaf": leaf.model_copy(update={"position": leaf.position + 1})},
        "the place": {"index": proof.index ^ 1},
        "the path": {"path": proof.path[:-1]},
        "a hash": {"path": ["0" * 64, *proof.path[1:]]},
        "the root": {"seal": seal.model_copy(update={"seal": seal.seal.model_copy(update={"root": "0" * 64})})},
        "the signature": {"seal": seal.model_copy(update={"signature": "0" * 128})},
        "the key": {"seal": seal.model_copy(update={"public_key": "0" * 64})},
    }

    assert [] == check_proof(proof, is_signed)
    for what, change in changed.items():
        assert check_proof(proof.model_copy(update=change), is_signed), what
    assert check_proof(proof, is_signed, b"\0" * 32)


def test_what_is_not_sealed_yet_says_when_it_will_be(town: Town, ticket: str, contact: Caller):
    asked = f"/v1/tickets/{ticket}/proof"
    never = told(contact.get(asked), 409)
    assert ("/problems/not-sealed", True) == (never["type"], "has not been sealed yet" in never["detail"])

    sealed(town)
    town.caller("agent").does(ticket, "comment", text="more")
    assert 1 == told(contact.get(asked))["leaf"]["version"]
    problem = told(contact.get(asked, version=2), 409)
    assert f"event 2 of {ticket} is not sealed yet; the next seal is due at 2026-03-02T10:00:00Z" == problem["detail"]
    told(contact.get(asked, version=3), 404)

    sealed(town)
    assert 2 == told(contact.get(asked, version=2))["leaf"]["version"]


def test_another_customers_ticket_has_no_proof(town: Town, ticket: str):
    sealed(town)

    told(town.caller("technical-contact", GLOBEX).get(f"/v1/tickets/{ticket}/proof"), 404)


def test_seals_are_listed_in_parts_and_each_holds(town: Town, ticket: str, contact: Caller):
    assert {"seals": [], "next": None} == told(contact.get("/v1/seals"))
    told(contact.get("/v1/seals/latest"), 404)
    for _ in range(3):
        sealed(town)
        town.caller("agent").does(ticket, "comment", text="more")
    numbers, cursor = [], ""
    while cursor is not None:
        part = told(contact.get("/v1/seals", limit=2, **({"cursor": cursor} if cursor else {})))
        for one in part["seals"]:
            assert [] == seal_problems(SealDocument.model_validate(one), is_signed, public_key(town))
            numbers.append(one["seal"]["number"])
        cursor = part["next"]

    assert [3, 2, 1] == numbers
    assert 3 == told(contact.get("/v1/seals/latest"))["seal"]["number"]
    (key,) = contact.get("/v1/seals/keys").json()
    assert (public_key(town).hex(), "2026-03-02T09:00:00Z") == (key["public_key"], key["since"])


def test_whoever_kept_a_seal_sees_that_the_log_only_grew(town: Town, ticket: str, contact: Caller):
    first = sealed(town)
    town.caller("agent").does(ticket, "comment", text="more")
    second = sealed(town)
    proof = Consistency.model_validate(told(contact.get("/v1/seals/2/consistency", **{"from": 1})))

    assert (first, second) == (proof.earlier, proof.later)
    assert [] == check_consistency(proof, is_signed, public_key(town))
    for changed in (
        {"path": proof.path[:-1]},
        {"path": [*proof.path, "0" * 64]},
        {"path": ["0" * 64] * len(proof.path)},
    ):
        assert check_consistency(proof.model_copy(update=changed), is_signed)
    told(contact.get("/v1/seals/1/consistency", **{"from": 2}), 404)
    told(contact.get("/v1/seals/3/consistency"), 404)


def test_an_event_that_was_changed_has_no_proof(town: Town, ticket: str, contact: Caller, pool: Pool, schema: str):
    sealed(town)
    with pool.connection() as connection:
        connection.execute(
            f"UPDATE {schema}.events SET state = state || ' ' WHERE originator_id = %s".encode(), (ticket,)
        )

    assert "/problems/seal-unsound" == told(contact.get(f"/v1/tickets/{ticket}/proof"), 409)["type"]
