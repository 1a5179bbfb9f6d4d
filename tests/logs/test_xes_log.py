import gzip
import io
import json
import tomllib
from collections import Counter
from pathlib import Path
from xml.sax.saxutils import quoteattr
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import domain.logs
from domain.logs.errors import LogError, MappingError
from domain.logs.mapping import read_mapping
from domain.logs.names import LONGEST
from domain.logs.report import Report
from domain.logs.xes import convert

VOLVO_TOML = (Path(domain.logs.__file__).parent / "volvo.toml").read_text()
VOLVO = read_mapping(VOLVO_TOML)

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="2.0" xes.features="nested-attributes" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="event"><string key="concept:name" value="__INVALID__"/></global>
  <classifier name="Activity" keys="concept:name lifecycle:transition"/>
  <string key="concept:name" value="the log"/>
"""


def event(status="Accepted/In Progress", clock="16:59:42", **values):
    name, _, transition = status.partition("/")
    return {
        "concept:name": name,
        "lifecycle:transition": transition,
        "time:timestamp": f"2012-05-01T{clock}+02:00",
        "impact": "Medium",
        "org:group": "G97",
        "product": "PROD582",
    } | values


def attributes(values):
    for key, value in values.items():
        tag = "date" if key == "time:timestamp" else "string"
        yield f"<{tag} key={quoteattr(key)} value={quoteattr(value)}/>"


def trace(*events, name="1-364285768", **values):
    named = {"concept:name": name} if name else {}
    lines = [*attributes(named | values), *(f"<event>{''.join(attributes(event))}</event>" for event in events)]
    return "<trace>\n" + "\n".join(lines) + "\n</trace>\n"


def log(*traces):
    return HEAD + "".join(traces) + "</log>\n"


def told(text, mapping=VOLVO, **options):
    report = Report()
    stream = io.BytesIO(text.encode() if isinstance(text, str) else text)
    return list(convert(stream, mapping, report, **options)), report


def case_of(*events, mapping=VOLVO, **options):
    (case,), _ = told(log(trace(*events)), mapping, **options)
    return case


def kinds(case):
    return [" ".join(filter(None, (event["event"], event.get("on")))) for event in case["events"]]


def edited(*changes):
    text = VOLVO_TOML
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return read_mapping(text)


# --- what an event says ---------------------------------------------------------------------------------------------------


def test_a_trace_is_a_ticket_that_opens_with_its_first_event():
    case = case_of(event(), event("Completed/Resolved", "17:30:00.250"), file="volvo.xes")

    at = "2012-05-01T16:59:42+02:00"
    assert [
        {"at": at, "event": "opened", "severity": 3},
        {"at": at, "event": "responded"},
        {"at": "2012-05-01T17:30:00.250000+02:00", "event": "resolved"},
    ] == case["events"]
    assert ("1-364285768", "servicenow-desk", {"plan": "internal"}) == (
        case["case"],
        case["agreement"],
        case["contract"],
    )
    assert "2012-05-01T17:30:00.250000+02:00" == case["as_of"]
    assert {
        "system": "Volvo IT VINST",
        "rows": 2,
        "file": "volvo.xes",
        "first_group": "G97",
        "attributes": {"product": "PROD582"},
    } == case["source"]


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["Queued/Awaiting Assignment"], "opened"),
        (["Queued/Awaiting Assignment", "Accepted/Assigned"], "opened, responded"),
        (["Accepted/In Progress", "Queued/Awaiting Assignment", "Accepted/In Progress"], "opened, responded"),
        (
            ["Accepted/Wait - User", "Accepted/Wait - Customer", "Accepted/Wait - Vendor"],
            "opened, responded, waiting customer, wait_ended customer, waiting third-party",
        ),
        (
            ["Accepted/Wait - Vendor", "Accepted/Wait", "Accepted/Wait - Implementation"],
            "opened, responded, waiting third-party, wait_ended third-party",
        ),
        (["Completed/In Call"], "opened, responded, resolved"),
        (
            ["Completed/Resolved", "Queued/Awaiting Assignment", "Completed/Resolved", "Completed/Closed"],
            "opened, responded, resolved, reopened, resolved, closed",
        ),
        (["Accepted/In Progress", "Completed/Cancelled"], "opened, responded, withdrawn"),
        (["Accepted/Wait - User", "Unmatched/Unmatched"], "opened, responded, waiting customer"),
    ],
)
def test_a_ticket_that_goes_through_these_statuses_is_told_so(statuses, expected):
    assert expected.split(", ") == kinds(case_of(*map(event, statuses)))


def test_a_group_or_an_impact_that_changes_is_told():
    case = case_of(event(), event(impact="Major"), event(impact="Major", **{"org:group": "G2 3rd"}))

    at = "2012-05-01T16:59:42+02:00"
    assert [
        {"at": at, "event": "severity_changed", "severity": 1},
        {"at": at, "event": "assigned", "to": "G2 3rd"},
    ] == case["events"][2:]


def test_what_stands_on_the_trace_counts_for_events_that_do_not_say_it():
    said = {key: value for key, value in event().items() if key != "impact"}
    (case,), _ = told(log(trace(said, event(impact="Low"), impact="High")))

    assert [2, 4] == [event["severity"] for event in case["events"] if "severity" in event]


def test_nested_attributes_and_sections_of_the_log_say_nothing():
    nested = "<string key='impact' value='Medium'><string key='impact' value='Major'/></string>"
    text = log(trace(event())).replace('<string key="impact" value="Medium"/>', nested)

    assert told(log(trace(event())))[0] == told(text)[0]


def test_a_log_with_prefixed_or_without_namespaces_reads_the_same():
    text = log(trace(event()), trace(event(), name="2"))
    plain = text.replace(' xmlns="http://www.xes-standard.org/"', "")
    tags = ("log", "trace", "event", "string", "date", "global", "extension", "classifier")
    prefixed = text.replace("xmlns=", "xmlns:x=")
    for tag in tags:
        prefixed = prefixed.replace(f"<{tag}", f"<x:{tag}").replace(f"</{tag}", f"</x:{tag}")

    assert told(text)[0] == told(plain)[0] == told(prefixed)[0]
    assert told(text)[0] == told(text.replace("UTF-8", "UTF-16").encode("utf-16"))[0]


# --- time -----------------------------------------------------------------------------------------------------------------


def test_events_are_told_in_the_order_of_their_timestamps():
    events = [event("Completed/Closed", "12:00:00"), event("Completed/Resolved", "11:00:00"), event(clock="10:00:00")]
    (case,), report = told(log(trace(*events)))

    assert told(log(trace(*reversed(events))))[0] == [case]
    assert ["opened", "responded", "resolved", "closed"] == kinds(case)
    assert [(7, "1-364285768")] == [(found["line"], found["case"]) for found in report.reordered.examples]
    assert 0 == report.repaired.rows


def test_events_of_one_instant_stay_as_the_trace_has_them():
    assert ["opened", "responded", "resolved", "closed"] == kinds(
        case_of(event(), event("Completed/Resolved"), event("Completed/Closed"))
    )


def test_a_log_whose_timestamps_are_mostly_none_is_refused():
    wrong = {"time:timestamp": "1.5.2012 16:59"}

    with pytest.raises(LogError, match=r"2 of the 3 values of time:timestamp are no times"):
        told(log(trace(event(), event(**wrong), event(**wrong))))


def test_a_local_time_shown_twice_is_the_one_that_keeps_the_order():
    shown = [f"2012-10-28T{clock}:00" for clock in ("02:10", "02:50", "02:20")]
    rows = [
        event(status, **{"time:timestamp": at})
        for status, at in zip(
            ["Accepted/Wait - User", "Accepted/Wait - User", "Completed/Resolved"], shown, strict=True
        )
    ]
    (case,), report = told(log(trace(*rows)), timezone=ZoneInfo("Europe/Brussels"))

    assert "2012-10-28T02:20:00+01:00" == case["as_of"]
    assert (1, 0) == (report.doubtful.rows, report.reordered.rows)


def test_instants_are_compared_on_the_utc_line():
    late, early = "2012-05-01T12:00:00+02:00", "2012-05-01T11:00:00Z"
    (case,), report = told(log(trace(event(**{"time:timestamp": late}), event(**{"time:timestamp": early}))))

    assert "2012-05-01T11:00:00+00:00" == case["as_of"]
    assert 0 == report.repaired.rows


@pytest.mark.parametrize("stated", ["", "yesterday", "2012-05-01", "2012-13-01T00:00:00Z", "0001-01-01T00:00:00+02:00"])
def test_an_event_without_a_readable_time_takes_that_of_the_event_above(stated):
    (case,), report = told(log(trace(event(), event("Completed/Resolved", **{"time:timestamp": stated}))))

    assert {"at": "2012-05-01T16:59:42+02:00", "event": "resolved"} == case["events"][-1]
    assert 1 == report.doubtful.rows


def test_a_trace_without_any_time_is_listed_as_untold():
    cases, report = told(log(trace({"concept:name": "Accepted"})))

    assert [] == cases
    assert ["1-364285768"] == [found["case"] for found in report.untold.examples]


def test_a_time_without_offset_needs_a_zone():
    text = log(trace(event(**{"time:timestamp": "2012-03-25T02:30:00"})))

    with pytest.raises(LogError, match=r"line 9: .* timezone = "):
        told(text)
    named = edited(('# timezone = "Europe/Brussels"', 'timezone = "Europe/Brussels"'))
    assert "2012-03-25T03:30:00+02:00" == told(text, named)[0][0]["as_of"]
    assert "2012-03-25T02:30:00+09:00" == told(text, named, timezone=ZoneInfo("Asia/Tokyo"))[0][0]["as_of"]


# --- oddities -------------------------------------------------------------------------------------------------------------


def test_a_status_that_the_mapping_does_not_name_is_counted_by_name():
    (case,), report = told(log(trace(event("Accepted/Wait - User"), event("Accepted/Juggling"), event())))

    assert ["opened", "responded", "waiting customer", "wait_ended customer"] == kinds(case)
    assert {"Accepted/Juggling": 1} == report.unknown_statuses
    assert [("Accepted/Juggling", 10)] == [(found["value"], found["line"]) for found in report.doubtful.examples]


def test_a_severity_that_the_mapping_does_not_name_keeps_the_one_before_it():
    (case,), report = told(log(trace(event(), event(impact="Huge"))))

    assert ["opened", "responded"] == kinds(case)
    assert "Huge" == report.doubtful.examples[0]["value"]


def test_a_ticket_without_severity_is_untold_unless_the_mapping_has_a_default():
    text = log(trace(event(impact="")))

    cases, report = told(text)
    assert ([], "no row states a severity") == (cases, report.untold.examples[0]["what"])
    (case,), report = told(text, edited(("# default = 3", "default = 3")))
    assert (3, 0) == (case["events"][0]["severity"], report.doubtful.rows)


def test_traces_without_name_or_of_one_name_are_all_told():
    cases, report = told(log(trace(event()), trace(event(), name=None), trace(event())))

    assert ["1-364285768", "trace-2", "1-364285768#2"] == [case["case"] for case in cases]
    assert 2 == report.doubtful.rows


def test_a_name_that_no_case_file_can_have_is_listed_as_untold():
    cases, report = told(log(trace(event(), name="N" * LONGEST), trace(event(), name="N" * (LONGEST + 1))))

    assert 1 == len(cases)
    assert ["501 characters"] == [found["value"] for found in report.untold.examples]


def test_what_becomes_no_ticket_is_listed():
    text = log(trace(), "<event><string key='concept:name' value='Accepted'/></event>\n", trace(event(), name="2"))
    cases, report = told(text)

    assert ["2"] == [case["case"] for case in cases]
    assert [7, 10] == [found["line"] for found in report.as_dict()["untold"]["examples"]]
    assert (2, 1) == (report.rows, report.rows_told)


def test_attributes_that_are_not_read_are_named():
    _, report = told(log(trace(event(**{"org:resource": "Siebel"}))))

    assert ["org:resource"] == report.as_dict()["attributes_not_read"]
    assert json.dumps(report.as_dict())


# --- what is no such log --------------------------------------------------------------------------------------------------

BOMB = """<?xml version="1.0"?>
<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<log><trace><string key="concept:name" value="&b;"/></trace></log>
"""


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (BOMB, "line 2: a document type declaration is refused"),
        (BOMB.replace("[", 'SYSTEM "file:///etc/passwd" ['), "line 2: a document type declaration is refused"),
        ("<html><body/></html>", "outermost element is <html>"),
        ("", "broken or cut off"),
        ("number,incident_state\n", "broken or cut off"),
        (gzip.compress(b"<log/>", mtime=0), "still compressed"),
        ("<log>&b;</log>", "undefined entity"),
        (log(trace(event())).replace("Medium", "Med\x00ium"), "broken or cut off"),
    ],
)
def test_what_is_no_such_log_is_refused_with_a_remedy(text, word):
    with pytest.raises(LogError, match=word):
        told(text)


def test_a_log_that_is_cut_off_is_told_up_to_there_and_refused_with_its_line():
    text = log(trace(event()), trace(event(), name="2"))
    cases = convert(io.BytesIO(text[: text.rindex("<event>") + 30].encode()), VOLVO, Report(), file="cut.xes")

    assert "1-364285768" == next(cases)["case"]
    with pytest.raises(LogError, match=r"cut\.xes, line 13, column \d+: the XML is broken or cut off"):
        next(cases)


def test_a_compressed_log_that_is_cut_off_is_refused():
    packed = gzip.compress(log(*(trace(event(product=f"P{n * 7919}"), name=str(n)) for n in range(3000))).encode())

    with (
        gzip.open(io.BytesIO(packed[: len(packed) // 2])) as stream,
        pytest.raises(LogError, match="compressed file is cut off"),
    ):
        list(convert(stream, VOLVO, Report()))


def test_tickets_are_told_while_the_log_is_read():
    class Endless:
        parts = [HEAD, trace(event())]

        def read(self, size, /):
            return self.parts.pop(0).encode()

    assert "1-364285768" == next(convert(Endless(), VOLVO, Report()))["case"]


# --- the mapping ----------------------------------------------------------------------------------------------------------


def test_the_shipped_mapping_names_the_statuses_of_its_log():
    assert {
        "Accepted/In Progress",
        "Accepted/Assigned",
        "Accepted/Wait",
        "Accepted/Wait - User",
        "Accepted/Wait - Customer",
        "Accepted/Wait - Vendor",
        "Accepted/Wait - Implementation",
        "Queued/Awaiting Assignment",
        "Completed/Resolved",
        "Completed/Closed",
        "Completed/In Call",
        "Completed/Cancelled",
        "Unmatched/Unmatched",
    } == set(VOLVO.statuses)


def test_the_lines_that_the_shipped_mapping_comments_out_hold_when_they_are_let_in():
    commented = [line.removeprefix("# ") for line in VOLVO_TOML.splitlines() if line.startswith("# ") and " = " in line]
    keys = [line for line in commented if line.partition(" = ")[0].isidentifier() and line != "default = 3"]

    assert {"timezone", "category", "attribute", "values", "default"} == {line.partition(" = ")[0] for line in keys}
    uncommented = VOLVO_TOML.replace("# [channel]", "[channel]")
    for line in keys:
        uncommented = uncommented.replace(f"# {line}", line.replace('"..."', '"came by"'))
    mapping = read_mapping(uncommented)
    phoned = case_of(event(**{"came by": "Telephone"}), mapping=mapping)
    written = case_of(event(), mapping=mapping)
    carried, report = told(log(trace(event(**{"came by": "Pigeon"}))), mapping)

    assert "phone" == phoned["events"][0]["channel"] == written["events"][0]["channel"]
    assert "Telephone" == phoned["events"][0]["category"]
    assert "channel" not in carried[0]["events"][0]
    assert {"a channel that the mapping does not name": 1} == report.left_out.by_kind


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("[severity]", "[severety]", "severety: there is no such key"),
        ("[severity]", "[severety]", "severity: this key is needed"),
        ('"Completed/Closed" = "closed"', '"Completed/Closed" = "shut"', r'statuses."Completed/Closed": .*closed'),
        ("waiting on customer", "waiting for customer", r'statuses."Accepted/Wait - User": .*waiting on customer'),
        ("Major = 1", "Major = 0", "severity.values.Major: .*greater than or equal to 1"),
        ("Major = 1", 'Major = "1"', "severity.values.Major: .*integer"),
        ('time = "time:timestamp"', 'time = ""', "time: .*at least 1 character"),
        ('# timezone = "Europe/Brussels"', 'timezone = "Atlantis"', "timezone: .*Europe/Rome"),
        ('"Accepted/Wait" =', '"Completed/Closed" =', "not TOML: .*line"),
        ("[statuses]", "[statuses", "not TOML: .*line"),
        ('agreement = "servicenow-desk"', "agreement = 7", "agreement: .*the id of a known agreement"),
        ('agreement = "servicenow-desk"', 'agreement = ""', "agreement: .*the id of a known agreement"),
    ],
)
def test_a_mapping_that_does_not_hold_names_the_key_and_the_remedy(old, new, named):
    assert old in VOLVO_TOML
    with pytest.raises(MappingError, match=rf"(?s)mine\.toml: .*{named}"):
        read_mapping(VOLVO_TOML.replace(old, new), file="mine.toml")


def test_an_agreement_may_stand_in_the_mapping_itself():
    mapping = read_mapping(
        VOLVO_TOML.replace('agreement = "servicenow-desk"', 'agreement = { id = "ours", plans = [1] }')
    )

    assert {"id": "ours", "plans": [1]} == case_of(event(), mapping=mapping)["agreement"]
    assert "ours" not in tomllib.loads(VOLVO_TOML)["agreement"]


# --- any log --------------------------------------------------------------------------------------------------------------

STATUSES = st.sampled_from([*VOLVO.statuses, "Accepted/Juggling"])
EVENTS = st.builds(event, STATUSES, st.builds("{:02}:00:00".format, st.integers(0, 23)))


@given(st.lists(st.lists(EVENTS, max_size=10), max_size=4))
def test_any_trace_makes_a_well_formed_history_and_every_event_is_accounted_for(tickets):
    cases, report = told(log(*(trace(*events, name=str(number)) for number, events in enumerate(tickets))))

    assert len(tickets) == len(cases) + len(report.untold.examples)
    assert sum(map(len, tickets)) == report.rows == report.rows_told
    for case in cases:
        told_of = kinds(case)
        at = [event["at"] for event in case["events"]] + [case["as_of"]]
        assert sorted(at) == at
        assert 1 == told_of.count("opened") >= told_of.count("responded")
        steps = Counter(told_of)
        for reason in ("customer", "third-party"):
            assert 0 <= steps[f"waiting {reason}"] - steps[f"wait_ended {reason}"] <= 1
        assert steps["reopened"] <= steps["resolved"] + steps["closed"] + steps["withdrawn"]
