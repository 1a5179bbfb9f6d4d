"""Every figure on a board is what the judging core says of the exported case files: of random estates, now and as they stood."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import chain, count, groupby
from typing import Any, NamedTuple, cast
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL, Identifier

from api.histories import agreement_for_file, case_file
from domain.casefile import read_case
from domain.clocks.clock import Clock
from domain.clocks.ladder import reached_rungs, warnings
from domain.clocks.replay import replayed
from domain.clocks.segments import segments
from domain.conduct.duties import Course, courses
from domain.conduct.knowledge import first_tier, target_tier
from domain.contract.papers import ContractEntry, DrawnUp
from domain.instants import DAY_SECONDS, SECOND, micros, moment, seconds
from domain.judgement import Judgement, circumstances, judge
from domain.terms.checking import check
from domain.terms.library import agreement_ids, selector, selector_of
from domain.terms.selection import Selector
from domain.ticket.events import Assigned, Escalated, Opened, SurveyAnswered, Unassigned
from domain.ticket.history import EVENT
from projections.as_of.snapshots import Snapshots
from projections.as_of.view import View
from projections.as_of.views import Views
from projections.boards import workload
from projections.boards.escalations import Escalations
from projections.boards.kept import ALL, Kept
from projections.boards.queue import Queue
from projections.boards.service_report import ServiceReports
from projections.boards.standings import Standing
from projections.notices import fulfilling
from projections.store.pool import open_pool
from projections.tickets import plan_class
from tests.clocks.test_every_history import severities, tickets
from tests.projections.log import Log, hours
from tests.projections.test_rebuild import CONTRACT_EVENT, told

PATIENT = 60.0
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FAR_MICROSECONDS = 5 * 366 * DAY_SECONDS * SECOND
CUSTOMERS = count()


# --- an estate --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Estate:
    """Some tickets of one customer, and instants at which to look at them; nothing was recorded before it took effect."""

    log: Log
    customer: str
    tickets: Sequence[UUID]
    instants: Sequence[datetime]

    def live(self, at: datetime) -> View:
        return View(self.log.pool, self.log.schema, at, self.customer)

    def past(self, at: datetime) -> View:
        snapshots = Snapshots(self.log.pool, self.log.schema, self.log.desk.mapper, self.log.desk.shelf)
        snapshots.suffix(at, PATIENT)
        return Views(self.log.pool, self.log.schema, snapshots).past(at, self.customer)

    def truths(self, at: datetime, known_at: datetime | None) -> list["Truth"]:
        """What the case files of the tickets say, those of which anything was known."""
        found = (self.log.desk.ticket(ticket) for ticket in self.tickets)
        told = (one for one in found if known_at is None or one.envelopes[0].recorded_at <= micros(known_at))
        return [Truth(one.id, judge(read_case(_exported(self.log, one, at, known_at), _terms))) for one in told]


def _exported(log: Log, ticket: Any, at: datetime, known_at: datetime | None) -> Any:
    case = log.desk.case(ticket, micros(at), None if known_at is None else micros(known_at))
    document = case_file(ticket, case, agreement_for_file(ticket.filed, log.desk.shelf))
    return json.loads(json.dumps(document, default=_plain))


def _terms(agreement: Any) -> Selector:
    return selector(agreement) if isinstance(agreement, str) else selector_of(check.read(agreement))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value.model_dump(mode="json", by_alias=True)


@pytest.fixture(scope="module")
def log(database_url: str) -> Iterator[Log]:
    name = f"test_{uuid4().hex}"
    with open_pool(database_url) as pool:
        log = Log.in_(pool, name)
        log.publish(*agreement_ids())
        yield log
        with pool.connection() as connection:
            connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(name)))


@st.composite
def estates(draw: st.DrawFn, log: Log) -> Estate:
    """Tickets under several agreements, each thing recorded in its turn, at once or some hours after it took effect."""
    customer = f"customer-{next(CUSTOMERS)}"
    found: list[UUID] = []
    recorded: list[datetime] = []
    for terms, document in draw(st.lists(tickets(most=6), min_size=1, max_size=4)):
        facts = dict(document["contract"])
        entries = [CONTRACT_EVENT.validate_python(entry) for entry in facts.pop("events", ())]
        agreement = terms.agreement.id
        contract = uuid4()
        paper = {"agreement": agreement, "customer": customer, "readings": document["readings"], **facts}
        log.on_contract(contract, DrawnUp(effective_at=EPOCH, **paper))
        opening, *rest = [told(_scored(line, draw(st.sampled_from([None, 0, 3, 4.5])))) for line in document["events"]]
        ticket = uuid4()
        history = [opening, *sorted((one for one in rest if _effect(one) >= _effect(opening)), key=_effect)]
        history += draw(st.lists(afterthoughts(terms, history), max_size=1))
        steps = [(one.effective_at, ticket, one) for one in history]
        steps += [(one.effective_at, contract, one) for one in sorted(entries, key=_effect)]
        last: dict[UUID, datetime] = {}
        for effect, stream, entry in steps:
            delay = hours(draw(st.sampled_from([0, 0, 0, 1, 30])))
            at = last[stream] = max(last.get(stream, EPOCH), effect + delay)
            recorded.append(at)
            if stream == contract:
                log.on_contract(contract, cast(ContractEntry, entry), recorded_at=at)
            else:
                filed = log.filed(contract, opening) if entry is opening else None
                log.on(ticket, entry, filed=filed, recorded_at=at)
        found.append(ticket)
    latest = max(recorded)
    later = draw(st.lists(st.integers(0, 20 * DAY_SECONDS), min_size=1, max_size=2))
    looked = draw(st.lists(st.sampled_from(sorted(recorded)), min_size=1, max_size=3))
    log.runner.catch_up()
    instants = [latest + timedelta(seconds=one) for one in (0, *later)]
    instants += [one + timedelta(seconds=draw(st.integers(0, 2 * DAY_SECONDS))) for one in looked]
    return Estate(log, customer, found, [_whole(one) for one in instants])


def _scored(line: dict[str, Any], score: float | None) -> dict[str, Any]:
    return line | {"score": score} if line["event"] == "survey_answered" and score is not None else line


@st.composite
def afterthoughts(draw: st.DrawFn, terms: Selector, history: Sequence[Any]) -> Any:
    """What is said afterwards about what happened, or is ruled about it."""
    number = draw(st.integers(2, len(history))) if len(history) > 1 else 0
    clocks = [clock.name for clock in terms.agreement.clocks]
    said: list[dict[str, Any]] = [
        {"event": "ruled", "severity": draw(severities(terms))},
        {"event": "ruled", "excuse": draw(st.sampled_from(clocks))},
    ]
    if number:
        moved_to = _effect(history[number - 1]) - timedelta(seconds=draw(st.integers(0, 6 * 3_600)))
        said += [
            {"event": "corrected", "number": number, "struck": True},
            {"event": "corrected", "number": number, "moved_to": max(moved_to, _effect(history[0]))},
        ]
    at = _effect(history[-1]) + timedelta(seconds=draw(st.integers(0, 2 * DAY_SECONDS)))
    return EVENT.validate_python({"effective_at": at, "why": "it was otherwise", **draw(st.sampled_from(said))})


def _effect(event: Any) -> datetime:
    at: datetime = event.effective_at
    return at


def _whole(at: datetime) -> datetime:
    """The next whole second."""
    return (at + timedelta(microseconds=999_999)).replace(microsecond=0).astimezone(UTC)


# --- what is true -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Truth:
    """A ticket as the core judges its case file."""

    ticket: UUID
    judgement: Judgement

    @property
    def is_open(self) -> bool:
        return self.judgement.replay.status in ("open", "waiting")

    @property
    def at(self) -> int:
        return self.judgement.replay.as_of

    @cached_property
    def ahead(self) -> Mapping[tuple[str, int], Clock]:
        """The clocks much later, if nothing more happens."""
        case = self.judgement.case
        later = judge(replace(case, as_of=case.as_of + FAR_MICROSECONDS))
        return {(clock.terms.name, clock.cycle): clock for clock in later.replay.clocks}

    @cached_property
    def a_second_later(self) -> Mapping[tuple[str, int], Clock]:
        case = self.judgement.case
        later = judge(replace(case, as_of=case.as_of + SECOND))
        return {(clock.terms.name, clock.cycle): clock for clock in later.replay.clocks}

    @property
    def going(self) -> Iterator[Clock]:
        return (clock for clock in self.judgement.replay.clocks if clock.is_going)

    @property
    def unexcused(self) -> Iterator[Clock]:
        return (clock for clock in self.going if clock.terms.name not in self.judgement.replay.excused)

    def verdict(self, clock: Clock) -> str:
        return clock.verdict(self.judgement.replay.excused).value

    def state(self, clock: Clock) -> str:
        """What the second that begins is, and whether it is late."""
        if clock.waits:
            state = "paused"
        else:
            last = list(segments(self.a_second_later[clock.terms.name, clock.cycle]))[-1]
            state = "counting" if last.state == "counting" else "closed"
        if self.verdict(clock) == "breached":
            return {"counting": "breached"}.get(state, f"breached_{state}")
        return state

    def next_breach(self) -> int | None:
        """Of the clocks that go on or will by themselves."""
        breaches = (
            clock.breached_at
            for clock in self.ahead.values()
            if clock.is_going and clock.terms.name not in self.judgement.replay.excused
        )
        return min((one for one in breaches if one is not None), default=None)

    @property
    def is_overdue(self) -> bool:
        return any(self.verdict(clock) == "breached" for clock in self.unexcused)

    @property
    def is_at_risk(self) -> bool:
        reached = (
            warning.reached_at
            for clock in self.unexcused
            if clock.left is not None and clock.breached_at is None
            for warning in warnings(clock)
        )
        return not self.is_overdue and any(one is not None for one in reached)

    @property
    def measured(self) -> Iterator[Clock]:
        """Of the clocks that go on those with a target in force, and those breached while they had one."""
        return (one for one in self.going if one.left is not None or self.verdict(one) == "breached")

    @property
    def is_breached(self) -> bool:
        return any(self.verdict(clock) == "breached" for clock in self.judgement.replay.clocks)

    @property
    def is_unnoticed(self) -> bool:
        """Whether somebody is owed a notice that the record alone could give."""
        return any(fulfilling(one.duty) for one in self.judgement.owed)

    @property
    def notices(self) -> Iterator[Course]:
        """Every time that such a notice fell due, and what became of it."""
        terms = self.judgement.replay.terms
        around = circumstances(self.judgement.case.contract, terms, self.judgement.rungs)
        duties = [duty for duty in terms.agreement.duties if fulfilling(duty)]
        return courses(self.judgement.hindsight.recorded, terms.agreement, around, self.judgement.case.as_of, duties)

    @property
    def next_rungs(self) -> set[tuple[int, str, str]]:
        """Of the rungs still to come the first, or those that are reached together."""
        ahead = [(at, role, clock) for at, role, clock in self.rungs_ahead if at > self.at]
        first = min((at for at, _, _ in ahead), default=None)
        return {one for one in ahead if one[0] == first}

    @property
    def rungs_ahead(self) -> Iterator[tuple[int, str, str]]:
        for clock in self.ahead.values():
            for rung in reached_rungs(clock):
                if rung.reached_at is not None:
                    yield rung.reached_at, rung.role, clock.terms.name

    @property
    def warnings_ahead(self) -> Iterator[int]:
        """Of clocks that go on and may still be kept."""
        excused = self.judgement.replay.excused
        for clock in self.ahead.values():
            if clock.is_going and clock.terms.name not in excused:
                yield from (one.reached_at for one in warnings(clock) if one.reached_at is not None)

    @property
    def escalated_at(self) -> datetime | None:
        events = (one.event for one in self.judgement.hindsight.recorded if isinstance(one.event, Escalated))
        return max((one.effective_at for one in events), default=None)

    @property
    def assignee(self) -> str | None:
        last = [one.event for one in self.judgement.hindsight.recorded if isinstance(one.event, Assigned | Unassigned)]
        if not last or not isinstance(last[-1], Assigned):
            return None
        role = last[-1].role
        return last[-1].to or (f"{role.replace('-', ' ')} (role)" if role else None)

    @property
    def tier(self) -> int | None:
        named = [target_tier(one.event) for one in self.judgement.hindsight.recorded]
        terms = self.judgement.replay.terms
        return next((one for one in reversed(named) if one), first_tier(terms.agreement, terms.scope))

    @property
    def place(self) -> tuple[int, float]:
        terms, breach = self.judgement.replay.terms, self.next_breach()
        return plan_class(terms.agreement.clauses, terms.scope.plan), float("inf") if breach is None else breach


def check_queue(view: View, truths: Sequence[Truth]) -> None:
    lines = Queue(view, view.at - timedelta(days=3)).lines(limit=1_000)
    open_ones = {truth.ticket: truth for truth in truths if truth.is_open}

    assert open_ones.keys() == {line.ticket.ticket for line in lines}
    places = [open_ones[line.ticket.ticket].place for line in lines]
    assert sorted(places) == places
    for line in lines:
        truth = open_ones[line.ticket.ticket]
        standings = {(one.clock, one.cycle): one for one in line.clocks if one.state != "pending"}
        clocks = {(clock.terms.name, clock.cycle): clock for clock in truth.measured}
        assert clocks.keys() == standings.keys()
        for name, clock in clocks.items():
            _check_standing(standings[name], clock, truth)
        _check_state(line.state, truth)
        shown = set() if line.rung is None else {(seconds(line.rung.at), line.rung.role, line.rung.clock)}
        assert shown <= truth.next_rungs
        assert bool(shown) == bool(truth.next_rungs)


def _check_standing(standing: Standing, clock: Clock, truth: Truth) -> None:
    due = None if clock.due_at is None else moment(clock.due_at)
    assert (clock.left, due, sorted(clock.waits)) == (standing.left_seconds, standing.due_at, sorted(standing.waits))
    if clock.terms.name not in truth.judgement.replay.excused:
        assert truth.state(clock) == standing.state


def _check_state(state: str, truth: Truth) -> None:
    """That of the clock that breaches next; of several that do at once, of one of them."""
    breach = truth.next_breach()
    states = {
        truth.state(clock)
        for clock in truth.unexcused
        if truth.ahead[clock.terms.name, clock.cycle].breached_at == breach
    }
    assert state in states | {"pending", "none"}
    assert state != "none" or not any(clock in truth.measured for clock in truth.unexcused)


def check_tiles(view: View, truths: Sequence[Truth]) -> None:
    week = view.at - timedelta(days=3)
    open_ones = [truth for truth in truths if truth.is_open]
    figures = Queue(view, week).figures()

    assert {
        "open": len(open_ones),
        "at_risk": sum(truth.is_at_risk for truth in open_ones),
        "breached": sum(truth.is_breached for truth in open_ones),
        "overdue": sum(truth.is_overdue for truth in open_ones),
        "customer": sum("customer" in truth.judgement.replay.waits for truth in open_ones),
        "escalated": sum(truth.escalated_at is not None and truth.escalated_at >= week for truth in open_ones),
        "unnoticed": sum(truth.is_unnoticed for truth in open_ones),
    } == figures


def check_kept(view: View, truths: Sequence[Truth]) -> None:
    by = ("agreement", "plan", "severity", "clock", "month")
    figures = {
        tuple(line.by[name] for name in by): {
            name: getattr(line, name) for name in ("met", "breached", "excused", "open") if getattr(line, name)
        }
        for line in Kept(view).lines(ALL, *by)
        if line.clocks
    }

    expected: dict[tuple[Any, ...], Counter[str]] = {}
    for truth, clock in chain.from_iterable(
        ((truth, clock) for clock in truth.judgement.replay.clocks) for truth in truths
    ):
        if (verdict := truth.verdict(clock)) == "none" or clock.started_at is None:
            continue
        terms = truth.judgement.replay.terms
        month = f"{moment(clock.started_at):%Y-%m}"
        key = (terms.agreement.id, terms.scope.plan, clock.severity, clock.terms.name, month)
        expected.setdefault(key, Counter())[verdict] += 1
    assert {key: dict(counted) for key, counted in expected.items()} == figures


def check_workload(view: View, truths: Sequence[Truth]) -> None:
    open_ones = [truth for truth in truths if truth.is_open]
    expected: dict[tuple[str | None, int | None], list[Truth]] = {}
    for truth in open_ones:
        expected.setdefault((truth.assignee, truth.tier), []).append(truth)

    assert {
        whose: (
            len(theirs),
            sum(truth.is_at_risk for truth in theirs),
            sum(truth.is_breached for truth in theirs),
            sum(truth.judgement.replay.status == "waiting" for truth in theirs),
        )
        for whose, theirs in expected.items()
    } == {(one.assignee, one.tier): (one.open, one.at_risk, one.breached, one.waiting) for one in workload.loads(view)}

    coming: dict[str, Counter[tuple[datetime, str]]] = {}
    for truth in open_ones:
        hours_of = coming.setdefault(truth.judgement.replay.terms.agreement.id, Counter())
        hours_of.update((_hour(at), kind) for at, kind in _coming(truth) if truth.at < at <= truth.at + 7 * DAY_SECONDS)
    until = view.at + timedelta(days=7)
    for agreement, expected_hours in coming.items():
        hours_ahead = workload.hours(view, agreement, until, "UTC")
        assert dict(expected_hours) == {(one.at, one.kind): one.deadlines for one in hours_ahead}


def _coming(truth: Truth) -> Iterator[tuple[int, str]]:
    """When what falls due, as things are."""
    for clock in truth.going:
        if clock.due_at is not None and truth.verdict(clock) == "open":
            yield clock.due_at, "due"
    yield from ((at, "rung") for at, _, _ in truth.rungs_ahead)
    yield from ((at, "warning") for at in truth.warnings_ahead)


def _hour(at: int) -> datetime:
    """The hour of an instant; the end of an hour is in it."""
    return moment(at - 1).replace(minute=0, second=0)


def check_escalations(view: View, truths: Sequence[Truth]) -> None:
    board = Escalations(view, limit=1_000)
    reached: Counter[tuple[str, str, str]] = Counter()
    coming: Counter[tuple[UUID, str, str]] = Counter()
    escalated = 0
    for truth in truths:
        agreement = truth.judgement.replay.terms.agreement.id
        for clock in truth.judgement.replay.clocks:
            for rung in reached_rungs(clock):
                if rung.reached_at is not None and 0 <= truth.at - rung.reached_at < 30 * DAY_SECONDS:
                    reached[agreement, clock.terms.name, rung.role] += 1
        for clock in truth.ahead.values():
            for rung in reached_rungs(clock):
                if rung.reached_at is not None and 0 < rung.reached_at - truth.at <= DAY_SECONDS:
                    coming[truth.ticket, clock.terms.name, rung.role] += 1
        events = (one.event for one in truth.judgement.hindsight.recorded if isinstance(one.event, Escalated))
        escalated += sum(view.at - timedelta(days=3) <= one.effective_at <= view.at for one in events)

    did: Counter[tuple[str, str, str]] = Counter()
    for one in board.did():
        did[one.agreement, one.clock, one.role] += one.reached
    assert reached == did
    shown = Counter((one.about.ticket, one.clock, one.role) for one in board.coming().rows)
    assert not shown - coming
    assert escalated == board.escalated(view.at - timedelta(days=3)).in_all


def check_notices(view: View, truths: Sequence[Truth]) -> None:
    """The milestones missed: of every notice that fell due whether it was given, how long after, or that it lapsed."""
    expected: dict[tuple[str, str], Counter[str]] = {}
    for truth in truths:
        for course in truth.notices:
            figures = expected.setdefault((truth.judgement.replay.terms.agreement.id, course.debt.clause), Counter())
            figures["due"] += 1
            if course.ended_at is not None:
                figures["given" if course.is_fulfilled else "lapsed"] += 1
                figures["delay_seconds"] += course.is_fulfilled * (course.ended_at - course.debt.since)

    names = ("due", "given", "lapsed", "delay_seconds")
    assert {by: tuple(figures[name] for name in names) for by, figures in expected.items()} == {
        (one.agreement, one.clause): tuple(getattr(one, name) for name in names) for one in Kept(view).milestones(ALL)
    }


def check_surveys(view: View, truths: Sequence[Truth]) -> None:
    expected: dict[str, list[float | None]] = {}
    for truth in truths:
        answers = [one.event for one in truth.judgement.hindsight.recorded if isinstance(one.event, SurveyAnswered)]
        if answers:
            expected.setdefault(truth.judgement.replay.terms.agreement.id, []).extend(one.score for one in answers)

    assert {
        agreement: (len(scores), sum(1_000 * one for one in scores if one is not None))
        for agreement, scores in expected.items()
    } == {one.agreement: (one.answers, one.score_thousandths) for one in Kept(view).answers(ALL)}


def check_flows(view: View, truths: Sequence[Truth]) -> None:
    """What came and went in each month, and was open at its end or now."""
    assert view.customer is not None
    turns = sorted((turn for truth in truths for turn in _turns(truth)), key=lambda turn: turn.month)
    reports = ServiceReports(view)
    standing: Counter[tuple[str, int | None]] = Counter()
    for month, of_month in groupby(turns, key=lambda turn: turn.month):
        expected: dict[tuple[str, int | None], Counter[str]] = {}
        for turn in of_month:
            by = turn.agreement, turn.severity
            expected.setdefault(by, Counter())[turn.name] += 1
            standing[by] += turn.more
        for by, more in standing.items():
            expected.setdefault(by, Counter())["still_open"] = more
        figures = ("opened", "reopened", "closed", "still_open")
        report = reports.report(view.customer, month, lambda _: "UTC")
        assert {by: told for by, one in expected.items() if any(told := [one[name] for name in figures])} == {
            (section.agreement, flow.severity): list(flow[1:])
            for section in report.sections
            for flow in section.flows
            if any(flow[1:])
        }


class _Turn(NamedTuple):
    """A ticket comes or goes, or leaves one severity for another."""

    agreement: str
    severity: int | None
    month: str
    name: str
    more: int


def _turns(truth: Truth) -> Iterator[_Turn]:
    """Each event as the core judges the ticket before and after it."""
    hindsight, terms = truth.judgement.hindsight, truth.judgement.replay.terms
    occurrences = hindsight.occurrences(truth.judgement.case.as_of)
    opening = next((place for place, (_, _, event) in enumerate(occurrences) if isinstance(event, Opened)), None)
    if opening is None:
        if truth.is_open:
            first = truth.judgement.case.history[0].event
            yield _Turn(terms.agreement.id, None, f"{_effect(first):%Y-%m}", "opened", 1)
        return
    was: int | None = None
    ended = False
    for place in range(opening, len(occurrences)):
        second = occurrences[place][0]
        then = replayed(occurrences[: place + 1], terms, (second + 1) * SECOND - 1)
        severity = then.severity if then.status in ("open", "waiting") else None
        month = f"{moment(second):%Y-%m}"
        if severity == was:
            continue
        if was is not None:
            yield _Turn(terms.agreement.id, was, month, "changed" if severity is not None else "closed", -1)
        if severity is not None:
            came = "changed" if was is not None else "reopened" if ended else "opened"
            yield _Turn(terms.agreement.id, severity, month, came, 1)
        was, ended = severity, True


CHECKS = (
    check_queue,
    check_tiles,
    check_kept,
    check_workload,
    check_escalations,
    check_notices,
    check_surveys,
    check_flows,
)


@settings(
    max_examples=6,
    phases=(Phase.generate,),  # what an estate has recorded stays recorded: trying smaller ones makes it larger
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_every_figure_about_tickets_is_what_their_case_files_say_now_and_as_it_stood(log: Log, data: st.DataObject):
    estate = data.draw(estates(log))
    latest, *instants = estate.instants

    for at in (one for one in (latest, *instants) if one >= latest):
        for equals in CHECKS:
            equals(estate.live(at), estate.truths(at, None))
    for at in estate.instants:
        for equals in CHECKS:
            equals(estate.past(at), estate.truths(at, at))
