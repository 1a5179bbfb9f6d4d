"""The public JSON form of the answers that were given, each beside what the same question is answered now."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from typing_extensions import TypedDict

from domain.comparison.given import NONE, AnswerGiven, ClockSaid, HeldAgainst, Otherwise
from domain.instants import SECOND, seconds, text
from domain.ledger import at


class ClockSaidAnswer(TypedDict):
    """What was said of a clock."""

    clock: str
    cycle: int
    verdict: str
    state: str
    due_at: str | None


class OtherwiseAnswer(TypedDict):
    """A clock as it was said then, and as the same question is answered now; null where one of them knows no such clock."""

    said: ClockSaidAnswer | None
    now: ClockSaidAnswer | None


class GivenAnswer(TypedDict):
    """What somebody who asked was told. It is kept beside the log, and no seal binds it: judge it again to see that it was so.

    `to` is a role and `who` a person, null where it stays untold; `version` is that of the ticket, `position` the place of its last
    event in the log. `otherwise` are the clocks of which something else is known now; `holds`: there are none.
    """

    asked_at: str
    to: str
    who: str | None
    as_of: str
    known_at: str
    readings: dict[str, str]
    version: int
    position: int | None
    clocks: list[ClockSaidAnswer]
    holds: bool
    otherwise: list[OtherwiseAnswer]
    words: list[str]


def given_answer(one: HeldAgainst, where: ZoneInfo) -> GivenAnswer:
    given = one.given
    return GivenAnswer(
        asked_at=text(given.asked_at // SECOND),
        to=given.to,
        who=given.who or None,
        as_of=text(given.as_of // SECOND),
        known_at=text(given.known_at // SECOND),
        readings=dict(given.readings),
        version=given.version,
        position=given.position,
        clocks=[_clock(clock) for clock in given.clocks],
        holds=not one.otherwise,
        otherwise=[
            OtherwiseAnswer(said=pair.said and _clock(pair.said), now=pair.now and _clock(pair.now))
            for pair in one.otherwise
        ],
        words=[_head(given, where), *(f"  {_apart(pair, where)}" for pair in one.otherwise)],
    )


def _clock(one: ClockSaid) -> ClockSaidAnswer:
    return ClockSaidAnswer(clock=one.clock, cycle=one.cycle, verdict=one.verdict, state=one.state, due_at=one.due_at)


def _head(given: AnswerGiven, where: ZoneInfo) -> str:
    whom = f"{given.who} ({given.to})" if given.who else given.to
    asked = ", ".join([f"as of {at(given.as_of // SECOND, where)}", *_conditions(given, where)])
    said = "; ".join(f"{_named(one)} {_says(one, where)}" for one in given.clocks if one.verdict != NONE)
    return f"{at(given.asked_at // SECOND, where)}: {whom} asked {asked}, and was told: {said or 'no clock counts'}"


def _conditions(given: AnswerGiven, where: ZoneInfo) -> Iterator[str]:
    if given.known_at < min(given.asked_at, given.as_of):
        yield f"with what was known by {at(given.known_at // SECOND, where)}"
    for reading, option in given.readings.items():
        yield f"with {reading} read as {option}"


def _apart(pair: Otherwise, where: ZoneInfo) -> str:
    one = pair.said or pair.now
    assert one is not None
    said, now = (_says(side, where) if side else "nothing" for side in pair)
    return f"{_named(one)}: said {said}; known now: {now}"


def _named(one: ClockSaid) -> str:
    return one.clock if one.cycle == 1 else f"{one.clock} {one.cycle}"


def _says(one: ClockSaid, where: ZoneInfo) -> str:
    due = "" if one.due_at is None else f", due {at(seconds(datetime.fromisoformat(one.due_at)), where)}"
    paused = ", paused" if one.state == "paused" else ""
    return f"{one.verdict}{paused}{due}"
