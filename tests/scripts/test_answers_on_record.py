"""What the service answered is on record, also where it is told to stop right afterwards."""

import signal

import psycopg
from psycopg.sql import SQL, Identifier

from tests.scripts.conftest import database_url, schema
from tests.scripts.test_service import _until, key, serving

__all__ = ["database_url", "schema"]


def test_the_last_answer_of_a_service_that_is_told_to_stop_is_on_record(database_url: str, schema: str):
    with serving(database_url, schema) as service:
        _until(lambda: service.get("/ready").status_code == 200)
        manager = key(database_url, schema, "service-manager")
        paper = {"agreement": "imagicle-care", "customer": "ACME", "plan": "gold", "region": "europe"}
        contract = service.post("/v1/contracts", manager, paper, "1").json()["contract"]
        opening = {"contract": contract, "severity": 3, "channel": "web"}
        opened = service.post("/v1/tickets", manager, opening, "2").json()
        assert 200 == service.get(f"/v1/tickets/{opened['ticket']}/clocks", manager).status_code
        code, _ = service.ended(signal.SIGTERM)

    select = SQL("SELECT ticket::text, person, version, position FROM {}").format(Identifier(schema, "answers_given"))
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(select).fetchall()
    assert (0, [(opened["ticket"], "service-manager", 1, opened["position"])]) == (code, rows)
