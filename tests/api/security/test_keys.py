"""API keys: given out once, kept as a digest, taken back."""

import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from psycopg.sql import SQL, Identifier

from api.problems import CredentialRefused, NotFound
from api.security import keys as module
from api.security.keys import REMEMBERED_FOR, Keys, NewKey
from domain.refusals import Refusal
from projections.api_keys import ApiKeys, Kept

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def given_out(keys: Keys, **more: Any) -> NewKey:
    told: dict[str, Any] = {"person": "ann", "role": "agent", "at": NOON}
    return keys.create(**(told | more))


def rows(pool, schema) -> str:
    with pool.connection() as connection:
        return str(connection.execute(SQL("SELECT * FROM {}").format(Identifier(schema, "api_keys"))).fetchall())


def refused(keys: Keys, text: str, at: datetime = NOON) -> None:
    with pytest.raises(CredentialRefused, match="the key is unknown, revoked or expired"):
        keys.verify(text, at)


def test_a_key_tells_whose_it_is(keys):
    new = given_out(keys, role="end-user", customer="acme")
    principal = keys.verify(new.text, NOON)

    assert ("ann", "end-user", "acme", f"key:{new.key.id}") == (
        principal.id,
        principal.role,
        principal.customer,
        principal.via,
    )
    assert {"tickets:read", "tickets:act", "disputes:act", "contracts:read", "agreements:read"} == principal.scopes


def test_a_key_reads_as_prefix_id_and_a_secret_of_256_bits(keys):
    assert re.fullmatch(r"tck_[a-z2-7]{12}_[0-9A-Za-z]{43}", given_out(keys).text)


def test_no_two_keys_are_alike(keys):
    texts = {given_out(keys).text for _ in range(20)}

    assert 20 == len(texts)


def test_the_secret_of_a_key_is_kept_nowhere(keys, pool, schema):
    new = given_out(keys)
    secret = new.text.rpartition("_")[2]

    assert secret not in rows(pool, schema)
    assert secret not in repr(new)
    assert secret not in repr(keys.all())


def test_a_list_of_keys_shows_neither_secret_nor_digest(keys, table):
    new = given_out(keys, label="the monitoring")
    digest = table.find(new.key.id).digest

    assert [("the monitoring", "ann")] == [(key.label, key.person) for key in keys.all()]
    assert repr(digest) not in repr(keys.all())


def test_a_key_may_do_less_than_its_role(keys):
    new = given_out(keys, scopes=["tickets:read"])

    assert {"tickets:read"} == keys.verify(new.text, NOON).scopes


def test_a_key_may_not_do_more_than_its_role(keys):
    with pytest.raises(Refusal, match="agent does not have the right keys:manage"):
        given_out(keys, scopes=["tickets:read", "keys:manage"])


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"role": "root"}, "no role of this service"),
        ({"role": "end-user"}, "no customer is named"),
        ({"person": ""}, "printable"),
        ({"person": "a\x00b"}, "printable"),
        ({"label": "a\nb"}, "a label is at most 255 printable characters"),
        ({"label": "x" * 256}, "a label is at most 255 printable characters"),
        ({"expires_at": NOON}, "expired already"),
        ({"scopes": ["everything"]}, "does not have the right everything"),
    ],
)
def test_a_key_that_cannot_be_is_not_given_out(keys, more, says):
    with pytest.raises(Refusal, match=says):
        given_out(keys, **more)

    assert [] == keys.all()


def test_a_revoked_key_opens_nothing_at_once(keys):
    new = given_out(keys)
    keys.verify(new.text, NOON)
    keys.revoke(new.key.id, NOON)

    refused(keys, new.text)


class Interrupted(ApiKeys):
    """Something happens between the finding of a key and the remembering."""

    meanwhile: Callable[[], None] = staticmethod(lambda: None)

    def find(self, id: str) -> Kept | None:
        found = super().find(id)
        self.meanwhile()
        return found


@pytest.mark.parametrize("ends", ["revoked", "forgotten"])
def test_a_key_that_is_revoked_while_somebody_is_let_in_by_it_opens_nothing_afterwards(table, pool, schema, ends: str):
    table = Interrupted(pool, schema)
    keys = Keys(table)
    new = given_out(keys, role="end-user", customer="acme")
    table.meanwhile = lambda: keys.revoke(new.key.id, NOON) if ends == "revoked" else keys.forget("acme", NOON)
    keys.verify(new.text, NOON)
    table.meanwhile = lambda: None

    assert keys.remembered(new.text, NOON) is None
    refused(keys, new.text)


def test_revoking_twice_leaves_the_first_instant(keys):
    new = given_out(keys)
    keys.revoke(new.key.id, NOON)
    keys.revoke(new.key.id, NOON + MINUTE)

    assert [NOON] == [key.revoked_at for key in keys.all()]


@pytest.mark.parametrize("id", ["", "aaaaaaaaaaaa", "a\x00b", "ü", "%"])
def test_a_key_that_was_never_given_out_cannot_be_revoked(keys, id):
    with pytest.raises(NotFound):
        keys.revoke(id, NOON)


def test_a_key_revoked_elsewhere_opens_nothing_after_five_seconds(keys, table):
    new = given_out(keys)
    keys.verify(new.text, NOON)
    Keys(table).revoke(new.key.id, NOON)

    assert timedelta(seconds=5) == REMEMBERED_FOR
    refused(keys, new.text, NOON + REMEMBERED_FOR)


def test_a_key_expires_on_the_instant(keys):
    new = given_out(keys, expires_at=NOON + MINUTE)

    assert keys.verify(new.text, NOON + MINUTE - timedelta(microseconds=1))
    refused(keys, new.text, NOON + MINUTE)


def test_a_key_expires_even_while_remembered(keys):
    new = given_out(keys, expires_at=NOON + timedelta(seconds=1))
    keys.verify(new.text, NOON)

    refused(keys, new.text, NOON + timedelta(seconds=1))


def test_the_right_id_with_another_secret_opens_nothing(keys):
    new, other = given_out(keys), given_out(keys)
    forged = f"tck_{new.key.id}_{other.text.rpartition('_')[2]}"

    refused(keys, forged)
    keys.verify(new.text, NOON)
    refused(keys, forged)


def test_a_wrong_key_is_not_noted_as_used(keys):
    new, other = given_out(keys), given_out(keys)
    refused(keys, f"tck_{new.key.id}_{other.text.rpartition('_')[2]}")

    assert [None, None] == [key.last_used_at for key in keys.all()]


@pytest.mark.parametrize(
    "text",
    [
        "tck_",
        "tck__",
        "tck_aaaaaaaaaaaa_" + "x" * 43,
        "tck_AAAAAAAAAAAA_" + "x" * 43,
        "tck_aaaaaaaaaaaa_" + "x" * 44,
        "tck_aaaaaaaaaaaa_" + "é" * 43,
        "tck_aaaaaaaaaaaa_" + "x" * 43 + "\n",
        "tck_aaaaaaaaaaaa_" + "x" * 100_000,
        "tck_' OR 1=1 --_" + "x" * 43,
        "tck_\x00",
    ],
)
def test_what_only_looks_like_a_key_opens_nothing(keys, text):
    refused(keys, text)


def test_secrets_are_compared_in_constant_time():
    assert "compare_digest" in module._holder.__code__.co_names


def test_the_use_of_a_key_is_noted_once_a_minute(keys):
    new = given_out(keys)
    noted = []
    for seconds in (0, 10, 59, 64, 123, 130):
        keys.verify(new.text, NOON + timedelta(seconds=seconds))
        noted += [(key.last_used_at - NOON).total_seconds() for key in keys.all()]

    assert [0, 0, 0, 64, 64, 130] == noted


def test_a_key_still_opens_where_its_use_cannot_be_noted(keys, pool, schema):
    new = given_out(keys)
    with pool.connection() as connection:
        connection.execute(
            SQL("ALTER TABLE {} ADD CONSTRAINT full_disk CHECK (last_used_at IS NULL)").format(
                Identifier(schema, "api_keys")
            )
        )

    assert "ann" == keys.verify(new.text, NOON).id


def test_a_key_is_looked_up_once_in_five_seconds(keys, pool, schema):
    new = given_out(keys)
    assert keys.remembered(new.text, NOON) is None
    keys.verify(new.text, NOON)
    with pool.connection() as connection:
        connection.execute(SQL("DELETE FROM {}").format(Identifier(schema, "api_keys")))

    assert "ann" == keys.remembered(new.text, NOON + timedelta(seconds=4)).id
    assert "ann" == keys.verify(new.text, NOON + timedelta(seconds=4)).id
    assert keys.remembered(new.text, NOON + timedelta(seconds=5)) is None
    refused(keys, new.text, NOON + timedelta(seconds=5))


def test_the_keys_of_a_forgotten_customer_open_nothing_and_name_nobody(keys, pool, schema):
    theirs = given_out(keys, role="end-user", customer="acme", person="ada@acme.example", label="Ada's laptop")
    others = given_out(keys, role="end-user", customer="globex")

    keys.forget("acme", NOON)

    refused(keys, theirs.text)
    assert "globex" == keys.verify(others.text, NOON).customer
    stored = rows(pool, schema).lower()  # with digests: three letters alone may stand in one by chance
    assert [] == [one for one in ("ada@acme.example", "laptop") if one in stored]


def test_two_schemas_keep_their_keys_apart(keys, pool, schema):
    elsewhere = f"{schema}_b"
    other = ApiKeys(pool, elsewhere)
    other.create_table()
    new = given_out(keys)

    refused(Keys(other), new.text)
    with pool.connection() as connection:
        connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(elsewhere)))


def test_several_servers_may_start_at_once(pool, schema):
    failed = []

    def create() -> None:
        try:
            ApiKeys(pool, schema).create_table()
        except Exception as error:
            failed.append(error)

    threads = [Thread(target=create) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == failed
    assert [] == ApiKeys(pool, schema).all()


def test_giving_out_and_checking_keys_logs_no_secret(keys, caplog):
    caplog.set_level(logging.DEBUG)
    new = given_out(keys)
    keys.verify(new.text, NOON)
    refused(keys, new.text[:-1] + "!")

    assert new.text.rpartition("_")[2][:20] not in caplog.text
