from zoneinfo import ZoneInfo

import pytest

from tests.logs.incidents import case_of, kinds, row, states, text, told

# --- what a row says ------------------------------------------------------------------------------------------------------


def test_an_incident_opens_with_what_its_first_row_says():
    case = case_of(row(), row("Active", "05:30"))

    opened = {
        "at": "2016-02-29T04:40:00+00:00",
        "event": "opened",
        "severity": 3,
        "channel": "phone",
        "category": "Category 40",
    }
    assert opened == case["events"][0]
    assert {"at": "2016-02-29T05:30:00+00:00", "event": "responded"} == case["events"][1]
    assert ("INC1", "servicenow-desk", {"plan": "internal"}) == (case["case"], case["agreement"], case["contract"])
    assert "2016-02-29T05:30:00+00:00" == case["as_of"]


def test_what_the_log_recorded_about_itself_stands_under_source():
    case = case_of(row(made_sla="true"), row("Active", made_sla="false", reopen_count="2"), file="log.csv")

    source = {
        "system": "servicenow",
        "file": "log.csv",
        "timezone": "UTC",
        "rows": 2,
        "made_sla": False,
        "reopen_count": 2,
        "reassignment_count": 1,
        "sys_mod_count": 8,
        "first_group": "Group 70",
    }
    assert source == case["source"]


def test_nobody_is_named_as_the_one_who_did_it():
    case = case_of(*states("New", "Active", "Resolved", "Closed"))

    assert not [event for event in case["events"] if "by" in event]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["New", "New"], "opened"),
        (["New", "Active", "Active"], "opened, responded"),
        (["Active"], "opened, responded"),
        (["Active", "New", "Active"], "opened, responded"),
        (["Resolved", "Closed"], "opened, responded, resolved, closed"),
        (["New", "Closed"], "opened, responded, closed"),
        (["Awaiting User Info"], "opened, responded, waiting customer"),
        (
            ["New", "Awaiting User Info", "Active"],
            "opened, responded, waiting customer, wait_ended customer",
        ),
        (
            ["Active", "Awaiting User Info", "New"],
            "opened, responded, waiting customer, wait_ended customer",
        ),
        (
            ["Awaiting User Info", "Awaiting Vendor"],
            "opened, responded, waiting customer, wait_ended customer, waiting third-party",
        ),
        (
            ["Awaiting Vendor", "Awaiting Problem", "Awaiting Evidence"],
            "opened, responded, waiting third-party",
        ),
        (
            ["Awaiting User Info", "Resolved"],
            "opened, responded, waiting customer, wait_ended customer, resolved",
        ),
        (["Resolved", "Active"], "opened, responded, resolved, reopened"),
        (["Resolved", "New"], "opened, responded, resolved, reopened"),
        (["Resolved", "Resolved"], "opened, responded, resolved"),
        (["Closed", "Closed"], "opened, responded, closed"),
        (["Closed", "Resolved"], "opened, responded, closed, reopened, resolved"),
        (
            ["Resolved", "Awaiting User Info"],
            "opened, responded, resolved, reopened, waiting customer",
        ),
        (["-100", "Active"], "opened, responded"),
        (["-100", "-100"], "opened"),
        (["Awaiting Vendor", "-100", "Awaiting Vendor"], "opened, responded, waiting third-party"),
        (["Active", "-100", "Resolved"], "opened, responded, resolved"),
        (["Resolved", "-100", "Active"], "opened, responded, resolved, reopened"),
    ],
)
def test_an_incident_that_goes_through_these_states_is_told_so(names, expected):
    assert expected.split(", ") == kinds(case_of(*states(*names)))


def test_an_incident_that_goes_back_from_resolved_is_reopened():
    case = case_of(row("Resolved", "05:00"), row("Active", "06:00"))

    assert {"at": "2016-02-29T06:00:00+00:00", "event": "reopened"} == case["events"][-1]


def test_a_row_ends_then_changes_then_begins():
    case = case_of(
        row("New"),
        row("Awaiting User Info", "05:10", priority="2 - High", assignment_group="Group 1"),
        row("Resolved", "05:20", priority="1 - Critical", assignment_group="Group 2"),
        row("Awaiting Vendor", "05:30", priority="4 - Low", assignment_group="Group 3"),
    )

    expected = (
        "opened, responded, severity_changed, assigned, waiting customer, "
        "wait_ended customer, severity_changed, assigned, resolved, "
        "reopened, severity_changed, assigned, waiting third-party"
    )
    assert expected.split(", ") == kinds(case)
    assert [3, 2, 1, 4] == [event["severity"] for event in case["events"] if "severity" in event]
    assert ["Group 1", "Group 2", "Group 3"] == [event["to"] for event in case["events"] if "to" in event]


def test_a_group_that_is_missing_for_a_while_was_not_changed():
    groups = ["?", "Group 1", "?", "?", "Group 1", "Group 2", "?"]
    (case,), report = told(text(*[row(assignment_group=group) for group in groups]))

    assert ["Group 1", "Group 2"] == [event["to"] for event in case["events"] if event["event"] == "assigned"]
    assert "first_group" not in case["source"]
    assert {"group emptied: the last one known stays": 2} == report.left_out.by_kind


@pytest.mark.parametrize(
    ("contact", "channel"),
    [("Phone", "phone"), ("IVR", "phone"), ("Email", "email"), ("Self service", "web"), ("self-service", "web")],
)
def test_the_way_an_incident_came_in_is_its_channel(contact, channel):
    assert channel == case_of(row(contact_type=contact))["events"][0]["channel"]


def test_an_unknown_way_in_is_left_out_and_counted():
    (case,), report = told(text(row(contact_type="Direct opening", category="?")))

    assert {"at", "event", "severity"} == set(case["events"][0])
    assert {"contact_type without a channel": 1} == report.left_out.by_kind
    assert "Direct opening" == report.left_out.examples[0]["value"]


def test_what_changes_without_an_event_for_it_is_counted():
    _, report = told(text(row(), row(category="Category 2"), row(category="Category 2", contact_type="Email")))

    assert {"category changed": 1, "contact_type changed": 1} == report.left_out.by_kind


# --- time -----------------------------------------------------------------------------------------------------------------


def test_a_row_dated_before_the_opening_takes_its_instant():
    (case,), report = told(text(row("Active", "03:00"), row("Resolved", "06:00")))

    at = "2016-02-29T04:40:00+00:00"
    assert [at, at, "2016-02-29T06:00:00+00:00"] == [event["at"] for event in case["events"]]
    finding = {
        "line": 2,
        "case": "INC1",
        "what": "dated before the opening: takes that instant",
        "value": "2016-02-29T03:00:00+00:00",
    }
    assert [finding] == report.repaired.examples


def test_a_row_dated_before_the_row_that_the_counter_has_before_it_takes_its_instant():
    clocks = {"Active": "11:10", "Resolved": "11:03", "Closed": "11:05"}
    rows = [row(name, clock, sys_mod_count=str(count)) for count, (name, clock) in enumerate(clocks.items())]
    (case,), report = told(text(*rows))

    assert {"2016-02-29T11:10:00+00:00"} == {event["at"] for event in case["events"][1:]}
    assert "2016-02-29T11:10:00+00:00" == case["as_of"]
    assert (2, [3, 4]) == (report.repaired.rows, [found["line"] for found in report.repaired.examples])


@pytest.mark.parametrize(
    ("zone", "shown", "instant"),
    [
        ("Europe/Rome", "27/3/2016 01:59", "2016-03-27T01:59:00+01:00"),
        ("Europe/Rome", "27/3/2016 02:30", "2016-03-27T03:30:00+02:00"),
        ("Europe/Rome", "27/3/2016 03:30", "2016-03-27T03:30:00+02:00"),
        ("Europe/Rome", "30/10/2016 02:30", "2016-10-30T02:30:00+02:00"),
        ("Europe/Rome", "30/10/2016 03:00", "2016-10-30T03:00:00+01:00"),
        ("Europe/Rome", "1/7/2016 9:05", "2016-07-01T09:05:00+02:00"),
        ("America/Sao_Paulo", "16/10/2016 00:00", "2016-10-16T01:00:00-02:00"),
        ("Australia/Lord_Howe", "2/10/2016 02:10", "2016-10-02T02:40:00+11:00"),
        ("Asia/Kathmandu", "1/7/2016 09:05", "2016-07-01T09:05:00+05:45"),
        ("UTC", "2016-07-01 09:05:07", "2016-07-01T09:05:07+00:00"),
    ],
)
def test_a_local_time_is_an_instant_of_its_zone(zone, shown, instant):
    case = case_of(row(opened_at="29/2/2016 04:40", sys_updated_at=shown), timezone=ZoneInfo(zone))

    assert instant == case["as_of"]


@pytest.mark.parametrize(
    "shown", ["?", "", "30/2/2016 05:00", "2/29/2016 05:00", "1/3/2016 24:00", "1/3/0001 05:00", "x"]
)
def test_a_row_without_a_readable_time_takes_that_of_the_row_above(shown):
    (case,), report = told(text(row("New", "05:00"), row("Active", sys_updated_at=shown)))

    assert {"at": "2016-02-29T05:00:00+00:00", "event": "responded"} == case["events"][-1]
    assert [(3, "INC1")] == [(found["line"], found["case"]) for found in report.doubtful.examples]


def test_an_opening_without_a_readable_time_is_taken_from_another_row():
    (case,), report = told(text(row(opened_at="?"), row("Active", "05:30")))

    assert "2016-02-29T04:40:00+00:00" == case["events"][0]["at"]
    assert {2, 3} == {found["line"] for found in report.doubtful.examples}
