"""What was known of a ticket when, for people: each moment at which more was learned, and what was said that holds no longer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from api.pages.calling import MISSING
from api.pages.comparing import Comparison
from api.pages.texts import knows, say
from api.pages.wording import event_name
from domain.comparison.answers import ClockDifferenceAnswer
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
