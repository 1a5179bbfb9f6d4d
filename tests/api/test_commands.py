"""Commands over HTTP: what they answer, and what makes them safe to repeat."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.api.house import ACME, GLOBEX, MONDAY_9, Caller, Town, told


@pytest.fixture
def once() -> str:
    """An idempotency key."""
    return str(uuid4())


LOWERED = {"severity": 4}
"""Without the evidence that imagicle-care:priority-reduction asks for."""


def agent_with_ticket(town: Town, **issue: object) -> tuple[Caller, str]:
    """An agent, and a ticket of ACME's that a customer's contact has opened."""
    contract = town.caller("service-manager").draws_up()
    ticket = town.caller("technical-contact", ACME).opens(contract, **issue)
    return town.caller("agent"), ticket


# --- what a command answers -----------------------------------------------------------------------------------------------


def test_a_ticket_is_opened_under_a_contract(town: Town):
    contract = town.caller("service-manager").draws_up()

    answer = town.caller("technical-contact", ACME, "ada").post(
        "/v1/tickets", {"contract": contract, "severity": 2, "channel": "phone"}
    )

    done = told(answer, 201)
    assert f"/v1/tickets/{done['ticket']}" == answer.headers["Location"]
    assert '"1"' == answer.headers["ETag"]
    assert str(done["position"]) == answer.headers["X-Position"]
    assert (1, False) == (done["version"], done["repeated"])
    assert [
        {
            "version": 1,
            "at": "2026-03-02T09:00:00+01:00",
            "event": "opened",
            "severity": 2,
            "channel": "phone",
            "recorded_at": "2026-03-02T08:00:00Z",
            "by": {"id": "ada", "role": "technical-contact"},
        }
    ] == done["recorded"]


def test_a_command_records_its_event(town: Town):
    agent, ticket = agent_with_ticket(town)

    answer = agent.post(f"/v1/tickets/{ticket}/waiting", {"on": "customer", "task": "send the log"}, version=1)

    done = told(answer)
    assert (ticket, 2) == (done["ticket"], done["version"])
    assert '"2"' == answer.headers["ETag"]
    assert [("waiting", "customer", "send the log")] == [
        (event["event"], event["on"], event["task"]) for event in done["recorded"]
    ]


def test_a_command_that_says_nothing_new_records_nothing(town: Town):
    agent, ticket = agent_with_ticket(town)
    agent.does(ticket, "waiting", on="customer")

    done = told(agent.post(f"/v1/tickets/{ticket}/waiting", {"on": "customer"}, version=2))

    assert (2, None, []) == (done["version"], done["position"], done["recorded"])


def test_a_command_without_anything_to_say_needs_no_body(town: Town):
    agent, ticket = agent_with_ticket(town)
    headers = {"Idempotency-Key": "respond-1", "If-Match": '"1"'}

    done = told(agent.send("POST", f"/v1/tickets/{ticket}/respond", headers=headers))

    assert ["responded"] == [event["event"] for event in done["recorded"]]


def test_a_secondary_issue_becomes_a_ticket_of_its_own(town: Town):
    agent, ticket = agent_with_ticket(town)

    answer = agent.post(f"/v1/tickets/{ticket}/split-off", {"severity": 3, "channel": "web"}, version=1)

    done = told(answer, 201)
    secondary = done["recorded"][0]["ticket"]
    assert f"/v1/tickets/{secondary}" == answer.headers["Location"]
    opening = agent.get(f"/v1/tickets/{secondary}/history").json()[0]
    assert {"ticket": ticket, "opened_at": "2026-03-02T08:00:00Z"} == opening["origin"]


def test_a_split_names_no_other_origin(town: Town):
    agent, ticket = agent_with_ticket(town)

    problem = told(agent.post(f"/v1/tickets/{ticket}/split-off", {"severity": 3, "origin": "another"}, version=1), 422)

    assert "/problems/does-not-fit" == problem["type"]


def test_nobody_dates_a_ticket_back_by_naming_another_one(town: Town):
    contract = town.caller("service-manager").draws_up(readings={"imagicle-care:single-issue/start": "original-report"})
    origin = {"ticket": "T-1204", "opened_at": "2026-01-02T09:00:00Z"}

    for caller in (town.caller("agent"), town.caller("technical-contact", ACME)):
        problem = told(caller.post("/v1/tickets", {"contract": contract, "severity": 3, "origin": origin}), 422)

        assert ("/problems/does-not-fit", True) == (problem["type"], "split off there" in problem["detail"])


# --- refusals -------------------------------------------------------------------------------------------------------------


def test_a_refusal_by_the_agreement_names_its_clause_and_goes_on_record(town: Town):
    agent, ticket = agent_with_ticket(town)

    answer = agent.post(f"/v1/tickets/{ticket}/change-severity", LOWERED, version=1)

    problem = told(answer, 422)
    assert "application/problem+json" == answer.headers["Content-Type"]
    assert ("/problems/rule-broken", 2) == (problem["type"], problem["version"])
    assert "imagicle-care:priority-reduction" == problem["clause"]
    assert '"2"' == answer.headers["ETag"]
    assert str(problem["position"]) == answer.headers["X-Position"]
    last = agent.get(f"/v1/tickets/{ticket}/history").json()[-1]
    assert ("refused", "change-severity", problem["clause"]) == (last["event"], last["command"], last["clause"])


def test_work_on_a_closed_ticket_is_refused_without_a_trace(town: Town):
    agent, ticket = agent_with_ticket(town)
    agent.does(ticket, "resolve")
    agent.does(ticket, "close")

    problem = told(agent.post(f"/v1/tickets/{ticket}/escalate", {"to": "tier-2"}, version=3), 409)

    assert ("/problems/ticket-not-open", "reopen it first") == (problem["type"], problem["remedy"])
    assert 3 == len(agent.get(f"/v1/tickets/{ticket}/history").json())


def test_a_ticket_is_not_opened_under_a_contract_that_does_not_cover_it(town: Town):
    manager = town.caller("service-manager")
    contract = manager.draws_up(agreement="imagicle-care")
    told(manager.post(f"/v1/contracts/{contract}/cancel", version=1))

    problem = told(town.caller("agent").post("/v1/tickets", {"contract": contract, "severity": 3}), 422)

    assert "/problems/not-covered" == problem["type"]
    assert problem["clause"].startswith("imagicle-care:")


def test_a_refused_opening_names_the_ticket_with_which_it_is_on_record(town: Town, once: str):
    manager, agent = town.caller("service-manager"), town.caller("agent")
    contract = manager.draws_up(agreement="imagicle-care")
    told(manager.post(f"/v1/contracts/{contract}/cancel", version=1))

    problem = told(agent.post("/v1/tickets", {"contract": contract, "severity": 3}, key=once), 422)
    again = told(agent.post("/v1/tickets", {"contract": contract, "severity": 3}, key=once), 422)

    (line,) = agent.get(f"/v1/tickets/{problem['ticket']}/history").json()
    assert ("refused", problem["clause"]) == (line["event"], line["clause"])
    assert problem["ticket"] == again["ticket"]


# --- once, and on the version that was meant --------------------------------------------------------------------------------


def test_the_same_key_gets_the_same_answer(town: Town, once: str):
    contract = town.caller("service-manager").draws_up()
    agent = town.caller("agent")
    issue = {"contract": contract, "severity": 3}

    first = told(agent.post("/v1/tickets", issue, key=once), 201)
    town.clock.goes_on(minutes=1)
    again = told(agent.post("/v1/tickets", issue, key=once), 201)

    assert first | {"repeated": True} == again


def test_the_same_key_with_another_payload_is_refused(town: Town, once: str):
    agent, ticket = agent_with_ticket(town)
    told(agent.post(f"/v1/tickets/{ticket}/waiting", {"on": "customer"}, version=1, key=once))

    problem = told(agent.post(f"/v1/tickets/{ticket}/waiting", {"on": "access"}, version=2, key=once), 422)

    assert "/problems/key-reused" == problem["type"]


def test_the_order_of_names_in_the_json_does_not_make_another_payload(town: Town, once: str):
    agent, ticket = agent_with_ticket(town)
    told(agent.post(f"/v1/tickets/{ticket}/waiting", {"on": "customer", "task": "x"}, version=1, key=once))

    again = told(agent.post(f"/v1/tickets/{ticket}/waiting", {"task": "x", "on": "customer"}, version=1, key=once))

    assert again["repeated"]


def test_two_people_may_use_the_same_key(town: Town, once: str):
    agent, ticket = agent_with_ticket(town)
    other = town.caller("agent", person="another agent")

    agent.post(f"/v1/tickets/{ticket}/waiting", {"on": "customer"}, version=1, key=once)
    done = told(other.post(f"/v1/tickets/{ticket}/comment", {"text": "looking"}, version=2, key=once))

    assert not done["repeated"]


def test_namesakes_at_two_customers_do_not_share_keys(town: Town, once: str):
    manager = town.caller("service-manager")
    issue = {"severity": 3}
    one, two = (town.caller("technical-contact", customer, "ada") for customer in (ACME, GLOBEX))

    first = one.post("/v1/tickets", {"contract": manager.draws_up(customer=ACME), **issue}, key=once)
    second = two.post("/v1/tickets", {"contract": manager.draws_up(customer=GLOBEX), **issue}, key=once)

    assert told(first, 201)["ticket"] != told(second, 201)["ticket"]


def test_a_refusal_on_record_is_repeated_and_recorded_once(town: Town, once: str):
    agent, ticket = agent_with_ticket(town)
    first = told(agent.post(f"/v1/tickets/{ticket}/change-severity", LOWERED, version=1, key=once), 422)
    again = told(agent.post(f"/v1/tickets/{ticket}/change-severity", LOWERED, version=1, key=once), 422)

    def what(problem: dict[str, object]) -> list[object]:
        return [problem[name] for name in ("type", "detail", "clause", "version", "position")]

    assert what(first) == what(again)
    assert 2 == len(agent.get(f"/v1/tickets/{ticket}/history").json())


def test_a_refusal_without_a_trace_leaves_its_key_free(town: Town, once: str):
    agent, ticket = agent_with_ticket(town)
    agent.does(ticket, "resolve")

    told(agent.post(f"/v1/tickets/{ticket}/escalate", {"to": "tier-2"}, version="*", key=once), 409)
    agent.does(ticket, "reopen")
    done = told(agent.post(f"/v1/tickets/{ticket}/escalate", {"to": "tier-2"}, version="*", key=once))

    assert ["escalated"] == [event["event"] for event in done["recorded"]]


def test_a_repeated_silent_command_stays_silent(town: Town, once: str):
    agent, ticket = agent_with_ticket(town)
    agent.does(ticket, "waiting", on="customer")
    told(agent.post(f"/v1/tickets/{ticket}/waiting", {"on": "customer"}, version=2, key=once))
    agent.does(ticket, "end-wait", on="customer")

    again = told(agent.post(f"/v1/tickets/{ticket}/waiting", {"on": "customer"}, version=2, key=once))

    assert (True, 2, []) == (again["repeated"], again["version"], again["recorded"])


def test_a_command_without_a_key_is_refused(town: Town):
    agent, ticket = agent_with_ticket(town)

    problem = told(agent.send("POST", f"/v1/tickets/{ticket}/respond", headers={"If-Match": '"1"'}), 400)

    assert "Idempotency-Key is missing" == problem["detail"]


def test_a_key_is_a_plain_word(town: Town):
    agent, ticket = agent_with_ticket(town)

    for key in ("", "two words", "timekeeper/1/rung", "x" * 201, "ключ".encode()):
        headers = {"If-Match": '"1"', "Idempotency-Key": key}
        problem = told(agent.send("POST", f"/v1/tickets/{ticket}/respond", headers=headers), 400)

        assert "/problems/malformed" == problem["type"], key


def test_a_key_may_stand_in_quotes(town: Town, once: str):
    agent, ticket = agent_with_ticket(town)
    told(agent.post(f"/v1/tickets/{ticket}/respond", version=1, key=f'"{once}"'))

    assert told(agent.post(f"/v1/tickets/{ticket}/respond", version=1, key=once))["repeated"]


def test_a_command_on_what_is_there_names_its_version(town: Town):
    agent, ticket = agent_with_ticket(town)

    problem = told(agent.post(f"/v1/tickets/{ticket}/respond"), 428)

    assert "/problems/precondition-required" == problem["type"]


def test_a_command_on_a_version_that_is_not_the_last_is_refused(town: Town):
    agent, ticket = agent_with_ticket(town)
    agent.does(ticket, "respond")

    answer = agent.post(f"/v1/tickets/{ticket}/waiting", {"on": "customer"}, version=1)

    problem = told(answer, 412)
    assert ("/problems/stale-version", 2, '"2"') == (problem["type"], problem["version"], answer.headers["ETag"])


def test_a_version_is_one_strong_tag(town: Town):
    agent, ticket = agent_with_ticket(town)

    for version in ("1", 'W/"1"', '"1", "2"', '"-1"', '"1.0"', '"01"'):
        answer = agent.post(f"/v1/tickets/{ticket}/respond", version=version)

        assert "/problems/malformed" == told(answer, 400)["type"], version


def test_of_two_decisions_on_one_version_the_second_is_refused(town: Town):
    agent, ticket = agent_with_ticket(town)

    told(agent.post(f"/v1/tickets/{ticket}/assign", {"to": "ada"}, version=1))
    problem = told(agent.post(f"/v1/tickets/{ticket}/assign", {"to": "bob"}, version=1), 412)

    assert "read it again, then decide again" == problem["remedy"]


# --- since when, and on whose behalf ----------------------------------------------------------------------------------------


def test_an_agent_may_record_what_took_effect_yesterday(town: Town):
    agent, ticket = agent_with_ticket(town)
    town.clock.goes_on(hours=23)

    done = agent.does(ticket, "respond", effective_at=(MONDAY_9 + timedelta(minutes=5)).isoformat())

    (event,) = done["recorded"]
    assert ("2026-03-02T09:05:00+01:00", "2026-03-03T07:00:00Z") == (event["at"], event["recorded_at"])


def test_nothing_takes_effect_further_back_than_the_role_may_say(town: Town):
    agent, ticket = agent_with_ticket(town)
    town.clock.goes_on(hours=25)

    answer = agent.post(f"/v1/tickets/{ticket}/respond", {"effective_at": MONDAY_9.isoformat()}, version=1)

    problem = told(answer, 422)
    assert "/problems/bad-instant" == problem["type"]
    manager = town.caller("service-manager")
    assert told(manager.post(f"/v1/tickets/{ticket}/respond", {"effective_at": MONDAY_9.isoformat()}, version=1))


def test_nothing_takes_effect_in_the_future_or_before_the_opening(town: Town):
    agent, ticket = agent_with_ticket(town)

    for minutes in (1, -1):
        at = (MONDAY_9 + timedelta(minutes=minutes)).isoformat()
        answer = agent.post(f"/v1/tickets/{ticket}/respond", {"effective_at": at}, version=1)

        assert "/problems/bad-instant" == told(answer, 422)["type"]


def test_an_agent_writes_down_what_a_customer_said(town: Town):
    agent, ticket = agent_with_ticket(town)
    ada = {"id": "ada", "role": "technical-contact"}

    done = agent.does(ticket, "end-wait", on="customer", by=ada)
    done = agent.does(ticket, "comment", text="it happened again", by=ada)

    assert [ada] == [event["by"] for event in done["recorded"]]


def test_a_role_alone_can_be_named(town: Town):
    agent, ticket = agent_with_ticket(town)

    done = agent.does(ticket, "comment", text="by telephone", by="end-user")

    assert ["end-user"] == [event["by"] for event in done["recorded"]]


def test_who_names_their_own_role_means_themselves(town: Town):
    agent, ticket = agent_with_ticket(town)

    done = agent.does(ticket, "comment", text="looking", by="agent")

    assert [{"id": "agent", "role": "agent"}] == [event["by"] for event in done["recorded"]]


def test_nobody_acts_for_whom_they_may_not(town: Town):
    agent, ticket = agent_with_ticket(town)
    contact = town.caller("technical-contact", ACME)
    attempts = [
        (agent, "service-manager"),
        (agent, {"id": "another agent", "role": "agent"}),
        (contact, "agent"),
        (contact, {"id": "somebody else", "role": "technical-contact"}),
    ]

    for caller, by in attempts:
        problem = told(caller.post(f"/v1/tickets/{ticket}/comment", {"text": "hello", "by": by}, version=1), 403)

        assert "/problems/forbidden" == problem["type"], by


def test_only_a_manager_rules_and_corrects(town: Town):
    agent, ticket = agent_with_ticket(town)
    agent.does(ticket, "waiting", on="customer")
    striking = {"why": "the log had been sent", "strike_wait": 2}
    correcting = {"number": 2, "why": "there was nothing to wait for", "struck": True}

    told(agent.post(f"/v1/tickets/{ticket}/rule", striking, version=2), 403)
    told(agent.post(f"/v1/tickets/{ticket}/correct", correcting, version=2), 403)
    manager = town.caller("service-manager")

    assert 3 == manager.does(ticket, "rule", **striking)["version"]
    assert 4 == manager.does(ticket, "correct", **correcting)["version"]


@pytest.mark.parametrize("command", [{"correct": {"number": 1, "struck": True}}, {"rule": {"severity": 2}}])
def test_the_past_is_not_judged_otherwise_without_a_reason(town: Town, command):
    _, ticket = agent_with_ticket(town)
    manager = town.caller("service-manager")
    ((name, fields),) = command.items()

    problem = told(manager.post(f"/v1/tickets/{ticket}/{name}", {"why": "  ", **fields}, version="*"), 422)

    assert "why: say why" in problem["detail"]


def test_the_history_tells_who_wrote_down_what_a_customer_said(town: Town):
    agent, ticket = agent_with_ticket(town)

    agent.does(ticket, "complain", reason="slow", impact="late", by={"id": "ada", "role": "technical-contact"})
    agent.does(ticket, "comment", text="noted")

    lines = agent.get(f"/v1/tickets/{ticket}/history").json()
    assert ["technical-contact", "technical-contact", "agent"] == [line["by"]["role"] for line in lines]
    assert [None, {"id": "agent", "role": "agent"}, None] == [line["envelope"]["sent_by"] for line in lines]


def test_nobody_but_the_service_manager_closes_a_ticket_in_the_name_of_who_may(town: Town):
    manager = town.caller("service-manager")
    contract = manager.draws_up(agreement="xmpro", plan="subscription", region="")
    opener = {"id": "ada", "role": "technical-contact"}
    ticket = town.caller("technical-contact", ACME, "ada").opens(contract)

    refused = town.caller("agent").post(f"/v1/tickets/{ticket}/close", {"by": opener}, version="*")

    assert (403, True) == (refused.status_code, "in the name of the technical-contact" in refused.text)
    closed = manager.does(ticket, "close", by=opener)
    assert [("closed", opener)] == [(event["event"], event["by"]) for event in closed["recorded"]]
