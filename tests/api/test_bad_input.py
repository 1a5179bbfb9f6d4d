"""What does not read: each gets a problem document that names the place, and leaves no trace."""

from typing import Any

import pytest

from tests.api.house import ACME, Caller, Town, told

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def ticket(town: Town) -> str:
    return town.caller("agent").opens(town.caller("service-manager").draws_up())


def sent(caller: Caller, ticket: str, command: str, body: str | bytes, **headers: str) -> Any:
    around = {"Idempotency-Key": "bad-input", "If-Match": "*", **JSON, **headers}
    return caller.send("POST", f"/v1/tickets/{ticket}/{command}", content=body, headers=around)


@pytest.mark.parametrize(
    ("command", "fields", "where", "says"),
    [
        ("waiting", {}, "on", "is missing"),
        ("waiting", {"on": "godot"}, "on", "unknown value"),
        ("waiting", {"on": None}, "on", ""),
        ("waiting", {"on": "customer", "off": "customer"}, "off", "unknown field"),
        ("waiting", {"on": "customer", "event": "waiting"}, "event", "unknown field"),
        ("respond", {"effective_at": "2026-03-02T09:00:00"}, "effective_at", "has no offset"),
        ("respond", {"effective_at": 1772438400}, "effective_at", "write an instant"),
        ("respond", {"effective_at": "2026-02-30T09:00:00Z"}, "effective_at", "does not exist"),
        ("respond", {"effective_at": "1969-12-31T00:00:00Z"}, "effective_at", "1970"),
        ("respond", {"at": "2026-03-02T09:00:00Z"}, "at", "unknown field"),
        ("respond", {"by": "emperor"}, "by", ""),
        ("respond", {"by": {"id": "", "role": "agent"}}, "by.id", "is empty"),
        ("respond", {"by": {"id": "ada"}}, "by.role", "is missing"),
        ("change-severity", {"severity": "1"}, "severity", "a whole number"),
        ("change-severity", {"severity": 1.5}, "severity", "a whole number"),
        ("change-severity", {"severity": 0}, "severity", "out of range"),
        ("schedule-appointment", {"for_": "2026-03-09T10:00:00Z"}, "for", "is missing"),
        ("assign", {"tier": True}, "tier", "a whole number"),
        ("correct", {"number": 1, "why": "x"}, "", "exactly one of"),
        ("correct", {"number": 1, "why": "x", "struck": True, "data": {}}, "", "exactly one of"),
        ("rule", {"why": "x", "excuse": "response", "since": "2026-03-02T09:00:00Z"}, "", "since"),
    ],
)
def test_a_field_that_does_not_fit_is_named(
    town: Town, ticket: str, command: str, fields: dict[str, Any], where: str, says: str
):
    manager = town.caller("service-manager")

    problem = told(manager.post(f"/v1/tickets/{ticket}/{command}", fields, version=1), 422)

    assert "/problems/invalid" == problem["type"]
    assert where in [fault["place"] for fault in problem["errors"]]
    assert says in problem["detail"]
    assert 1 == len(manager.get(f"/v1/tickets/{ticket}/history").json())


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"severity": 9}, "severity"),
        ({"severity": 3, "channel": "fax"}, "channel"),
        ({"severity": 3, "contract": "mine"}, "contract"),
        ({"severity": 3, "alert": {"condition": "x"}}, "alert.code"),
    ],
)
def test_an_issue_that_does_not_fit_is_refused(town: Town, fields: dict[str, Any], says: str):
    contract = town.caller("service-manager").draws_up()

    problem = told(town.caller("agent").post("/v1/tickets", {"contract": contract} | fields), 422)

    assert says in problem["detail"]


@pytest.mark.parametrize(
    "command",
    [
        {"number": 7, "why": "x", "struck": True},
        {"number": 1, "why": "x", "data": {"severity": 9}},
        {"number": 1, "why": "x", "data": {"colour": "red"}},
    ],
)
def test_a_correction_of_what_is_not_there_is_refused(town: Town, ticket: str, command: dict[str, Any]):
    manager = town.caller("service-manager")

    problem = told(manager.post(f"/v1/tickets/{ticket}/correct", command, version=1), 422)

    assert "/problems/does-not-fit" == problem["type"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"on=customer",
        b'{"on": "customer",}',
        b'{"on": "customer", "on": "access"}',
        b'{"on": NaN}',
        b'{"on": 1e999}',
        b'{"on": "\\ud800"}',
        b'{"on": "a\\u0000b"}',
        b'{"on": "\xff"}',
        b'{"on": ' + b"[" * 100_000,
        b'{"on": ' + b"9" * 5_000 + b"}",
    ],
)
def test_what_is_no_json_is_refused(town: Town, ticket: str, body: bytes):
    answer = sent(town.caller("agent"), ticket, "waiting", body)

    expected = 422 if not body else 400
    assert "request_id" in told(answer, expected)


@pytest.mark.parametrize("body", ["[]", "7", '"waiting"', "null", "true"])
def test_what_is_no_object_is_refused(town: Town, ticket: str, body: str):
    told(sent(town.caller("agent"), ticket, "waiting", body), 422)


def test_not_a_number_is_refused_where_any_value_may_stand(town: Town):
    contract = town.caller("service-manager").draws_up()
    body = f'{{"contract": "{contract}", "severity": 3, "fields": {{"loss": NaN}}}}'
    headers = {"Idempotency-Key": "nan", **JSON}

    problem = told(town.caller("agent").send("POST", "/v1/tickets", content=body, headers=headers), 400)

    assert "NaN is no number that can be kept" in problem["detail"]


def test_a_body_that_does_not_say_it_is_json_is_refused(town: Town, ticket: str):
    answer = sent(town.caller("agent"), ticket, "waiting", '{"on": "customer"}', **{"Content-Type": "text/plain"})

    assert "/problems/not-json" == told(answer, 415)["type"]


def test_a_body_that_is_too_long_is_refused(town: Town, ticket: str):
    answer = sent(town.caller("agent"), ticket, "comment", f'{{"text": "{"x" * 300_000}"}}')

    assert "/problems/too-large" == told(answer, 413)["type"]


def test_a_long_document_may_be_published_all_the_same(town: Town):
    document = {"id": "x", "about": "x" * 300_000}

    told(town.caller("admin").post("/v1/agreements", document), 422)


def test_a_place_that_does_not_exist_is_not_found(town: Town, ticket: str):
    agent = town.caller("agent")

    for path in ("/v2/tickets", "/v1/nothing", f"/v1/tickets/{ticket}/explode", "/docs", "/redoc"):
        assert "/problems/not-found" == told(agent.get(path), 404)["type"]


def test_a_method_that_is_not_known_is_refused(town: Town, ticket: str):
    answer = town.caller("agent").delete(f"/v1/tickets/{ticket}")

    assert ("/problems/method-not-allowed", "GET, HEAD") == (told(answer, 405)["type"], answer.headers["Allow"])


def test_every_method_that_a_path_is_known_with_is_named(town: Town):
    assert "GET, HEAD, POST" == town.caller("agent").delete("/v1/tickets").headers["Allow"]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/v1/tickets/T-1204", 'ticket: write an id such as 5c1f8d2e-0f2b-4a61-9d0e-6a3b1c2d4e5f, not "T-1204"'),
        (f"/v1/tickets?{'&'.join(['status=open'] * 11)}", "status: holds more than 10"),
    ],
)
def test_what_cannot_be_read_is_said_in_our_words(town: Town, path: str, says: str):
    assert says in told(town.caller("agent").send("GET", path), 422)["detail"]


def test_a_head_is_what_an_answer_begins_with(town: Town, ticket: str):
    agent = town.caller("agent")

    for path in (f"/v1/tickets/{ticket}", "/v1/tickets", "/health", "/v1/stream?after=0"):
        answer = agent.send("HEAD", path)

        assert (200, b"") == (answer.status_code, answer.content), path
    assert '"1"' == agent.send("HEAD", f"/v1/tickets/{ticket}").headers["ETag"]
    assert [404, 401, 405] == [
        agent.send("HEAD", "/v1/nothing").status_code,
        town.nobody.send("HEAD", "/v1/tickets").status_code,
        agent.send("HEAD", f"/v1/tickets/{ticket}/respond").status_code,
    ]


def test_a_path_with_a_slash_too_many_is_not_found(town: Town, ticket: str):
    agent = town.caller("agent")

    for path in ("/v1/tickets/", f"/v1/tickets/{ticket}/", "/portal/"):
        answer = agent.get(path)

        assert (404, None) == (answer.status_code, answer.headers.get("Location")), path


def test_what_is_made_new_has_no_version_yet(town: Town, ticket: str):
    manager = town.caller("service-manager")
    contract = manager.draws_up()

    refused = told(manager.post("/v1/tickets", {"contract": contract, "severity": 3}, version=1), 400)

    assert "what is made new has none yet" in refused["detail"]
    told(manager.post("/v1/tickets", {"contract": contract, "severity": 3}, version="*"), 201)


@pytest.mark.parametrize("body", [b"{", b"[" * 5_000, b"x" * 300_000, b"\xff"])
def test_whoever_is_unknown_is_told_that_and_not_what_is_wrong_with_the_body(town: Town, ticket: str, body: bytes):
    for path in (f"/v1/tickets/{ticket}/comment", "/v1/tickets", f"/v1/tickets/{ticket}/what-if", "/v1/contracts"):
        assert 401 == town.nobody.send("POST", path, content=body, headers=JSON).status_code, path


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({"Content-Encoding": "gzip"}, "packed as 'gzip'"),
        ({"Content-Type": "application/json; charset=utf-16"}, "encoded as 'utf-16'"),
        ({"Content-Type": "application/json; charset=ISO-8859-1"}, "encoded as 'iso-8859-1'"),
    ],
)
def test_a_body_that_is_not_plain_utf_8_is_refused_in_words(
    town: Town, ticket: str, headers: dict[str, str], says: str
):
    agent = town.caller("agent")

    refused = told(sent(agent, ticket, "comment", '{"text": "caf\xe9"}', **headers), 415)

    assert ("/problems/encoded-otherwise", True) == (refused["type"], says in refused["detail"])
    opened = {"headers": {"Idempotency-Key": "packed", **JSON, **headers}, "content": b"{}"}
    told(agent.send("POST", "/v1/tickets", **opened), 415)


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "us-ascii"])
def test_a_body_that_says_that_it_is_utf_8_is_read(town: Town, ticket: str, charset: str):
    headers = {"Content-Type": f"application/json; charset={charset}", "Idempotency-Key": f"in-{charset}"}

    said = sent(town.caller("agent"), ticket, "comment", '{"text": "caf\xe9"}'.encode(), **headers)

    assert "caf\xe9" == told(said)["recorded"][0]["text"]


@pytest.mark.parametrize("body", ["[" * 100_000, '{"text": ' * 2_000, '{"a":' * 900 + '"\\u0041"' + "}" * 900])
def test_a_body_nested_without_end_is_refused_in_our_words(town: Town, ticket: str, body: str):
    refused = sent(town.caller("agent"), ticket, "comment", body).json()

    assert refused["status"] in (400, 422)
    assert "parsing" not in refused["detail"]


def test_what_counts_once_is_given_once(town: Town, ticket: str):
    agent = town.caller("agent")
    headers = [("Idempotency-Key", "one"), ("Idempotency-Key", "two"), ("If-Match", "*")]
    headers.append(("Authorization", f"Bearer {agent.token}"))

    doubled = agent.http.request("POST", f"/v1/tickets/{ticket}/respond", json={}, headers=headers)
    filtered = agent.send("GET", "/v1/tickets?severity=1&severity=2")

    assert (400, True) == (doubled.status_code, "Idempotency-Key is given twice" in doubled.text)
    assert (422, True) == (filtered.status_code, "is given twice" in filtered.text)


def test_a_filter_with_a_character_that_is_none_is_refused_in_plain_words(town: Town):
    assert "a text without" in town.caller("agent").send("GET", "/v1/tickets?customer=%00").text


def test_an_id_that_is_none_is_refused(town: Town):
    problem = told(town.caller("agent").get("/v1/tickets/seven"), 422)

    assert "ticket" == problem["errors"][0]["place"]


def test_nothing_is_done_to_a_ticket_that_is_not_there(town: Town):
    nowhere = "00000000-0000-4000-8000-000000000000"
    agent, contact = town.caller("agent"), town.caller("technical-contact", ACME)

    for caller in (agent, contact):
        told(caller.post(f"/v1/tickets/{nowhere}/respond", version=1), 404)
        told(caller.post(f"/v1/tickets/{nowhere}/split-off", {"severity": 3}, version=1), 404)
        told(caller.post("/v1/tickets", {"contract": nowhere, "severity": 3}), 404)
        told(caller.get(f"/v1/tickets/{nowhere}/clocks"), 404)
        told(caller.get(f"/v1/contracts/{nowhere}"), 404)


@pytest.mark.parametrize("value", ["NaN", "5", True, "Infinity"])
def test_a_measured_value_is_a_number_that_can_be_kept(town: Town, ticket: str, value: object):
    refused = town.caller("agent").post(f"/v1/tickets/{ticket}/resolve", {"measurement": {"value": value}}, version="*")

    assert 422 == refused.status_code
    assert 200 == town.caller("agent").get(f"/v1/tickets/{ticket}/history").status_code


def test_values_without_end_are_turned_away_and_the_ticket_stays_readable(town: Town, ticket: str):
    nested: object = "deep"
    for _ in range(100):
        nested = [nested]

    refused = town.caller("agent").post(f"/v1/tickets/{ticket}/add-information", {"fields": {"a": nested}}, version="*")

    assert (422, True) == (refused.status_code, "levels deep" in refused.text)
    assert 200 == town.caller("agent").get(f"/v1/tickets/{ticket}/history").status_code


def test_a_ticket_is_merged_into_another_one_of_its_customer(town: Town, ticket: str):
    for into in (ticket, "nonsense", "00000000-0000-0000-0000-000000000000"):
        refused = town.caller("agent").post(f"/v1/tickets/{ticket}/merge", {"into": into}, version="*")

        assert (422, True) == (refused.status_code, "no other ticket" in refused.text)


@pytest.mark.parametrize("body", [{}, {"into": None}, {"into": ""}])
def test_a_ticket_is_not_merged_into_nothing(town: Town, ticket: str, body: dict[str, Any]):
    agent = town.caller("agent")

    told(agent.post(f"/v1/tickets/{ticket}/merge", body, version="*"), 422)

    assert ["opened"] == [line["event"] for line in agent.get(f"/v1/tickets/{ticket}/history").json()]


def test_tickets_are_not_merged_in_a_circle(town: Town):
    contract, agent = town.caller("service-manager").draws_up(), town.caller("agent")
    one, two, three = (agent.opens(contract) for _ in range(3))
    agent.does(one, "merge", into=two)

    back = told(agent.post(f"/v1/tickets/{two}/merge", {"into": one}, version="*"), 422)
    beside = told(agent.post(f"/v1/tickets/{three}/merge", {"into": one}, version="*"), 422)

    assert "into: that ticket was merged into this one itself" == back["detail"]
    assert f"merge into {two}" == beside["remedy"]


def test_a_ticket_is_merged_into_one_that_goes_on(town: Town):
    contract, agent = town.caller("service-manager").draws_up(), town.caller("agent")
    one, withdrawn, closed = (agent.opens(contract) for _ in range(3))
    town.caller("technical-contact", ACME).does(withdrawn, "withdraw")
    agent.does(closed, "close")

    refused = agent.post(f"/v1/tickets/{one}/merge", {"into": withdrawn}, version="*")

    assert (422, True) == (refused.status_code, "is withdrawn" in refused.text)
    assert ["merged"] == [event["event"] for event in agent.does(one, "merge", into=closed)["recorded"]]
    assert [] == agent.does(one, "merge", into=closed)["recorded"]


def test_that_the_vendor_responded_is_not_the_customers_to_say(town: Town, ticket: str):
    refused = town.caller("administrator", ACME).post(f"/v1/tickets/{ticket}/respond", {}, version="*")

    assert 403 == refused.status_code
