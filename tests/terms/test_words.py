import re

import pytest

from domain.terms.agreement import Agreement, WeekHours
from domain.terms.checking.check import load
from domain.terms.checking.places import places
from domain.terms.library import agreement_ids, selector
from domain.terms.rows import Row
from domain.terms.words.hours import week_words
from domain.terms.words.whole import in_words, summary


def agreement_of(agreement_id: str) -> Agreement:
    return selector(agreement_id).agreement


def section(text: str, title: str) -> str:
    """What stands under a title, on one line, so that where lines end does not matter."""
    after = text.partition(f"\n{title}\n")[2]
    return " ".join(re.split(r"\n\n[A-Z ]+\n", after)[0].split())


def clock(text: str, name: str) -> str:
    lines = text.partition(f"\n\n{name}: ")[2].partition("\n\n")[0]
    return " ".join(lines.split())


# --- every agreement ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("agreement_id", agreement_ids())
def test_every_clause_reading_and_assumption_of_the_clocks_is_named_at_its_term(agreement_id):
    agreement = agreement_of(agreement_id)
    clocks = in_words(agreement).partition("\nCLOCKS\n")[2].partition("\nRULES\n")[0]
    told = " ".join(clocks.partition("\nREADINGS\n")[0].split())

    for place in places(agreement.clocks, None):
        row = place.term
        if isinstance(row, Row):
            assert row.clause is None or f"[{row.clause}]" in told
            assert all(f"{reading} is read as" in told for reading in row.reading)
            assert "assumed" in told or not row.assumes


@pytest.mark.parametrize("agreement_id", agreement_ids())
def test_every_rule_ground_and_duty_and_every_clause_is_told(agreement_id):
    agreement = agreement_of(agreement_id)
    told = " ".join(in_words(agreement).split())

    said = [rule.says for rule in agreement.rules]
    said += [ground.says for ground in agreement.grounds] + [duty.says for duty in agreement.duties]
    assert [] == [says for says in said if " ".join(says.split()) not in told]
    for clause, says in agreement.clauses.items():
        assert f"{clause}: {' '.join(says.split())}" in told


@pytest.mark.parametrize("agreement_id", agreement_ids())
def test_a_page_is_plain_text_of_at_most_100_columns_and_always_the_same(agreement_id):
    agreement = agreement_of(agreement_id)
    pages = [in_words(agreement), in_words(agreement, readings={})]
    pages += [in_words(agreement, plan=plan, region=region) for plan in agreement.plans for region in agreement.regions]

    assert pages[0] == in_words(agreement)
    for page in pages:
        assert page.endswith("\n")
        assert max(len(line) for line in page.splitlines()) <= 100
        assert all(line == line.rstrip() and line.isprintable() for line in page.splitlines())


@pytest.mark.parametrize("agreement_id", agreement_ids())
def test_a_summary_is_two_lines_at_most(agreement_id):
    lines = summary(agreement_of(agreement_id)).splitlines()

    assert len(lines) <= 2
    assert lines[0].startswith(f"{agreement_id}  ")
    assert all(len(line) <= 100 for line in lines)


# --- one agreement --------------------------------------------------------------------------------------------------------


def test_a_plan_as_it_is_read_by_default_has_one_line_a_severity():
    told = clock(in_words(agreement_of("xima-care"), plan="premium", region="na", readings={}), "response")

    assert "severities 1 and 2: in the hours of 24x7 [xima-care:6.3]" in told
    assert "severities 3 and 4: in the hours of na (assumed) [xima-care:6.2]" in told
    assert "target severity 1: at most 1 h [xima-care:6.5] severity 2: at most 2 h [xima-care:6.5]" in told
    assert "is read as" not in told


def test_every_way_to_read_a_target_stands_in_the_order_of_the_rows():
    told = clock(in_words(agreement_of("xima-care"), plan="premium"), "response")

    assert (
        "severity 2: at most 1 h, where xima-care:6.5/severity-2 is read as one-hour [xima-care:6.5] "
        "severity 2: at most 2 h [xima-care:6.5]"
    ) in told


def test_a_chosen_reading_decides():
    agreement = agreement_of("xima-care")
    told = in_words(agreement, readings={"xima-care:6.5/severity-2": "one-hour"})

    assert "severities 1 and 2: at most 1 h [xima-care:6.5]" in clock(told, "response")
    assert "- one-hour (chosen): one hour" in told
    assert "- two-hours (default): two hours" in told


def test_a_limit_is_told_with_its_target():
    agreement = agreement_of("imagicle-care")
    gold = clock(in_words(agreement, plan="gold", readings={}), "response")
    basic = clock(in_words(agreement, plan="basic", readings={}), "response")
    open_reading = clock(in_words(agreement, plan="gold"), "response")

    assert "severity 2: less than 2 h [imagicle-care:reaction]" in gold
    assert "severity 1: at most 1 business day [imagicle-care:reaction]" in basic
    assert "2 h (less than, where imagicle-care:reaction/limit is read as less-than; at most)" in open_reading


def test_a_ladder_names_time_and_role_at_each_severity():
    told = clock(in_words(agreement_of("imagicle-care"), plan="gold"), "escalation")

    assert "severity 2: after 4 h escalated to team-leader [imagicle-care:escalation-matrix]" in told


def test_a_calendar_is_told_with_its_zone_and_the_dates_that_differ():
    told = section(in_words(agreement_of("imagicle-care"), plan="gold", region="europe", readings={}), "CALENDARS")

    assert (
        "extended Monday to Saturday 09:00-18:00, Europe/Rome (assumed) [imagicle-care:extended-time] "
        "holidays (italy 2018-2030) 09:00-18:00"
    ) in told
    assert "24x7 at all hours, UTC" in told


def test_a_repeating_clock_says_so():
    told = clock(in_words(agreement_of("numonix-ixcloud")), "update")

    assert "starts the first responded [numonix-ixcloud:updates]" in told
    assert "every stop starts the next cycle" in told


def test_an_event_may_need_another_a_value_or_a_clock():
    told = clock(in_words(agreement_of("eschat")), "response")

    assert "opened (channel email) and phone unanswered, whichever comes last" in told
    assert "the end of the allowance of response" in clock(in_words(agreement_of("eschat")), "resolution")


def test_fitted_terms_say_that_they_are_nobodys_contract():
    assert "FITTED: these terms were fitted to a log and are nobody's contract." in in_words(
        agreement_of("servicenow-desk")
    )
    assert "FITTED" not in in_words(agreement_of("xmpro"))


def test_a_reading_says_which_terms_it_changes_and_an_assumption_which_rest_on_it():
    text = in_words(agreement_of("xmpro"))

    assert "changes pauses of response; pauses of escalation; pauses of resolution" in section(text, "READINGS")
    assert "concerns stops of response" in section(text, "ASSUMPTIONS")


@pytest.mark.parametrize(
    ("week", "words"),
    [
        ({"weekdays": ["09:00-17:00"]}, "Monday to Friday 09:00-17:00"),
        ({"daily": ["00:00-24:00"]}, "at all hours"),
        ({"daily": ["09:00-18:00"]}, "every day 09:00-18:00"),
        ({"daily": ["09:00-18:00"], "friday": [], "saturday": []}, "Sunday to Thursday 09:00-18:00"),
        ({"weekdays": ["07:00-12:00", "13:00-17:00"], "wednesday": []}, "Monday to Tuesday 07:00-12:00 and 13:00-17:00, "
         "Thursday to Friday 07:00-12:00 and 13:00-17:00"),
        ({"saturday": ["22:00-06:00"]}, "Saturday 22:00-06:00"),
        ({}, "never open"),
    ],
)  # fmt: skip
def test_a_week_is_told_in_runs_of_days(week, words):
    assert words == week_words(WeekHours.model_validate(week))


def test_what_an_agreement_leaves_out_is_told_as_it_holds():
    text = in_words(load(OWN))
    told = clock(text, "response")

    assert "clearing Monday to Friday 09:00-17:00, UTC 2024-01-02 (fair) closed [acme:1]" == section(text, "CALENDARS")
    assert "is paused by no wait" in told
    assert "target best effort [acme:1]" in told
    assert "new severity the time used stays counted" in told
    assert "reopening it goes on with the time used warnings none" in told
    assert "READINGS" not in text


OWN = """\
id = "acme"
title = "Acme Support"
version = "1"
valid_from = 2024-01-01
source = "a test"
zones = [{ zone = "UTC" }]
plans = { only = "the only one" }
severities = { 1 = { title = "down" } }
clauses = { "acme:1" = "Response within an hour." }
[[calendar]]
name = "clearing"
zone = "UTC"
week = { weekdays = ["09:00-17:00"] }
closures = [{ date = 2024-01-02, name = "fair", clause = "acme:1" }]
[coverage]
support = [{ calendar = "clearing" }]
[[clock]]
name = "response"
title = "Response"
clause = "acme:1"
coverage = "support"
starts = [{ event = "opened" }]
stops = [{ event = "responded" }]
warnings = []
"""
