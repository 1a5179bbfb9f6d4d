"""What was known of a ticket when, for people: each moment at which more was learned, and what was said that holds no longer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from api.pages.comparing import Comparison
from api.pages.in_dispute.calling import MISSING
from api.pages.on_ticket.wording import event_name, spoken, tell
from api.pages.texts import knows, say
from domain.comparison.answers import ClockDifferenceAnswer
from domain.comparison.given import NONE
from domain.comparison.given_answers import ClockSaidAnswer, GivenAnswer, OtherwiseAnswer
from domain.comparison.revision_answers import RevisionsAnswer, SaidAnswer
from domain.instants import seconds


@dataclass(frozen=True)
class Learned:
    """A moment from which on more was known about what went before, and what that changed.

    `event` is the number of what said so, None where it was the contract.
    """

    at: Markup
    said: Sequence[tuple[str, str, str]]
    turned: Sequence[str]
    event: int | None


@dataclass(frozen=True)
class Stated:
    """What somebody was told that holds no longer."""

    at: Markup
    says: str
    clocks: Sequence[str]


def learned(story: RevisionsAnswer, comparison: Comparison) -> list[Learned]:
    """The revisions of the public story, for people; `story` is what the API answers."""
    wording, visit = comparison.seen.wording, comparison.seen.visit
    return [
        Learned(
            at=wording.time(_second(one["known_from"])),
            said=[(said["says"], _who(said, visit.is_customers), said["why"] or "") for said in one["said"]],
            turned=[_turned(clock, comparison) for clock in one["clocks"] if clock["changes_verdict"]],
            event=next(filter(None, map(_event, one["said"])), None),
        )
        for one in story["revisions"]
    ]


def stated(story: RevisionsAnswer, comparison: Comparison) -> list[Stated]:
    wording = comparison.seen.wording
    return [
        Stated(
            at=wording.time(_second(one["statement"]["at"])),
            says=say(
                "compare.told",
                to=one["statement"]["to"] or say("compare.somebody"),
                kind=_kind(one["statement"]["kind"]),
            ),
            clocks=[_turned(clock, comparison) for clock in one["clocks"]],
        )
        for one in story["contradicted"]
    ]


@dataclass(frozen=True)
class Answered:
    """Somebody who asked, what they were told of each clock, and what is known otherwise now."""

    at: Markup
    who: str
    asked: Sequence[Markup | str]
    said: Sequence[str]
    otherwise: Sequence[str]


def given(story: RevisionsAnswer, comparison: Comparison) -> tuple[list[Answered], list[Answered]]:
    """The answers that were given: those that hold no longer, and those that do; the last first."""
    told = [(one["holds"], _answered(one, comparison)) for one in reversed(story["answered"])]
    return [one for holds, one in told if not holds], [one for holds, one in told if holds]


def _answered(one: GivenAnswer, comparison: Comparison) -> Answered:
    time, first = comparison.seen.wording.time, _second
    asked: list[Markup | str] = [tell("compare.answered.as_of", at=time(first(one["as_of"])))]
    if first(one["known_at"]) < min(first(one["as_of"]), first(one["asked_at"])):
        asked.append(tell("compare.answered.known", at=time(first(one["known_at"]))))
    asked += [say("compare.answered.read", reading=name, option=option) for name, option in one["readings"].items()]
    return Answered(
        at=time(first(one["asked_at"])),
        who=say("compare.answered.who", who=one["who"], role=spoken(one["to"])) if one["who"] else spoken(one["to"]),
        asked=asked,
        said=[_said(clock, comparison) for clock in one["clocks"] if clock["verdict"] != NONE],
        otherwise=[_now(pair, comparison) for pair in one["otherwise"]],
    )


def _now(pair: OtherwiseAnswer, comparison: Comparison) -> str:
    """The clock as it is known now, which may know of no such cycle any more."""
    if pair["now"]:
        return _said(pair["now"], comparison)
    assert pair["said"] is not None
    return say("compare.answered.gone", clock=comparison.title(pair["said"]["clock"], pair["said"]["cycle"]))


def _said(clock: ClockSaidAnswer, comparison: Comparison) -> str:
    told = {
        "clock": comparison.title(clock["clock"], clock["cycle"]),
        "verdict": comparison.verdict(clock["verdict"]),
        "due": "" if clock["due_at"] is None else comparison.seen.wording.plain(_second(clock["due_at"])),
    }
    return say(f"compare.answered.{'says_due' if told['due'] else 'says'}", **told)


def too_late(story: RevisionsAnswer, comparison: Comparison) -> list[tuple[Markup, str, list[str]]]:
    """What was published after the ticket was opened, and what it would change."""
    return [
        (
            comparison.seen.wording.time(_second(one["published_at"])),
            say(f"compare.published_{one['what']}", name=one["name"], version=one["version"]),
            [_turned(clock, comparison) for clock in one["difference"]["clocks"] if clock["changes_verdict"]],
        )
        for one in story["not_applied"]
    ]


def _event(said: SaidAnswer) -> int | None:
    """The number of the event that said it, None where the contract did."""
    recorded = said["recorded"]
    after = recorded["after"] if recorded["kind"] == "event" else None
    return after["number"] if after else None


def _turned(clock: ClockDifferenceAnswer, comparison: Comparison) -> str:
    before, after = (side["verdict"] if side else MISSING for side in (clock["before"], clock["after"]))
    return say(
        "compare.turned",
        clock=comparison.title(clock["clock"], clock["cycle"]),
        before=comparison.verdict(before),
        after=comparison.verdict(after),
    )


def _who(said: SaidAnswer, is_customers: bool) -> str:
    return "" if is_customers else " ".join(filter(None, (said["who"], said["by"] and f"({said['by']})")))


def _kind(kind: str) -> str:
    return event_name(kind).lower() if knows(f"events.name.{kind}") else kind.replace("_", " ")


def _second(told: str) -> int:
    return seconds(datetime.fromisoformat(told))
