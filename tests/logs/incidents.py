"""Small ServiceNow logs, written by hand, and what becomes of them."""

import csv
import io
from datetime import UTC

from domain.logs.report import Report
from domain.logs.servicenow import convert

FIRST_ROW = {
    "number": "INC1",
    "incident_state": "New",
    "priority": "3 - Moderate",
    "opened_at": "29/2/2016 04:40",
    "sys_updated_at": "29/2/2016 05:00",
    "assignment_group": "Group 70",
    "contact_type": "Phone",
    "category": "Category 40",
    "made_sla": "true",
    "reopen_count": "0",
    "reassignment_count": "1",
    "sys_mod_count": "8",
    "resolved_at": "1/3/2016 09:52",
    "closed_at": "6/3/2016 10:00",
}


def row(state="New", clock="05:00", **values):
    return FIRST_ROW | {"incident_state": state, "sys_updated_at": f"29/2/2016 {clock}"} | values


def states(*names):
    return [row(name, f"{5 + place // 60:02}:{place % 60:02}") for place, name in enumerate(names)]


def text(*rows):
    out = io.StringIO()
    table = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return out.getvalue()


def told(log, **options):
    report = Report()
    lines = log.splitlines(keepends=True) if isinstance(log, str) else log
    return list(convert(lines, report, **{"timezone": UTC} | options)), report


def case_of(*rows, **options):
    (case,), _ = told(text(*rows), **options)
    return case


def kinds(case):
    return [" ".join(filter(None, (event["event"], event.get("on")))) for event in case["events"]]
