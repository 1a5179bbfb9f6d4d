"""A customer's key is made once, and once forgotten never again."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from projections.store.customer_keys import KEY_BYTES, REMEMBERED_SECONDS, CustomerForgotten, CustomerKeys
from projections.store.pool import Pool
from projections.store.sealing import CustomerSeal, _unsealed


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(pool: Pool, schema: str, clock: Clock) -> CustomerKeys:
    keys = CustomerKeys(pool, schema, clock)
    keys.create_tables()
    return keys


@pytest.fixture
def elsewhere(keys: CustomerKeys, pool: Pool, schema: str) -> CustomerKeys:
    """The same keys as another program sees them."""
    return CustomerKeys(pool, schema)


def test_a_customer_has_no_key_until_one_is_needed(keys):
    assert keys.key("acme") is None

    key = keys.ensure("acme")

    assert KEY_BYTES == len(key)
    assert key == keys.ensure("acme") == keys.key("acme")


def test_each_customer_has_a_key_of_their_own(keys):
    assert keys.ensure("acme") != keys.ensure("bolt")


def test_programs_that_need_a_key_at_once_get_the_same(keys, pool, schema):
    with ThreadPoolExecutor(8) as everyone:
        made = set(everyone.map(lambda _: CustomerKeys(pool, schema).ensure("acme"), range(16)))

    assert {keys.key("acme")} == made


def test_a_forgotten_customer_has_no_key_and_gets_none(keys, elsewhere):
    keys.ensure("acme")

    assert keys.forget("acme")
    assert keys.key("acme") is None
    assert elsewhere.key("acme") is None
    with pytest.raises(CustomerForgotten, match="acme was forgotten"):
        keys.ensure("acme")


def test_nothing_of_a_forgotten_key_stays_in_its_row(keys, pool, schema):
    key = keys.ensure("acme")
    keys.forget("acme")

    with pool.connection() as connection:
        row = connection.execute(f'SELECT * FROM "{schema}".customer_keys').fetchone()

    assert row is not None
    assert key not in row


def test_a_customer_who_is_forgotten_already_or_was_never_known_cannot_be_forgotten(keys):
    keys.ensure("acme")
    keys.forget("acme")

    assert not keys.forget("acme")
    assert not keys.forget("nobody")
    assert keys.ensure("nobody")


def test_a_customer_forgotten_by_another_program_is_forgotten_here_within_seconds(keys, elsewhere, clock):
    keys.ensure("acme")
    elsewhere.forget("acme")
    clock.seconds += REMEMBERED_SECONDS

    assert keys.key("acme") is None
    with pytest.raises(CustomerForgotten):
        keys.ensure("acme")


def test_texts_of_a_customer_who_is_seen_to_be_forgotten_stay_in_no_memory(keys, elsewhere, clock):
    seal = CustomerSeal("acme", keys)
    sealed = seal.seal("Ada Lovelace")
    for forget in (lambda: elsewhere.forget("nobody"), lambda: elsewhere.forget("acme")):
        assert "Ada Lovelace" == seal.unseal(sealed)

        forget()

        assert 0 == _unsealed.cache_info().currsize
    clock.seconds += REMEMBERED_SECONDS - 1
    assert "Ada Lovelace" == seal.unseal(sealed)

    clock.seconds += 1

    assert seal.unseal(sealed) is None
    assert 0 == _unsealed.cache_info().currsize
