"""The picture of a ticket: what stands where, how it is put into words, and that it stays small."""

import json
import re
import xml.etree.ElementTree as ElementTree
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from babel import Locale

from api.pages.formats import Formats
from api.pages.on_ticket.windows import life_of, window
from api.pages.on_ticket.wording import Wording
from api.pages.pictures.scale import MOST_ON_A_PHONE, MOST_TICKS, Scale
from api.pages.pictures.story import PictureWords, chapters, story
from api.pages.pictures.timeline import LEAST_LETTERS, MOST_LETTERS, PATTERNS, SIGNS, drawn
from api.pages.viewer import Viewer
from domain.casefile import read_case
from domain.instants import DAY_SECONDS, moment, seconds
from domain.judgement import Judgement, judge
from domain.terms.lookup import find
from domain.terms.zones import local, zone

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "conformance" / "cases.json").read_text("utf-8"))
ROME = zone("Europe/Rome")
OPENED = datetime.fromisoformat("2026-03-02T09:00:00+01:00")


def judged(**case: Any) -> Judgement:
    told = {"case": "one", "agreement": "imagicle-care", "contract": {"plan": "gold", "region": "europe"}} | case
    return judge(read_case(told, find))


def after(hours: float) -> str:
    return (OPENED + timedelta(hours=hours)).isoformat()


def event(hours: float, name: str, **said: Any) -> dict[str, Any]:
    return {"at": after(hours), "event": name, **said}


def picture(judgement: Judgement, start: float | None = None, end: float | None = None) -> str:
    """The whole life, or from so many hours after the opening to so many."""
    now = moment(judgement.replay.as_of)
    words = Wording(Formats(Viewer(Locale("en", "GB")), now), judgement.replay.terms.where, now)
    first, last = (None if hours is None else OPENED + timedelta(hours=hours) for hours in (start, end))
    shown = window(judgement, life_of(judgement), words.zone, first, last)
    told = PictureWords(judgement, words, "one", chapters(judgement), "now")
    return str(drawn(story(told), shown.scale, told))


def parts(svg: str, kind: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(svg)
    return [one for one in root.iter("a") if kind in str(one.get("class")).split()]


def said(part: ElementTree.Element) -> str:
    """What a part of a picture is called."""
    return str(part.findtext("title"))


def widths(svg: str, pattern: str) -> list[float]:
    root = ElementTree.fromstring(svg)
    found = (str(one.get("width")) for one in root.iter("rect") if one.get("class") == pattern)
    return [float(width[:-1]) for width in found if width.endswith("%")]


# --- what stands where ----------------------------------------------------------------------------------------------------


def test_a_wait_is_drawn_where_it_was():
    waited = judged(
        events=[
            event(0, "opened", severity=3, channel="web", by="customer"),
            event(1, "waiting", on="access", by="agent"),
            event(3, "wait_ended", on="access", by="customer"),
        ],
        as_of=after(3.5),
    )

    svg = picture(waited, 0, 4)

    paused = [one for one in parts(svg, "part") if "First response: paused" in said(one)]
    assert 1 == len(paused)
    (rect,) = paused[0].iter("rect")
    assert ("25%", "50%", "paused") == (rect.get("x"), rect.get("width"), rect.get("class"))


def test_each_part_says_what_it_is_with_event_and_clause():
    svg = picture(judged(events=[event(0, "opened", severity=3, channel="web", by="customer")], as_of=after(2)), 0, 4)

    (counted,) = (said(one) for one in parts(svg, "part") if "First response: counting" in said(one))
    assert "counting, 2 h, Mon 2 Mar 09:00 to Mon 2 Mar 11:00; since event 1 (Opened)" in counted
    assert "imagicle-care:reaction" in counted


def test_time_after_the_breach_has_a_pattern_of_its_own():
    svg = picture(judged(events=[event(0, "opened", severity=3, channel="web", by="customer")], as_of=after(8)), 0, 10)

    assert widths(svg, "late")
    assert 1 == len(parts(svg, "breach"))


def test_what_is_expected_is_told_apart_from_what_was():
    svg = picture(judged(events=[event(0, "opened", severity=3, channel="web", by="customer")], as_of=after(1)))

    dotted = [one for one in ElementTree.fromstring(svg).iter("line") if one.get("class") == "expected"]
    assert dotted


def test_what_a_clock_does_now_is_seen_at_once():
    waits = judged(
        events=[
            event(0, "opened", severity=3, channel="web", by="customer"),
            event(1, "waiting", on="access", by="agent"),
        ],
        as_of=after(1),
    )

    tips = [one for one in ElementTree.fromstring(picture(waits)).iter("svg") if one.get("class") == "tip"]
    assert "paused" in [rect.get("class") for one in tips for rect in one.iter("rect")]


def test_severities_are_bands_from_the_event_that_set_them():
    svg = picture(
        judged(
            events=[
                event(0, "opened", severity=3, channel="web", by="customer"),
                event(1, "severity_changed", severity=1, cause="worse", by="agent"),
            ],
            as_of=after(2),
        ),
        0,
        4,
    )

    bands = parts(svg, "band")
    assert [("25%", "#e-1"), ("25%", "#e-2")] == [
        (next(one.iter("rect")).get("width"), one.get("href")) for one in bands
    ]


def test_events_in_one_place_are_counted_together():
    remarks = [event(1 + number / 1000, "commented", text=f"remark {number}") for number in range(5)]
    svg = picture(
        judged(events=[event(0, "opened", severity=3, channel="web", by="customer"), *remarks], as_of=after(4)), 0, 4
    )

    counts = [text.text for one in parts(svg, "event") for text in one.iter("text")]
    assert ["5"] == counts


def test_nothing_is_drawn_of_what_is_out_of_sight():
    waited = judged(
        events=[event(0, "opened", severity=3, channel="web", by="customer"), event(1, "responded", by="agent")],
        as_of=after(100),
    )

    assert not [one for one in parts(picture(waited, 48, 50), "part") if "First response" in said(one)]


def test_what_people_are_called_is_escaped():
    svg = picture(
        judged(
            case="<script>alert(1)</script>",
            events=[event(0, "opened", severity=3, channel="web", by="customer")],
            as_of=after(1),
        )
    )

    assert "<script>" not in svg


# --- worked cases ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["case"]))
def test_a_worked_case_has_a_picture_of_all_its_counted_time(case: dict[str, Any]):
    judgement = judge(read_case(case, find))
    told = chapters(judgement)

    svg = picture(judgement)

    ElementTree.fromstring(svg)
    assert len(svg) <= MOST_LETTERS
    assert all(len(part) >= LEAST_LETTERS for part in re.findall(r'<a href="[^"]*" class="part.*?</a>', svg))
    for chapter in told:
        counted = sum(line.end - line.start for line in chapter.lines if line.kind in ("counting", "late"))
        kept = chapter.clock.terms.on_severity_change in ("carry", "keep")
        assert not kept or chapter.clock.used == counted, chapter.id
        assert all(line.end > line.start for line in chapter.lines)


def test_a_year_with_hundreds_of_events_stays_small():
    days = range(1, 360)
    events = [event(0, "opened", severity=3, channel="web", by="customer")]
    for day in days:
        events.append(event(day * 24, "waiting", on="access", by="agent"))
        events.append(event(day * 24 + 2, "wait_ended", on="access", by="customer"))
    long = judged(contract={"plan": "basic", "region": "europe"}, events=events, as_of=after(360 * 24))

    svg = picture(long)

    assert len(svg) <= MOST_LETTERS
    assert parts(svg, "several")
    assert "stretches" in svg


def test_what_stands_together_shows_its_shares():
    events = [event(0, "opened", severity=3, channel="web", by="customer")]
    long = judged(contract={"plan": "basic", "region": "europe"}, events=events, as_of=after(2000 * 24))

    together = parts(picture(long), "several")[0]

    tall = [float(str(one.get("height"))) for one in together.iter("rect")]
    assert 22 == pytest.approx(sum(tall), abs=0.3)


def test_no_style_stands_in_a_picture():
    """The policy of the pages lets none in."""
    svg = picture(judged(events=[event(0, "opened", severity=3, channel="web", by="customer")], as_of=after(8)))

    assert "style=" not in svg + PATTERNS + SIGNS
    assert "<style" not in svg + PATTERNS + SIGNS


# --- scales ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "length", [600, 3600, 5 * 3600, DAY_SECONDS, 3 * DAY_SECONDS, 30 * DAY_SECONDS, 900 * DAY_SECONDS]
)
@pytest.mark.parametrize("where", ["UTC", "Europe/Rome", "America/Los_Angeles", "Asia/Kathmandu"])
def test_there_are_never_too_many_marks_nor_none(length: int, where: str):
    start = seconds(OPENED) + 1234

    ticks = Scale(start, start + length, zone(where)).ticks()

    assert 2 <= len(ticks) <= MOST_TICKS + 1
    assert len([tick for tick in ticks if tick.few]) <= MOST_ON_A_PHONE
    assert sorted({tick.at for tick in ticks}) == [tick.at for tick in ticks]


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_marks_stand_at_round_times_on_the_wall_when_the_clocks_change(day: str):
    midnight = datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=ROME)
    start = seconds(midnight)

    ticks = Scale(start, start + DAY_SECONDS, ROME).ticks()

    shown = [local(tick.at, ROME) for tick in ticks]
    assert [] == [one for one in shown if one.minute or (one.hour % 2 and one.hour != 3)]


def test_days_stand_above_the_times_as_far_as_there_is_room():
    svg = picture(judged(events=[event(0, "opened", severity=3, channel="web", by="customer")], as_of=after(24 * 12)))

    days = [one for one in ElementTree.fromstring(svg).iter("text") if "day" in str(one.get("class")).split()]
    places = [float(str(one.get("x"))[:-1]) for one in days if "narrow" not in str(one.get("class"))]
    assert 3 <= len(places)
    assert 11 <= min(after - before for before, after in pairwise(places))


def test_a_place_outside_stands_at_the_edge():
    scale = Scale(1000, 2000, ROME)

    assert (0, 50, 100) == (scale.place(0), scale.place(1500), scale.place(9999))


def test_a_window_that_nobody_can_look_through_is_widened():
    opened = judged(events=[event(0, "opened", severity=3, channel="web", by="customer")], as_of=after(1))
    upside_down = window(opened, life_of(opened), ROME, OPENED, OPENED - timedelta(days=1))

    assert 600 == upside_down.scale.length


def test_a_look_at_a_day_long_past_is_not_drawn_up_to_today():
    """Nor is what a ticket that has ended since did later."""
    life = [event(0, "opened", severity=3, channel="web", by="customer"), event(30 * 24, "closed", by="agent")]
    then = judged(events=life, as_of=after(20))

    lived = life_of(then)

    assert (seconds(OPENED), 20 * 3600) == (lived.start, lived.end - lived.start)
    assert 30 * 3600 > window(then, lived, ROME, None, None).scale.length
