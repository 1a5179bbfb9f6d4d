"""A sound body for each command, as the OpenAPI document shows it; one that says nothing of its own shows what stands around it."""

from typing import Any

AROUND: dict[str, Any] = {"effective_at": "2026-03-28T16:00:00+01:00"}
"""It happened before it is told."""

ISSUE: dict[str, Any] = {
    "severity": 3,
    "channel": "web",
    "category": "question",
    "fields": {"summary": "calls are not recorded"},
}

PAPER: dict[str, Any] = {"agreement": "imagicle-care", "customer": "ACME", "plan": "gold", "region": "europe"}

ON_TICKETS: dict[str, dict[str, Any]] = {
    "log-correctly": {"fields": {"contact": "+44 20 7946 0000", "environment": "production, nothing changed"}},
    "add-information": {"fields": {"error_messages": "408 after thirty seconds"}},
    "accept": {"severity": 2, "agreed_by": "technical-contact"},
    "notify-priority": {"channel": "email", "expected_at": "2026-03-30T10:00:00+02:00"},
    "assign": {"to": "night team", "tier": 2},
    "unassign": {"to": "night team"},
    "assess": {"course_of_action": "replace the certificate tonight"},
    "start-work": {"reason": "the window has opened"},
    "suspend-work": {"reason": "the window is over"},
    "resume-work": {"reason": "the window has opened"},
    "notify": {"milestone": "escalation", "to": "ada@acme.example", "channel": "email", "reference": "T-1204"},
    "waiting": {"on": "customer", "task": "send the log"},
    "end-wait": {"on": "customer"},
    "change-severity": {"severity": 1, "cause": "impact changed", "evidence": "the whole site is down"},
    "escalate": {"to": "tier-2", "cause": "bug"},
    "agree-action-plan": {"text": "first the certificate, then the gateway; a call every two hours"},
    "raise-alarm": {"to": "on-call-technician"},
    "clear-condition": {"condition": "disk full on node 2"},
    "schedule-appointment": {"for": "2026-03-30T10:00:00+02:00", "kind": "on-site"},
    "cancel-appointment": {"for": "2026-03-30T10:00:00+02:00", "kind": "on-site"},
    "hold-session": {"kind": "remote", "authorized_by": "Ada Byron"},
    "request-log": {"full": True},
    "receive-log": {"full": True},
    "find": {"cause": "third-party"},
    "agree-timeline": {"due": "2026-04-01T17:00:00+02:00"},
    "schedule-for-release": {"release": "2026.2", "due": "2026-05-04T09:00:00+02:00"},
    "file-bug": {"reference": "BUG-4711"},
    "move": {"queue": "telephony"},
    "resolve": {
        "measurement": {
            "value": 97.5,
            "threshold": 95,
            "from": "2026-03-20T00:00:00+01:00",
            "to": "2026-03-27T00:00:00+01:00",
        }
    },
    "decline": {"clause": "xima-care:4.4", "cause": "direct database access"},
    "merge": {"into": "0b7e6c5d-2f0e-4c55-8a57-1f0f3f5b9d10"},
    "complain": {"reason": "nobody called back", "impact": "the branch cannot take orders"},
    "comment": {"text": "the vendor of the switch has been asked"},
    "answer-survey": {"score": 4},
    "correct": {"number": 3, "why": "the answer came by telephone", "moved_to": "2026-03-28T16:00:00+01:00"},
    "rule": {"why": "settled with the customer", "strike_wait": 2},
}

ON_CONTRACTS: dict[str, dict[str, Any]] = {
    "amend": {"plan": "platinum"},
    "sign": {"ordered_at": "2026-03-02T09:00:00+01:00", "starts": "2026-04-01", "until": "2027-03-31"},
    "renew": {"until": "2028-03-31", "ordered_on": "2027-03-15"},
    "expire": {"until": "2027-03-31"},
    "reduce": {"until": "2026-12-31"},
    "end": {"until": "2026-12-31"},
    "cover-product": {"product": "call recording", "from": "2026-04-01", "base": "attendant console"},
    "end-support": {"product": "call recording", "on": "2026-12-31"},
    "end-life": {"product": "call recording", "on": "2027-12-31"},
    "name-contact": {"id": "ada", "role": "technical-contact", "name": "Ada Byron"},
    "remove-contact": {"id": "ada", "role": "technical-contact"},
}

HOLIDAYS: dict[str, Any] = {
    "name": "acme-closures",
    "title": "Days on which ACME is closed",
    "source": "ACME's notice of 2 January 2026",
    "first_year": 2026,
    "last_year": 2026,
    "dates": [{"date": "2026-08-14", "name": "Works outing"}],
}

DEAD_LETTER: dict[str, Any] = {"notice": "0b7e6c5d-2f0e-4c55-8a57-1f0f3f5b9d10/2/escalated"}
