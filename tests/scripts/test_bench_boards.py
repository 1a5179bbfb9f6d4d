"""`./scripts/bench boards`, so small that its figures say nothing: every page is measured, every aim told."""

from datetime import UTC, datetime, timedelta

from api.pages.paper import PLACES, PORTAL
from domain.judgement import judge
from domain.ticket.events import Opened
from scripts.benches import boards
from scripts.benches._estate import Estate
from scripts.benches._looker import Page
from scripts.benches._pages import Scale

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SMALL = Estate(400, NOW, customers=12, shapes=200)


def test_every_page_is_measured_and_every_aim_told(capsys):
    boards.main(Scale(tickets=80, rounds=1, filters=3, streams=4, shapes=100, processes=1))

    told = capsys.readouterr().out
    measured, aims = told.split("\nAims\n")

    for _, address, _ in (*PLACES, *PORTAL):
        assert f"\n  {address} " in measured, told
        assert f" of {address}: 20 at most" in aims, told
    assert "events stored in" in measured
    assert "events projected in" in measured
    assert "MB for 4 open streams" in aims


def test_the_same_estate_comes_of_the_same_number_and_instant():
    assert SMALL.chunk(0) == SMALL.chunk(0)


def test_an_estate_holds_what_happened_by_its_instant_and_nothing_later():
    happened = [one for arrival in SMALL.chunk(0) for one in arrival.case.history]

    assert all(one.event.effective_at <= NOW for one in happened)
    assert all(1 == arrival.case.history[0].number for arrival in SMALL.chunk(0))


def test_a_ticket_of_an_estate_opens_at_an_hour_of_the_log_within_the_years():
    openings = [
        one.event for arrival in SMALL.chunk(0) for one in arrival.case.history if isinstance(one.event, Opened)
    ]

    assert 400 == len(openings)
    assert min(one.effective_at for one in openings) > NOW - timedelta(days=366 * 5 + 14)


def test_every_ticket_of_an_estate_can_be_judged():
    for arrival in SMALL.firsts():
        assert judge(arrival.case).replay.clocks


def test_a_page_leads_onward_to_itself_with_each_filter():
    markup = b"""
        <a href="/?state=breached">Breached</a> <a href="/tickets/1">1</a> <a href="?as_of=2026-03-02">As it stood</a>
        <form method="get"><select name="plan"><option value="">All</option><option value="gold">gold</option></select>
        <input type="hidden" name="tile" value="breached">
        <input type="search" name="text"></form>
        <form method="post"><select name="to"><option value="x">x</option></select></form>"""

    onward = list(Page(markup).onward("/", "Category 55"))

    assert ["/?state=breached", "/?tile=breached&plan=gold", "/?tile=breached&text=Category+55"] == onward
