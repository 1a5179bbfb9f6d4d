"""What monitored systems report over HTTP: one ticket per ongoing condition (imagicle-care:proactive)."""

import pytest

from tests.api.house import GLOBEX, Town, told


@pytest.fixture
def contract(town: Town) -> str:
    return town.caller("service-manager").draws_up(options=["proactive-support"])


def test_an_alert_opens_a_ticket_at_the_severity_that_the_agreement_gives_it(town: Town, contract: str):
    monitor = town.caller("system")

    done = told(monitor.post("/v1/alerts", {"contract": contract, "code": "disk-near-saturation", "condition": "d1"}))

    (event,) = done["recorded"]
    assert ("opened", "alert", "d1") == (event["event"], event["channel"], event["alert"]["condition"])


def test_while_a_condition_goes_on_its_ticket_is_the_answer(town: Town, contract: str):
    monitor = town.caller("system")
    alert = {"contract": contract, "code": "application-crash", "condition": "recorder-2"}

    first = told(monitor.post("/v1/alerts", alert))
    again = told(monitor.post("/v1/alerts", alert))
    other = told(monitor.post("/v1/alerts", alert | {"condition": "recorder-3"}))

    assert (first["ticket"], []) == (again["ticket"], again["recorded"])
    assert first["ticket"] != other["ticket"]


@pytest.mark.clause("imagicle-care:proactive")
def test_nobody_opens_a_second_ticket_for_a_condition_by_hand(town: Town, contract: str):
    told(town.caller("system").post("/v1/alerts", {"contract": contract, "code": "application-crash"}))
    agent, alert = town.caller("agent"), {"severity": 1, "channel": "alert", "alert": {"code": "application-crash"}}
    ticket = agent.opens(contract)

    opened = told(agent.post("/v1/tickets", {"contract": contract, **alert}), 422)
    split = told(agent.post(f"/v1/tickets/{ticket}/split-off", alert, version="*"), 422)

    assert ["/v1/alerts" in problem["detail"] for problem in (opened, split)] == [True, True]


def test_once_a_condition_is_over_the_next_report_opens_another_ticket(town: Town, contract: str):
    monitor = town.caller("system")
    alert = {"contract": contract, "code": "application-crash", "condition": "recorder-2"}
    first = told(monitor.post("/v1/alerts", alert))

    cleared = told(monitor.post("/v1/alerts/clear", alert))
    second = told(monitor.post("/v1/alerts", alert))

    assert (first["ticket"], ["condition_cleared"]) == (
        cleared["ticket"],
        [event["event"] for event in cleared["recorded"]],
    )
    assert first["ticket"] != second["ticket"]


def test_a_clearing_sent_twice_is_recorded_once(town: Town, contract: str):
    monitor = town.caller("system")
    alert = {"contract": contract, "code": "application-crash"}
    told(monitor.post("/v1/alerts", alert))

    first = told(monitor.post("/v1/alerts/clear", alert, key=f"clear {contract}".replace(" ", "-")))
    again = told(monitor.post("/v1/alerts/clear", alert, key=f"clear {contract}".replace(" ", "-")))

    assert first | {"repeated": True} == again


def test_what_was_never_reported_is_not_over(town: Town, contract: str):
    told(town.caller("system").post("/v1/alerts/clear", {"contract": contract, "code": "application-crash"}), 404)


def test_a_code_that_is_not_monitored_opens_nothing(town: Town, contract: str):
    problem = told(town.caller("system").post("/v1/alerts", {"contract": contract, "code": "rain"}), 422)

    assert "imagicle-care:proactive" == problem["clause"]
    assert "application-crash" in problem["remedy"]


def test_a_condition_that_was_refused_once_has_a_ticket_as_soon_as_monitoring_is_agreed(town: Town):
    manager, monitor = town.caller("service-manager"), town.caller("system")
    contract = manager.draws_up()
    alert = {"contract": contract, "code": "application-crash", "condition": "recorder-2"}

    refused = [told(monitor.post("/v1/alerts", alert), 422)["clause"] for _ in range(2)]
    told(manager.post(f"/v1/contracts/{contract}/amend", {"options": ["proactive-support"]}, version="*"))
    done = told(monitor.post("/v1/alerts", alert))
    cleared = told(monitor.post("/v1/alerts/clear", alert))

    assert ["imagicle-care:proactive"] * 2 == refused
    assert (1, ["opened"]) == (done["version"], [event["event"] for event in done["recorded"]])
    assert done["ticket"] == cleared["ticket"]


def test_under_an_agreement_without_monitoring_nothing_is_reported(town: Town):
    contract = town.caller("service-manager").draws_up(agreement="xmpro", plan="subscription", region="")

    told(town.caller("system").post("/v1/alerts", {"contract": contract, "code": "application-crash"}), 422)


def test_a_system_of_one_customer_reports_nothing_about_another(town: Town, contract: str):
    monitor = town.caller("system", GLOBEX)

    for path in ("/v1/alerts", "/v1/alerts/clear"):
        told(monitor.post(path, {"contract": contract, "code": "application-crash"}), 404)
