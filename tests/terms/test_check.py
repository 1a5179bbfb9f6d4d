import json
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.refusals import AgreementError
from domain.terms.agreement import Agreement
from domain.terms.checking.check import load, problems, problems_of, read
from domain.terms.checking.positions import KeyPath
from domain.terms.checking.schema import agreement_schema, known_keys
from domain.terms.library import agreement_ids, agreement_text, selector_of
from domain.terms.rows import Scope

SOUND = """\
id = "acme"
title = "Acme Support"
version = "1"
valid_from = 2024-01-01
source = "a test"
zones = [{ zone = "Europe/Rome" }]
plans = { basic = "by day", gold = "at any hour" }
regions = { eu = "Europe", us = "America" }
severities = { 1 = { title = "down" }, 2 = { title = "slow" } }

[clauses]
"acme:1" = "Response within an hour."
"acme:2" = "Resolution within three days."
"contract:1" = "What the contract adds."

[[reading]]
id = "acme:1/days"
question = "Which days?"
default = "calendar"
options = { calendar = "days of the calendar", business = "business days" }

[[assumption]]
id = "acme:1/hours"
says = "The hours are nine to five."

[[holiday_list]]
name = "shutdown"
title = "Shutdown"
source = "a test"
first_year = 2024
last_year = 2026
rules = [{ name = "New Year", on = "01-01" }]

[[calendar]]
name = "office"
zone = "Europe/Rome"
week = { weekdays = ["09:00-17:00"] }
holidays = [{ list = "shutdown" }, { list = "italy", hours = ["10:00-12:00"] }]
closures = [{ date = 2024-08-14, name = "fair" }]
assumes = "acme:1/hours"

[[calendar]]
name = "always"
zone = "UTC"
week = { daily = ["00:00-24:00"] }

[coverage]
support = [
  { plan = "gold", severity = 1, calendar = "always" },
  { calendar = "office" },
]

[[clock]]
name = "response"
title = "Response"
clause = "acme:1"
coverage = "support"
starts = [{ event = "opened", is = { channel = "web" } }, { event = "accepted" }]
stops = [{ event = "responded" }]
pauses = [{ on = "customer" }]
targets = [
  { severity = 1, target = "1 h" },
  { reading = { "acme:1/days" = "calendar" }, target = "3 calendar days", calendar = "always" },
  { target = "3 business days" },
]
warnings = [50, 90]

[[clock]]
name = "resolution"
title = "Resolution"
clause = "acme:2"
coverage = "support"
starts = [{ allowance_of = "response" }]
stops = [{ event = "resolved" }]
targets = [{ target = "best effort" }]
agreed_dates = [{ event = "timeline_agreed" }]
rungs = [{ after = "the target of response", role = "manager" }, { after = "the allowance", role = "director" }]

[[clock]]
name = "update"
title = "Updates"
clause = "acme:2"
coverage = "support"
repeats = true
starts = [{ event = "reopened", after_stop_of = "response" }]
stops = [{ event = "update_sent" }]
ends = [{ event = "closed" }]

[[rule]]
clause = "acme:2"
event = "closed"
says = "A ticket is closed in office hours, after its notice."
needs = { not_seen = [{ event = "declined", is = { clause = "acme:2" } }], within = { calendar = "support" } }

[[duty]]
clause = "acme:2"
after_rung = { clock = "resolution", role = "manager" }
until = "responded"
says = "The manager answers."

[[guide]]
clause = "acme:1"
proposes = 2
signs = "slow"

[entitlement]
contract = { clause = "acme:1" }
"""


def changed(old: str, new: str) -> str:
    assert 1 == SOUND.count(old), old
    return SOUND.replace(old, new)


def line_with(text: str, part: str) -> int:
    return 1 + text[: text.index(part)].count("\n")


def line_of_change(text: str) -> int:
    alike = next(place for place, (before, after) in enumerate(zip(SOUND, text, strict=False)) if before != after)
    return 1 + text[:alike].count("\n")


# --- sound agreements -----------------------------------------------------------------------------------------------------


def test_a_sound_agreement_has_no_problems():
    assert () == problems(SOUND)
    assert "acme" == load(SOUND).id


@pytest.mark.parametrize("agreement", agreement_ids())
def test_the_agreements_that_come_with_the_program_are_sound(agreement):
    assert [] == [str(problem) for problem in problems(agreement_text(agreement))]


# --- one problem a kind ---------------------------------------------------------------------------------------------------

KEYS_AND_KINDS = [
    ('title = "Acme Support"', 'titel = "Acme Support"', 'unknown key; write "title"'),
    ('starts = [{ allowance_of = "response" }]', 'starts = [{ allowance = "response" }]', 'write "allowance_of"'),
    (
        'rules = [{ name = "New Year", on = "01-01" }]',
        'rules = [{ name = "New Year", onn = "01-01" }]',
        "a rule says one of",
    ),
    ("valid_from = 2024-01-01", "valid_from = 7.5", "write a date such as 2024-02-05"),
    ("proposes = 2", 'proposes = "2"', '"2" cannot stand here; write a whole number'),
    ('signs = "slow"', "signs = 7", "7 cannot stand here; write a text in quotes"),
    ("warnings = [50, 90]", "warnings = [50, 990]", "990 cannot stand here; write something less than or equal to 99"),
    ('is = { channel = "web" }', "is = { channel = [[]] }", "write a text in quotes, a whole number or true or false"),
    ('week = { daily = ["00:00-24:00"] }', 'week = { daily = ["all day"] }', "write hours, such as 09:00-17:00"),
    ('target = "1 h"', 'target = "one hour"', "'one hour' is not an amount of time; write 30 min"),
    (
        'pauses = [{ on = "customer" }]',
        'pauses = [{ on = "costumer" }]',
        'write "customer"; the values are customer, third-party',
    ),
    ('event = "closed"\nsays', 'event = "close"\nsays', "there is no event 'close'; write \"closed\""),
    ('stops = [{ event = "responded" }]', "stops = []", "is too short; give at least 1"),
    ('"acme:1" = "Response within an hour."', '"acme:1" = ""', "is too short; give at least 1"),
]


@pytest.mark.parametrize(("old", "new", "says"), KEYS_AND_KINDS)
def test_what_does_not_fit_the_language_is_told_with_its_line_and_remedy(old, new, says):
    text = changed(old, new)
    found = problems(text, place="acme.toml")

    assert [says] == [says for problem in found if says in str(problem)]
    assert {line_of_change(text)} == {problem.line for problem in found if says in str(problem)}
    assert all(str(problem).startswith(f"acme.toml:{problem.line}: ") for problem in found)


@pytest.mark.parametrize(
    ("left_out", "line", "says"),
    [
        ('version = "1"\n', 'id = "acme"', 'version: is missing; add version = "…"'),
        (
            'question = "Which days?"\n',
            "[[reading]]",
            'reading "acme:1/days", question: is missing; add question = "…"',
        ),
        ('name = "office"\n', "[[calendar]]", 'calendar 1, name: is missing; add name = "…"'),
        (
            ', target = "1 h"',
            "  { severity = 1",
            'clock "response", targets row 1, target: is missing; add target = "…"',
        ),
    ],
)
def test_what_is_left_out_is_told_where_it_belongs(left_out, line, says):
    text = changed(left_out, "")

    assert [f"{line_with(text, line)}: {says}"] == [str(problem) for problem in problems(text)]


NAMES = [
    ('clause = "acme:1"\ncoverage', 'clause = "acme:9"\ncoverage', 'unknown clause "acme:9"; write "acme:'),
    (
        '"acme:2" = "Reso',
        '"acne:2" = "Reso',
        "a clause id begins with the id of its agreement; write acme:2, or contract:",
    ),
    ('assumes = "acme:1/hours"', 'assumes = "acme:1/hour"', 'unknown assumption "acme:1/hour"; write "acme:1/hours"'),
    ('id = "acme:1/hours"', 'id = "acme:7/hours"', 'begins with "acme:7", which is no clause of [clauses]'),
    (
        '{ "acme:1/days" = "calendar" }',
        '{ "acme:1/day" = "calendar" }',
        'unknown reading "acme:1/day"; write "acme:1/days"',
    ),
    (
        '{ "acme:1/days" = "calendar" }',
        '{ "acme:1/days" = "calender" }',
        'the reading has no option "calender"; write "calendar"',
    ),
    (
        'default = "calendar"',
        'default = "wall"',
        '"wall" is no option of this reading; the options are calendar and business',
    ),
    ('plan = "gold", severity', 'plan = "golden", severity', 'unknown plan "golden"; write "gold"'),
    ('{ calendar = "office" },', '{ calendar = "ofice" },', 'unknown calendar "ofice"; write "office"'),
    ('{ calendar = "office" },', '{ region = "uk", calendar = "office" },', 'unknown region "uk"'),
    ("{ severity = 1, target", "{ severity = 7, target", "unknown severity 7; the severities are 1 and 2"),
    ('{ list = "shutdown" }', '{ list = "shutdwon" }', 'unknown holiday list "shutdwon"; write "shutdown"'),
    ('name = "always"\nzone = "UTC"', 'name = "always"\nzone = "Utopia"', "unknown time zone 'Utopia'"),
    ('zones = [{ zone = "Europe/Rome" }]', 'zones = [{ zone = "Rome" }]', "use a name such as Europe/Rome"),
    ('{ event = "accepted" }', '{ event = "acepted" }', 'unknown event "acepted"; write "accepted"'),
    ('{ event = "accepted" }', '{ event = "accepted", also = "answered" }', 'unknown event "answered"'),
    ('is = { channel = "web" }', 'is = { canal = "web" }', "the event 'opened' has no field 'canal'"),
    (
        'is = { channel = "web" }',
        'is = { channel = "fone" }',
        'channel of the event opened is never "fone"; write "phone"',
    ),
    ('is = { channel = "web" }', 'is = { fields = "web" }', "fields of the event opened is not one plain value"),
    ('is = { channel = "web" }', "is = { severity = 5 }", "unknown severity 5; the severities are 1 and 2"),
    ('is = { channel = "web" }', "is = { category = 5 }", 'category of the event opened is never 5; write "5"'),
    ('after_stop_of = "response"', 'after_stop_of = "respons"', 'unknown clock "respons"; write "response"'),
    ('allowance_of = "response"', 'allowance_of = "answer"', 'unknown clock "answer"; the clocks are'),
    ('"the target of response"', '"the target of answer"', 'unknown clock "answer"; the clocks are'),
    ('is = { clause = "acme:2" }', 'is = { clause = "acme:8" }', 'unknown clause "acme:8"'),
    (
        'within = { calendar = "support" }',
        'within = { calendar = "night" }',
        'unknown calendar or coverage table "night"',
    ),
    ('role = "manager" }\nuntil', 'role = "boss" }\nuntil', 'the ladder of resolution tells no "boss"'),
    ("proposes = 2", "proposes = 3", "unknown severity 3; the severities are 1 and 2"),
    ('name = "update"', 'name = "response"', '"response" stands here for the second time'),
    (
        "severities = { 1 =",
        "severities = { one = { title = 'x' }, 1 =",
        '"one" is no severity; write a whole number from 1',
    ),
]


@pytest.mark.parametrize(("old", "new", "says"), NAMES)
def test_a_name_of_nothing_is_told_with_its_line_and_what_there_is(old, new, says):
    text = changed(old, new)
    found = [problem for problem in problems(text) if says in str(problem)]

    assert 1 == len(found)
    assert line_of_change(text) == found[0].line


OFFICE = '{ calendar = "office" },'
ACCEPTED = '{ event = "accepted" }'
SENSE = [
    (
        OFFICE,
        '{ plan = "basic", calendar = "office" },',
        "support = [",
        "there is no calendar for gold, severity 2; add a",
    ),
    (
        OFFICE,
        '{ region = "eu", calendar = "office" },',
        "support = [",
        "no calendar for basic, us; nor for gold, us, severity 2",
    ),
    (
        '[{ zone = "Europe/Rome" }]',
        '[{ region = "eu", zone = "Europe/Rome" }]',
        "zones = [",
        "there is no time zone for us",
    ),
    (
        'zone = "UTC"',
        'zone = "UTC"\nplan = "gold"',
        '[[calendar]]\nname = "always"',
        'there is no calendar "always" for basic; add a row',
    ),
    (OFFICE, OFFICE + '\n{ region = "eu", calendar = "always" },', "{ region", "is never reached: row 2 already holds"),
    ('{ list = "shutdown" },', '{ list = "shutdown" }, { list = "shutdown" },', "holidays = [", "row 1 already holds"),
    (
        "{ severity = 1, target",
        "{ fact = { vip = [] }, target",
        "{ fact",
        "can never apply: one of its conditions is empty",
    ),
    (
        'on = "customer"',
        'on = "customer", severity = 1',
        "pauses",
        "a condition on the severity has no effect here; drop it",
    ),
    (
        'title = "Updates"',
        'title = "Updates"\nplan = "gold"',
        'plan = "gold"\n',
        "a condition has no effect on a whole clock",
    ),
    (
        ', calendar = "always" },\n  { t',
        " },\n  { t",
        "3 calendar",
        'would be counted on "office", which is not always open',
    ),
    (
        'name = "fair" }',
        'name = "fair" }, { date = 2024-08-14, name = "b" }',
        "closures",
        "another closure of this date",
    ),
    (
        '"timeline_agreed" }',
        '"timeline_agreed" }, { event = "timeline_agreed" }',
        "agreed_d",
        "another row for this event",
    ),
    ("repeats = true\n", "", "ends = [", "only a clock that repeats has ends; write stops instead"),
    ('ends = [{ event = "closed" }]\n', "", "repeats = true", "a clock that repeats needs an end; add ends ="),
    (
        "warnings = [50, 90]",
        "warnings = [90, 50]",
        "warnings",
        "stand neither doubled nor out of order; write [50, 90]",
    ),
    (
        ACCEPTED,
        '{ event = "accepted", allowance_of = "update" }',
        '"accepted"',
        "stands beside an event; write two rows",
    ),
    (ACCEPTED, "{ plan = 'gold' }", "{ plan = 'gold' }", 'names nothing that could happen; add event = "…"'),
    (ACCEPTED, '{ event = "accepted", backdated = true }', "backdated", "only an opening can name an earlier report"),
    (ACCEPTED, '{ allowance_of = "resolution" }', '"resolution" }', "would wait for the end of its own allowance"),
    (
        'of = "response" }]\nstops = [{ event = "res',
        'of = "update" }]\nstops = [{ event = "res',
        '"update" }]',
        "update never has an",
    ),
    (
        'allowance_of = "response"',
        'allowance_of = "response", first = true',
        "first = true",
        "has no effect without an event",
    ),
    ('"resolved" }', '"resolved", unless_open = "office" }', "unless_open", "has an effect only where a clock starts"),
    (ACCEPTED, '{ event = "accepted", after_stop_of = "response" }', '"accepted"', "cannot start after its own stop"),
    (
        '"the target of response"',
        '"the target of update"',
        "rungs",
        "is never reached: update has no target but best effort",
    ),
    (
        'agreed_dates = [{ event = "timeline_agreed" }]\n',
        "",
        "rungs",
        "is never reached: resolution has no allowance but best",
    ),
]


@pytest.mark.parametrize(("old", "new", "line", "says"), SENSE)
def test_what_only_the_whole_shows_is_told_where_it_is_mended(old, new, line, says):
    text = changed(old, new)
    found = [problem for problem in problems(text) if says in str(problem)]

    assert found
    assert line_with(text, line) == found[0].line


def test_a_narrower_row_behind_a_wider_one_is_never_reached():
    text = changed('{ target = "3 business days" },', '{ target = "2 h" },\n  { severity = 2, target = "4 h" },')
    (problem,) = problems(text)

    assert line_with(text, '{ severity = 2, target = "4 h"') == problem.line
    assert 'clock "response", targets row 4: is never reached: row 3 already holds wherever it would' in str(problem)


def test_what_holds_otherwise_may_stand_last_even_where_every_case_is_named():
    named = '{ plan = "basic", calendar = "office" },\n  { plan = "gold", calendar = "office" },\n'

    assert () == problems(changed(OFFICE, f"{named}  {OFFICE}"))


def test_a_calendar_may_change_its_hours_and_not_its_zone():
    later = '[[calendar]]\nname = "always"\nsince = 2025-01-01\nzone = "{}"\nweek = {{ daily = ["00:00-24:00"] }}\n\n[coverage]'
    moved = changed("[coverage]", later.format("Asia/Dubai"))
    (problem,) = problems(moved)

    assert () == problems(changed("[coverage]", later.format("UTC")))
    assert line_with(moved, "Asia/Dubai") == problem.line
    assert "a calendar keeps its zone" in str(problem)


def test_a_problem_names_place_line_key_and_remedy():
    text = changed('{ "acme:1/days" = "calendar" }', '{ "acme:1/day" = "calendar" }')
    (problem,) = problems(text, place="acme.toml")

    assert 'clock[response].targets[2].reading."acme:1/day"' == problem.key
    assert (
        f'acme.toml:{line_with(text, "acme:1/day" + chr(34) + " =")}: clock "response", targets row 2, reading "acme:1/day": '
        'unknown reading "acme:1/day"; write "acme:1/days"; the only reading is acme:1/days'
    ) == str(problem)


def test_all_problems_are_told_in_the_order_of_their_lines():
    text = SOUND.replace('"acme:1/hours"\n\n', '"acme:1/hour"\n\n').replace('plan = "gold", s', 'plan = "old", s')
    text = text.replace('clause = "acme:1"\nproposes = 2', 'clause = "acme:3"\nproposes = 3')
    found = problems(text)

    assert ["acme:1/hour", "old", "acme:3", "3"] == [problem.says.split()[-1].strip('"') for problem in found]
    assert sorted(problem.line or 0 for problem in found) == [problem.line for problem in found]


def test_what_is_repeated_for_a_case_is_told_once():
    assert 1 == len(problems(changed('{ calendar = "office" },', '{ region = "eu", calendar = "office" },')))


def test_an_order_that_is_a_subscription_may_have_a_row_of_its_own():
    rows = '[[entitlement.service_duration]]\nclause = "acme:1"\nbegins = ["starts"]\n'
    special = rows.replace("begins", "subscription = true\nbegins")

    assert () == problems(SOUND + special + rows)
    assert "never reached" in str(problems(SOUND + rows + rows)[0])


# --- what is not an agreement ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id = \n", "1: this is not TOML: invalid value"),
        ("id = 1\nid = 2\n", "2: this is not TOML: cannot overwrite a value"),
        ("\n\nid = {", "3: this is not TOML: "),
        ("x = " + "1" * 5000, "this is not TOML: exceeds the limit"),
        ("x = " + "[" * 3000, "is nested too deeply to be an agreement"),
    ],
    ids=["no-value", "twice", "unended", "huge", "deep"],
)
def test_a_text_that_is_no_toml_is_refused_at_its_line(text, says):
    (problem,) = problems(text)

    assert says in str(problem)
    with pytest.raises(AgreementError, match=r"TOML|nested"):
        load(text)


def test_an_agreement_with_problems_is_refused_with_all_of_them():
    text = changed("proposes = 2", "proposes = 3") + "\n[extra]\n"

    with pytest.raises(AgreementError) as refused:
        load(text, place="acme.toml")
    assert tuple(str(problem) for problem in problems(text, place="acme.toml")) == refused.value.problems


# --- documents of JSON ----------------------------------------------------------------------------------------------------


def as_json(text: str) -> Any:
    return json.loads(json.dumps(tomllib.loads(text), default=str))


@pytest.mark.parametrize("agreement", agreement_ids())
def test_an_agreement_means_the_same_as_a_json_document(agreement):
    document = as_json(agreement_text(agreement))

    assert () == problems_of(document)
    assert load(agreement_text(agreement)) == read(document)


def test_a_json_document_has_keys_and_no_lines():
    document = as_json(SOUND)
    document["clock"][0]["targets"][1]["severity"] = 8
    (problem,) = problems_of(document)

    assert problem.line is None
    assert 'clock "response", targets row 2, severity: unknown severity 8; the severities are 1 and 2' == str(problem)
    with pytest.raises(AgreementError, match=r'^order: clock "response"'):
        read(document, place="order")


@pytest.mark.parametrize("document", [{}, {"id": float("nan")}, {"id": "\ud800"}, {"clock": [[]]}])
def test_any_json_document_can_be_asked_about(document):
    assert problems_of(document)


# --- any change -----------------------------------------------------------------------------------------------------------

DOCUMENTS = {agreement: as_json(agreement_text(agreement)) for agreement in agreement_ids()}


def paths(value: object, path: KeyPath = ()) -> list[KeyPath]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, inner in items for found in ((*path, key), *paths(inner, (*path, key)))]


PATHS = {agreement: paths(document) for agreement, document in DOCUMENTS.items()}
SCALARS = st.one_of(
    st.sampled_from(
        [
            0,
            1,
            2,
            4,
            99,
            -1,
            1.5,
            True,
            None,
            "",
            "opened",
            "1 h",
            "3 calendar days",
            "the allowance",
            "24x7",
            "response",
        ]
    ),
    st.sampled_from(
        ["gold", "xmpro:2-response", "best effort", "phone", "2024-02-30", "UTC", [], {}, [1], ["x"], {"x": "y"}]
    ),
    st.text(max_size=5),
)


@st.composite
def mutants(draw: st.DrawFn) -> Any:
    """An agreement with one key deleted or renamed, or one value another."""
    agreement = draw(st.sampled_from(agreement_ids()))
    document = json.loads(json.dumps(DOCUMENTS[agreement]))
    path = draw(st.sampled_from(PATHS[agreement]))
    around: Any = document
    for part in path[:-1]:
        around = around[part]
    match draw(st.sampled_from(["delete", "rename", "change"])), path[-1]:
        case "delete", _:
            del around[path[-1]]
        case "rename", str(name):
            around[draw(st.sampled_from([f"{name}x", name[1:], "plan", "severity", "event"]))] = around.pop(name)
        case _:
            around[path[-1]] = draw(SCALARS)
    return document


@given(mutants())
def test_a_changed_agreement_has_problems_or_is_sound(document):
    if problems_of(document):
        return
    agreement = read(document)
    selector = selector_of(agreement)
    for plan in agreement.plans:
        for region in agreement.regions or ("",):
            for facts in ({}, {"asia_pacific": True}):
                terms = selector.terms(Scope(plan=plan, region=region, facts=facts))
                assert len(agreement.clocks) == len(terms.clocks)


@given(st.sampled_from(agreement_ids()), st.data())
def test_a_text_without_one_of_its_lines_never_raises(agreement, data):
    lines = agreement_text(agreement).splitlines(keepends=True)
    del lines[data.draw(st.integers(0, len(lines) - 1))]

    for problem in problems("".join(lines)):
        assert 1 <= (problem.line or 1) <= len(lines)


# --- the schema -----------------------------------------------------------------------------------------------------------


def test_the_schema_is_the_same_at_every_call_and_knows_every_key():
    assert json.dumps(agreement_schema()) == json.dumps(agreement_schema())
    assert "https://json-schema.org/draft/2020-12/schema" == agreement_schema()["$schema"]
    assert {info.alias or name for name, info in Agreement.model_fields.items()} == set(known_keys(()))
    assert "unless_open" in known_keys(("clock", 0, "starts", 0))


def test_the_schema_lets_one_value_stand_for_a_list_of_one():
    row = agreement_schema()["$defs"]["Guide"]["properties"]

    assert ["string", "array"] == [one["type"] for one in row["signs"]["anyOf"]]


def test_the_schema_lets_the_name_of_an_event_stand_for_a_pattern():
    one, several = agreement_schema()["$defs"]["Duty"]["properties"]["until"]["anyOf"]

    assert [{"type": "string"}, {"$ref": "#/$defs/Pattern"}] == one["anyOf"]
    assert one == several["items"]
