"""Whatever legal events a history holds, in whatever order: it is judged, never refused."""

from datetime import timedelta
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from domain.conduct.circumstances import Circumstances, Reached
from domain.conduct.duties import owed
from domain.conduct.irregularities import Irregularity, breaches, irregularities
from domain.conduct.knowledge import before_all
from domain.instants import micros, seconds
from domain.terms.event_fields import EVENT_FIELDS
from domain.ticket.events import Role
from domain.ticket.history import EVENT, Actor, History, Person, recorded
from tests.conduct.told import MONDAY, around, house

EVERYTHING = house(
    """
first_tier = [{ tier = 1 }]
ground = [
  { clause = "house:1", says = "x", causes = "a" },
  { clause = "house:2", says = "x", needs = { seen = [{ event = "found", by = "agent" }] } },
]
alert_code = [{ clause = "house:5", code = "a", title = "x", opens_at = 1 }]

[[duty]]
clause = "house:3"
says = "x"
after = "opened"
after_rung = { clock = "c" }
until = [{ event = "closed", by = "agent" }]
missed = "irregular"

[[duty]]
clause = "house:4"
severity = 1
says = "x"
after = ["opened", "reopened"]
fields = ["a"]
ends = "closed"

[[rule]]
clause = "house:6"
event = ["severity_changed", "accepted"]
says = "x"
where = { any_of = [{ change = "upgrade" }, { change = "downgrade", by = "customer-side" }] }
needs = { none_of = [{ by_logger = "opener" }, { by_logger = "registrar" }, { waiting_on = ["customer", "fees"] }] }

[[rule]]
clause = "house:7"
event = "resolved"
severity = [1, 2]
says = "x"
needs.any_of = [{ measured = { at_least = 50 } }, { measured = { at_least = 1, days = 1, week = "calendar-week" } }]

[[rule]]
clause = "house:8"
event = ["appointment_scheduled", "appointment_cancelled"]
says = "x"
needs.lead = { field = "for", time = "2 business days", calendar = "support" }
needs.within = { calendar = "office", field = "for" }

[[rule]]
clause = "house:9"
event = ["escalated", "assigned"]
category = "a"
says = "x"
where = { tier = [1, 2], is_not = { to = ["tier-3"] }, mentions = { to = "t" } }
needs = { next_tier = true, fields = ["a", "b"], option = ["o"], fact = { f = true }, listed = { to = "list" } }

[[rule]]
clause = "house:10"
event = "closed"
says = "x"
needs.waited = { on = "customer", time = "3 calendar days" }
needs.elapsed = { since = "closure_notice", time = "1 h" }
needs.rung = { clock = "c" }

[[rule]]
clause = "house:11"
event = "accepted"
says = "x"
needs.both_sides = "agreed_by"
needs.status = "open"
needs.severity = 1
needs.not_seen = [{ event = "found", unless_followed_by = "closed", since = "opened" }]
"""
    + "\n".join(
        f"""
[[rule]]
clause = "house:all"
event = "{event}"
says = "x"
needs = {{ seen = "opened", given = {sorted(names)} }}
"""
        for event, names in EVENT_FIELDS.items()
    )
)

words = st.sampled_from(["a", "b", "tier-2", "tier-3", "house:1", "house:2", "customer", "agent", "", " "])
instants = st.integers(0, 40 * 24 * 60).map(lambda minute: MONDAY + timedelta(minutes=minute))
free = st.dictionaries(words, st.one_of(words, st.none(), st.lists(words, max_size=2), st.integers()), max_size=3)
waits = st.sampled_from(["customer", "third-party", "access", "authorization", "fees", "contact"])
measurements = st.fixed_dictionaries(
    {"value": st.floats(0, 100)}, optional={"from": st.sampled_from([MONDAY]), "to": instants}
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "severity": st.integers(1, 5),
    "tier": st.integers(1, 3),
    "fields": free,
    "data": free,
    "on": waits,
    "channel": st.sampled_from(["web", "email", "phone", "alert"]),
    "alert": st.fixed_dictionaries({"code": words}),
    "origin": words,
    "agreed_by": st.one_of(words, st.lists(words, max_size=2)),
    "measurement": measurements,
    "full": st.booleans(),
    "number": st.integers(1, 9),
    "strike_wait": st.integers(1, 9),
    "level": st.one_of(st.integers(1, 3), words),
    "score": st.floats(0, 10),
    "struck": st.just(True),
    **dict.fromkeys(["for", "due", "expected_at", "acknowledged_at"], instants),
}
KIND = {"session_held": st.sampled_from(["remote", "on-site"])}
REQUIRED = {"severity", "on", "cause", "command", "due", "for", "kind", "number", "why"}
LEFT_OUT = {"moved_to", "data", "since", "reading", "misassigned_by", "excuse", "ruled.severity"}
roles = st.sampled_from(get_args(Role))
actors: st.SearchStrategy[Actor | None] = st.one_of(
    st.none(), roles, st.builds(Person, id=st.sampled_from(["ann", "bob"]), role=roles)
)


@st.composite
def events(draw: st.DrawFn) -> Any:
    name = draw(st.sampled_from(sorted(EVENT_FIELDS)))
    told: dict[str, Any] = {"event": name, "effective_at": draw(instants)}
    for field in sorted(EVENT_FIELDS[name]):
        needed = field in REQUIRED or field in ("struck", "strike_wait")
        if LEFT_OUT & {field, f"{name}.{field}"} or (not needed and draw(st.booleans())):
            continue
        told[field] = draw(KIND.get(name, words) if field == "kind" else VALUES.get(field, words))
    return EVENT.validate_python(told)


@st.composite
def histories(draw: st.DrawFn) -> History:
    facts = [
        recorded(number, event, by=draw(actors))
        for number, event in enumerate(draw(st.lists(events(), max_size=12)), start=1)
    ]
    return tuple(sorted(facts, key=lambda one: (one.at, one.number)))


@st.composite
def surroundings(draw: st.DrawFn) -> Circumstances:
    facts = draw(st.fixed_dictionaries({}, optional={"f": st.booleans(), "list": st.lists(words, max_size=2)}))
    rungs = draw(st.lists(st.builds(Reached, st.just("c"), words, instants.map(seconds)), max_size=2))
    under = around(facts=facts, options=draw(st.sampled_from([(), ("o",)])))
    return Circumstances(
        under.scope, under.zone, under.calendars, under.coverage, under.facts, under.options, tuple(rungs)
    )


@given(histories(), surroundings(), instants)
def test_any_history_of_legal_events_is_judged(history, under, as_of):
    numbers = {one.number for one in history}
    found = irregularities(history, EVERYTHING, under, micros(as_of))

    assert {one.event for one in found} <= numbers | {None}
    assert all(one.detail and one.says and one.clause for one in found)
    assert all(debt.since <= seconds(as_of) for debt in owed(history, EVERYTHING, under, micros(as_of)))


@given(histories(), surroundings(), instants)
def test_what_comes_later_changes_no_finding_about_what_came_before(history, under, as_of):
    later = irregularities(history, EVERYTHING, under, micros(MONDAY + timedelta(days=60)))
    early = irregularities(history, EVERYTHING, under, micros(as_of))

    assert [one for one in early if one.clause != "house:3"] == [
        one
        for one in later
        if one.clause != "house:3" and one.event in {e.number for e in history if e.at <= micros(as_of)}
    ]


@given(histories(), surroundings())
def test_a_history_breaks_what_its_events_break_one_by_one(history, under):
    known = before_all(EVERYTHING, under.scope)
    one_by_one: list[Irregularity] = []
    for one in history:
        one_by_one += breaches(one, known, EVERYTHING, under)
        known = known.after(one)
    together = irregularities(history, EVERYTHING, under, micros(MONDAY + timedelta(days=60)))

    assert one_by_one == list(together[: len(one_by_one)])


@given(histories().map(lambda history: tuple(one._replace(by=None) for one in history)), surroundings())
def test_without_known_actors_no_rule_about_actors_is_broken(history, under):
    rules = house("""
    [[rule]]
    clause = "house:1"
    event = ["opened", "closed", "severity_changed", "escalated", "accepted"]
    says = "x"
    needs = { by = "agent", not_by = "customer", by_logger = "opener", none_of = [{ by = "system" }] }
    """)

    assert () == tuple(
        one
        for one in irregularities(history, rules, under, micros(MONDAY + timedelta(days=60)))
        if one.clause == "house:1"
    )
