"""The judging core: opening hours against other libraries, whole tickets a second, the bundled log.

Every comparison is a ratio within this run: the machine's speed of the day stands on both sides.
"""

import hashlib
import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from functools import partial
from itertools import islice
from typing import Any

import pytz
from businesstimedelta import BusinessTimeDelta, Rules, WorkDayRule
from workclock import Schedule, WorkDay

from domain.clocks.hindsight import in_hindsight
from domain.clocks.replay import replay
from domain.instants import SECOND, seconds
from domain.logs.report import Report
from domain.terms.calendar import Calendar, Edition, Hours
from domain.terms.library import selector
from domain.terms.rows import Scope
from domain.terms.zones import zone
from domain.ticket.events import Opened, Resolved, Responded, SeverityChanged, WaitEnded, Waiting
from domain.ticket.history import History, numbered
from scripts.demo import cases, judged
from scripts.documents import Source
from scripts.judging import Question, answers

ZONE = "America/New_York"
MONDAY = datetime(2024, 3, 4, 15, 30, tzinfo=UTC)
SPANS = {"1 hour": 1 / 24, "1 day": 1, "1 week": 7, "1 month": 30, "1 year": 365}
TICKETS = 5_000
ROUNDS = 5


def main() -> None:
    hours()
    tickets()
    log()


def hours() -> None:
    """One `between` and one `add`, from 1 hour to 1 year, Monday to Friday 09:00-17:00 New York."""
    ours = Calendar("office", zone(ZONE), [Edition(((Hours(540, 1020),),) * 5 + ((), ()))])
    schedule = Schedule([WorkDay(time_of_day(9), time_of_day(17))], time_zone=ZONE)
    rules = Rules(
        [
            WorkDayRule(
                start_time=time_of_day(9),
                end_time=time_of_day(17),
                working_days=[0, 1, 2, 3, 4],
                tz=pytz.timezone(ZONE),
            )
        ]
    )
    start = seconds(MONDAY)
    print(
        "Opening hours: microseconds a call (ours takes whole seconds, the others datetimes), and how many of ours one takes"
    )
    print(f"  {'':19}{'ours':>8}{'workclock':>20}{'businesstimedelta':>24}")
    for name, days in SPANS.items():
        end, later = start + int(days * 86_400), MONDAY + timedelta(days=days)
        open_seconds = ours.between(start, end)
        worked, business = timedelta(seconds=open_seconds), BusinessTimeDelta(rules, seconds=open_seconds)
        _row(
            f"between, {name}",
            partial(ours.between, start, end),
            partial(schedule.between, MONDAY, later),
            partial(rules.difference, MONDAY, later),
        )
        _row(
            f"add, {name}",
            partial(ours.add, start, open_seconds),
            partial(schedule.add, MONDAY, worked),
            partial(business.__radd__, MONDAY),
        )


def _row(name: str, ours: Callable[[], Any], *others: Callable[[], Any]) -> None:
    mine, *theirs = (_microseconds(call) for call in (ours, *others))
    print(f"  {name:19}{mine:8.2f}" + "".join(f"{other:12.2f} = {other / mine:8.1f}x" for other in theirs))


def _microseconds(call: Callable[[], Any]) -> float:
    """The median of a few rounds, each long enough to be timed."""
    call()
    count = 1
    while (spent := _timed(call, count)) < 0.02:
        count *= 4
    return statistics.median([spent, *(_timed(call, count) for _ in range(ROUNDS))]) / count * 1e6


def _timed(call: Callable[[], Any], count: int) -> float:
    begun = time.perf_counter()
    for _ in range(count):
        call()
    return time.perf_counter() - begun


def tickets() -> None:
    """Whole tickets in one process: 6 events, 3 clocks, verdicts and due instants, from events in memory."""
    terms = selector("xima-care").terms(Scope(plan="premium", region="na"))
    histories = [_ticket(number) for number in range(TICKETS)]
    ends = [history[-1].at + 5 * 86_400 * SECOND for history in histories]

    def judge_all() -> None:
        for history, end in zip(histories, ends, strict=True):
            for clock in replay(in_hindsight(history), terms, end).clocks:
                clock.verdict()
                clock.due_at  # noqa: B018

    calendar = selector("xima-care").calendar("na", terms.scope)
    start = seconds(MONDAY)
    between = _microseconds(lambda: calendar.between(start, start + 86_400))
    judge_all()
    each = statistics.median(_timed(judge_all, 1) for _ in range(ROUNDS)) / TICKETS * 1e6
    print("\nWhole tickets, one process: 6 events, 3 clocks, verdicts and due instants")
    print(
        f"  {each:.1f} microseconds a ticket = {each / between:.0f} times one `between`; {1e6 / each:,.0f} tickets a second"
    )


def _ticket(number: int) -> History:
    opened = MONDAY + timedelta(minutes=97 * number)

    def after(minutes: int) -> datetime:
        return opened + timedelta(minutes=minutes)

    return numbered(
        Opened(effective_at=opened, severity=2 + number % 2, channel="web"),
        Responded(effective_at=after(50 + number % 200)),
        Waiting(effective_at=after(300), on="customer"),
        WaitEnded(effective_at=after(900 + number % 500), on="customer"),
        SeverityChanged(effective_at=after(1500), severity=4),
        Resolved(effective_at=after(3000)),
    )


def log() -> None:
    """The bundled log converted and judged; the same answers, byte for byte, from one process and from several."""
    jobs = os.cpu_count() or 1
    print(f"\nThe bundled log, converted and judged twice (its own terms and imagicle-care), {jobs} processes at most")
    spent = {}
    for count in sorted({1, jobs}):
        begun = time.perf_counter()
        judged(cases(Report()), count)
        spent[count] = time.perf_counter() - begun
        print(
            f"  {count} process{'es' if count > 1 else ''}: {spent[count]:.1f} s = {spent[count] / spent[1]:.2f} of one"
        )
    documents = list(islice(cases(Report()), 4_000))
    sources = [Source(f"case {number}", document=document) for number, document in enumerate(documents)]
    digests = {_digest(sources, count) for count in sorted({1, 2, jobs})}
    same = "equal" if len(digests) == 1 else "NOT EQUAL"
    print(f"  the JSON answers to 4,000 of them from 1 and from {max(2, jobs)} processes are {same}")


def _digest(sources: list[Source], jobs: int) -> str:
    digest = hashlib.sha256()
    for text in answers(sources, Question(as_json=True), jobs):
        digest.update(text.encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
