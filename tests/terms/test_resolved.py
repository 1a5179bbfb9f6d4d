"""The terms of one ticket as plain data: what it was judged by can be read without the agreement and without this program."""

import json
from typing import Any

from domain.casefile import read_case
from domain.judgement import judge
from domain.resolved import resolved
from domain.terms.calendar import Calendar, Edition, Hours
from domain.terms.lookup import find
from domain.terms.resolved import CalendarNames
from domain.terms.selection import Selector
from domain.terms.zones import zone
from tests.clocks.given import clock, house

OPENED = {"at": "2024-03-04T08:00:00Z", "event": "opened", "severity": 2, "channel": "web"}


def terms_of(*events: dict[str, Any], agreement: str | Selector = "imagicle-care", **more: Any) -> dict[str, Any]:
    """The terms of a ticket, as they stand in a file."""
    contract = {"plan": "gold", "region": "europe"} if agreement == "imagicle-care" else {"plan": "usual"}
    name = agreement if isinstance(agreement, str) else "house"
    document = {"case": "one", "agreement": name, "contract": contract, "events": [OPENED, *events], **more}
    case = read_case(document, find if isinstance(agreement, str) else lambda _: agreement)
    return json.loads(json.dumps(resolved(judge(case))))  # type: ignore[no-any-return]


def of_clock(terms: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in terms["clocks"] if one["clock"] == name)


def test_each_target_stands_with_its_calendar_its_limit_and_its_clause():
    response = of_clock(terms_of(), "response")["at_severity"]["3"]

    assert ("seconds", 4 * 3600, "less than") == tuple(response["target"][name] for name in ("kind", "amount", "limit"))
    assert "imagicle-care:reaction" == response["target"]["clause"]
    assert response["calendar"]["name"] in terms_of()["calendars"]


def test_only_the_conditions_that_a_trigger_has_are_told():
    assert [{"event": "opened", "clause": "house:target"}] == of_clock(
        terms_of(agreement=house(clock())), "resolution"
    )["starts"]


def test_a_calendar_is_told_with_its_week_and_every_date_that_differs():
    told = terms_of(agreement=house(clock(coverage="holidays")))["calendars"]["holidays"]
    (version,) = told["versions"]

    assert "Europe/Rome" == told["zone"]
    assert ["09:00-17:00"] == version["week"]["friday"]
    assert [] == version["week"]["sunday"]
    assert [] == version["differing"]["2024-12-25"]


def test_hours_that_change_are_told_with_the_date_and_the_instant_from_which_they_hold():
    versions = terms_of(agreement=house(clock(coverage="changed")))["calendars"]["changed"]["versions"]

    assert [(None, None), ("2024-03-06", "2024-03-05T23:00:00Z")] == [
        (one["since"], one["since_instant"]) for one in versions
    ]


def test_hours_past_midnight_are_told_as_the_wall_shows_them():
    nights = terms_of(agreement=house(clock(coverage="nights")))["calendars"]["nights"]["versions"][0]["week"]
    always = terms_of(agreement=house(clock(coverage="always")))["calendars"]["always"]["versions"][0]["week"]

    assert ["22:00-06:00"] == nights["monday"]
    assert ["00:00-24:00"] == always["monday"]


def test_two_calendars_of_one_name_are_told_apart():
    rome = zone("Europe/Rome")
    one, other = (Calendar("office", rome, [Edition(((Hours(540, closes),),) * 7)]) for closes in (1020, 1080))
    named = CalendarNames()

    assert ["office", "office (2)", "office"] == [named.name(calendar) for calendar in (one, other, one)]


def test_a_reading_is_told_with_who_asked_for_it():
    start, channel = "imagicle-care:single-issue/start", "imagicle-care:on-call/channel"
    ruling = {"at": "2024-03-05T08:00:00Z", "event": "ruled", "why": "so", "reading": {start: "original-report"}}
    asked = {one["id"]: one["asked_by"] for one in terms_of(ruling, readings={channel: "from-phone"})["readings"]}

    assert "the ruling, event 2" == asked[start]
    assert "the case" == asked[channel]
    assert "nobody: it is the default" in asked.values()


def test_waits_for_fees_that_follow_from_the_contract_are_told():
    contract = {
        "plan": "gold",
        "region": "europe",
        "events": [
            {"at": "2024-03-04T10:00:00Z", "event": "unpaid"},
            {"at": "2024-03-05T10:00:00+01:00", "event": "paid"},
            {"at": "2024-03-06T10:00:00Z", "event": "unpaid"},
        ],
    }
    told = terms_of(contract=contract)["contract_waits"]

    assert [
        {"on": "fees", "from": "2024-03-04T10:00:00Z", "to": "2024-03-05T09:00:00Z"},
        {"on": "fees", "from": "2024-03-06T10:00:00Z", "to": None},
    ] == told


def test_what_happened_to_the_ticket_changes_nothing_about_its_terms():
    later = {"event": "severity_changed", "at": "2024-03-04T09:00:00Z", "severity": 1}

    assert terms_of() == terms_of(later, as_of="2024-03-09T09:00:00Z")
