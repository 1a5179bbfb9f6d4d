"""A page that stays live in a real browser: what changes, what stays where it is, and what a visitor can do about it.

The board of these stories is their own, so that each can say what is to change; everything around it is every page's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

import pytest
from babel import Locale
from fastapi import APIRouter, Response
from playwright.sync_api import Locator, Page, Route, expect
from starlette.responses import HTMLResponse

from api.pages import paper
from api.pages.formats import Formats
from api.pages.texts import say
from api.pages.viewer import Viewer
from api.pages.visit import Visit, visit
from tests.pages.browser import Served, eventually

PATH = "/board"

TEMPLATE = """
{% extends "base.html" %}
{% from "parts.html" import proof %}
{% block title %}{{ board.title }}{% endblock %}
{% block main %}
<h1>Board</h1>
<form method="post" action="/board/say">{{ proof(visit) }}<label>words <input name="words"></label><button>say it</button></form>
<p id="outside"><a href="#outside">away from it all</a></p>
<details><summary>search</summary><input type="search" aria-label="search" value="all"></details>
<section id="rows" data-live>
  <table data-rows>
    <tbody>
    {% for key, text in board.rows %}
    <tr data-key="{{ key }}"><th scope="row"><a href="#{{ key }}">{{ key }}</a></th>
      <td><input type="checkbox" aria-label="{{ key }}"></td><td class="text">{{ text }}</td></tr>
    {% endfor %}
    </tbody>
  </table>
</section>
<section id="more" data-live>
  <p id="said">{{ board.said }}</p>
  {% if visit.request.method == "POST" %}
  <div role="alert">not so</div><form method="post"><input aria-label="again" name="words" value="filled in"></form>
  {% endif %}
  <details><summary>more</summary><textarea aria-label="note">{{ board.said }}</textarea></details>
  {% if board.until %}<p>due in <time data-until="{{ board.until }}">later</time></p>{% endif %}
  {% if board.left %}<p>left <span {{ board.left | safe }}>much</span></p>{% endif %}
</section>
{% endblock %}
"""


@dataclass
class Board:
    rows: list[tuple[str, str]] = field(default_factory=lambda: [("A", "one"), ("B", "two"), ("C", "three")])
    title: str = "Board"
    said: str = "hello"
    until: str = ""
    left: str = ""
    asked: int = 0

    def router(self) -> APIRouter:
        router = APIRouter(route_class=paper.PageRoute)

        @router.get(PATH)
        @router.post(f"{PATH}/say")
        def board(visit: Annotated[Visit, visit("tickets:read")]) -> Response:
            self.asked += 1
            text = paper._templates().from_string(TEMPLATE)
            around = {"visit": visit, "viewer": visit.viewer, "show": visit.show, "request": visit.request}
            here = {"places": [], "here": "board", "address": lambda **_: PATH}
            return HTMLResponse(text.render(board=self, **around, **here), headers=paper.HEADERS)

        return router


@pytest.fixture
def board(served: Served) -> Iterator[Board]:
    board = Board()
    routes = served.town.app.router.routes
    routes.extend(added := board.router().routes)
    yield board
    for route in added:
        routes.remove(route)


def opened(served: Served) -> str:
    manager = served.caller("service-manager")
    ticket = manager.opens(manager.draws_up())
    served.settles()
    return ticket


def something_happens(served: Served) -> None:
    opened(served)


def live(served: Served) -> Page:
    """Somebody at the board, with the pointer out of the way."""
    page = served.signed_in("agent")
    page.goto(PATH)
    expect(connection(page)).to_have_text(say("live.live"))
    page.mouse.move(1, 1)
    page.evaluate("window.isTheSame = true")
    return page


def connection(page: Page) -> Locator:
    return page.locator("#live .connection")


def shown(page: Page) -> list[str]:
    return page.locator("#rows tr a").all_text_contents()


def test_what_changes_is_shown_without_loading_the_page_anew(served: Served, board: Board):
    page = live(served)

    board.rows, board.title = [("C", "three"), ("A", "uno"), ("D", "four")], "Another title"
    something_happens(served)

    expect(page.locator("[data-key=A] .text")).to_have_text("uno")
    assert ["C", "A", "D"] == shown(page)
    assert "Another title" in page.title()
    assert page.evaluate("window.isTheSame")


def test_who_types_goes_on_typing(served: Served, board: Board):
    page = live(served)
    page.locator("[data-key=B] input").check()
    page.locator("#more summary").click()
    note = page.get_by_label("note")
    note.fill("half a sen")
    note.evaluate("node => node.setSelectionRange(2, 4)")
    page.mouse.move(1, 1)

    board.rows, board.said = [("C", "three"), ("B", "two"), ("A", "one")], "goodbye"
    something_happens(served)

    expect(page.locator("#said")).to_have_text("goodbye")
    assert ["C", "B", "A"] == shown(page)
    expect(page.locator("[data-key=B] input")).to_be_checked()
    expect(note).to_be_focused()
    expect(note).to_have_value("half a sen")
    assert [2, 4] == note.evaluate("node => [node.selectionStart, node.selectionEnd]")


def test_nothing_jumps_under_the_pointer(served: Served, board: Board):
    page = live(served)
    page.locator("[data-key=B] .text").hover()

    board.rows = [("D", "four"), ("C", "three"), ("B", "due"), ("A", "one")]
    something_happens(served)

    expect(page.locator("[data-key=B] .text")).to_have_text("due")
    assert ["A", "B", "C"] == shown(page)
    page.get_by_role("button", name=say("live.changes", count=3)).click()
    assert ["D", "C", "B", "A"] == shown(page)
    expect(page.locator("#news")).to_be_hidden()


def test_what_waited_is_shown_once_the_pointer_has_gone(served: Served, board: Board):
    page = live(served)
    page.locator("[data-key=B] .text").hover()
    board.rows = [("B", "two"), ("A", "one")]
    something_happens(served)
    expect(page.locator("#news")).to_be_visible()

    page.mouse.move(1, 1)

    assert eventually(lambda: shown(page) == ["B", "A"], page)
    expect(page.locator("#news")).to_be_hidden()


def test_focus_is_not_stolen(served: Served, board: Board):
    page = live(served)
    page.locator("[data-key=C] a").focus()

    board.rows = [("C", "drei"), ("A", "one"), ("B", "two")]
    something_happens(served)
    expect(page.locator("[data-key=C] .text")).to_have_text("drei")

    assert ["A", "B", "C"] == shown(page)
    page.keyboard.press(".")
    assert ["C", "A", "B"] == shown(page)
    expect(page.locator("[data-key=C] a")).to_be_focused()


def test_whose_row_has_gone_is_at_the_one_now_in_its_place(served: Served, board: Board):
    page = live(served)
    page.locator("[data-key=B] a").focus()

    board.rows = [("A", "one"), ("C", "three")]
    something_happens(served)
    expect(page.locator("#news")).to_be_visible()
    page.keyboard.press(".")

    assert ["A", "C"] == shown(page)
    expect(page.locator("[data-key=C] a")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("[data-key=A] a")).to_be_focused()


def test_a_paused_page_stays_as_it_is_and_so_do_the_others_of_this_browser(served: Served, board: Board):
    page = live(served)
    page.get_by_role("button", name=say("live.pause")).click()
    expect(connection(page)).to_contain_text("Paused at")
    assert eventually(lambda: not streams(served), page)

    board.said = "unheard"
    something_happens(served)
    other = page.context.new_page()
    other.goto(PATH)
    expect(connection(other)).to_contain_text("Paused at")
    page.wait_for_timeout(1_500)
    expect(page.locator("#said")).to_have_text("hello")

    other.get_by_role("button", name=say("live.go_on")).click()
    expect(page.locator("#said")).to_have_text("unheard")
    expect(connection(page)).to_have_text(say("live.live"))


def streams(served: Served) -> int:
    """A page that is left as soon as it is there may keep its own for another five seconds: Chromium takes so long."""
    return sum(served.town.app.state.streams.values())


def test_twelve_tabs_stay_live_by_one_connection(served: Served, board: Board):
    page = live(served)
    tabs = [page, *(page.context.new_page() for _ in range(11))]
    for tab in tabs[1:]:
        tab.goto(PATH)
        expect(connection(tab)).to_have_text(say("live.live"))

    assert eventually(lambda: streams(served) == 1, page)
    board.said = "to all of you"
    something_happens(served)

    for tab in tabs:
        expect(tab.locator("#said")).to_have_text("to all of you")
    assert 1 == streams(served)
    for tab in tabs:
        tab.close()
    assert eventually(lambda: not streams(served), page.context.new_page())


def test_what_happens_between_the_page_and_its_connection_is_not_missed(served: Served, board: Board):
    page = live(served)
    other = page.context.new_page()

    def meanwhile(route: Route) -> None:
        board.said = "in between"
        something_happens(served)
        route.continue_()

    other.route("**/live.js", meanwhile)
    other.goto(PATH)

    expect(other.locator("#said")).to_have_text("in between")


def test_what_is_left_ticks_and_is_overdue_at_last(served: Served, board: Board):
    board.until = instant(served, hours=2, seconds=50)
    page = live(served)
    due = page.locator("[data-until]")
    expect(due).to_have_text("2 h")
    asked = board.asked

    served.clock.goes_on(hours=2)
    expect(due).to_have_text(re.compile(r"^\d+ s$"))
    served.clock.goes_on(minutes=1)
    expect(due).to_have_text(re.compile(say("live.overdue", span=r"\d+ s")))

    assert eventually(lambda: board.asked > asked, page)


def test_the_browser_writes_spans_as_the_service_does(served: Served, board: Board):
    page = live(served)
    spans = [0, 1, 59, 60, 61, 3_599, 3_600, 3_661, 7_200, 86_399, 86_400, 90_000, 86_400 * 40 + 59]
    formats = Formats(Viewer(Locale("en")), served.clock())

    about, counted, exactly = page.evaluate(
        "async ([module, spans]) => { const told = await import(module);"
        " return ['about', 'inHours', 'exactly'].map((name) => spans.map((span) => told[name](span))); }",
        [paper.static("countdown.js"), spans],
    )

    assert [formats.about(span) for span in spans] == about
    assert [formats.counted(span) for span in spans] == counted
    assert [formats.span(span) for span in spans] == exactly


def test_counted_time_stops_at_the_closing(served: Served, board: Board):
    at, closing = instant(served), instant(served, minutes=1)
    board.left = f'data-left="3600" data-left-at="{at}" data-left-until="{closing}"'
    page = live(served)
    expect(page.locator("[data-left]")).to_contain_text("59 min")

    served.clock.goes_on(hours=5)

    expect(page.locator("[data-left]")).to_have_text("59 min")


def instant(served: Served, **later: float) -> str:
    return (served.clock() + timedelta(**later)).isoformat()


def test_a_page_as_it_stood_is_not_live(served: Served, board: Board):
    page = served.signed_in("agent")
    page.goto("about:blank")
    assert eventually(lambda: streams(served) == 0, page)
    board.until = instant(served, seconds=2)

    page.goto(f"{PATH}?as_of=2026-03-02T08:00:00Z")
    page.wait_for_timeout(3_000)

    expect(page.locator("#live")).to_have_count(0)
    expect(page.locator("[data-until]")).to_have_text("later")
    assert 0 == streams(served)


def test_a_browser_without_shared_workers_is_live_too(served: Served, board: Board):
    page = served.signed_in("agent")
    page.add_init_script("delete window.SharedWorker")
    page.goto(PATH)
    expect(connection(page)).to_have_text(say("live.live"))

    board.said = "all the same"
    something_happens(served)

    expect(page.locator("#said")).to_have_text("all the same")


def test_a_page_comes_back_to_life_when_the_service_does(served: Served, board: Board):
    page = live(served)
    page.context.route(f"**{PATH}", lambda route: route.abort())

    for listener in list(served.town.app.state.broadcaster._listeners):
        listener.is_over = True
    board.said = "while it was away"
    served.clock.goes_on(minutes=5)
    expect(connection(page)).to_have_text(say("live.reconnecting"))
    page.context.unroute(f"**{PATH}")

    expect(connection(page)).to_have_text(say("live.live"))
    expect(page.locator("#said")).to_have_text("while it was away")


def test_rows_are_walked_by_keyboard_alone(served: Served, board: Board):
    page = live(served)

    page.keyboard.press("j")
    expect(page.locator("[data-key=A] a")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("[data-key=C] a")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.locator("[data-key=B] input")).to_be_checked()
    page.keyboard.press("Enter")
    assert page.url.endswith("#B")
    page.locator("[data-key=C] input").focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#C")


def test_keys_are_letters_while_somebody_types(served: Served, board: Board):
    page = live(served)

    page.keyboard.press("/")
    search = page.locator("[type=search]")
    expect(search).to_be_focused()
    page.keyboard.type("jxp?")

    expect(search).to_have_value("jxp?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(connection(page)).to_have_text(say("live.live"))


def test_the_keys_are_named_and_can_be_switched_off(served: Served, board: Board):
    page = live(served)

    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name=say("live.keys.title"))
    expect(keys).to_be_visible()
    keys.get_by_label(say("live.keys.act")).uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("[data-key=A] a")).not_to_be_focused()

    page.reload()
    page.get_by_role("button", name=say("live.keys.button")).click()
    expect(keys.get_by_label(say("live.keys.act"))).not_to_be_checked()


def test_who_is_no_longer_let_in_is_sent_to_where_one_can_sign_in(served: Served, board: Board):
    page = live(served)

    served.clock.goes_on(hours=13)

    page.wait_for_url(lambda url: "/sign-in?then=" in url)


def test_what_answers_a_form_stays_while_the_page_around_it_is_live(served: Served, board: Board):
    page = live(served)
    page.get_by_role("button", name="say it").click()
    expect(page.get_by_role("alert")).to_have_text("not so")
    expect(connection(page)).to_have_text(say("live.live"))

    board.said = "and it goes on"
    something_happens(served)

    expect(page.locator("#said")).to_have_text("and it goes on")
    expect(page.get_by_role("alert")).to_have_text("not so")
    expect(page.get_by_label("again")).to_have_value("filled in")


def test_a_page_about_one_ticket_takes_no_notice_of_others(served: Served, board: Board):
    ours = opened(served)
    page = live(served)
    page.locator("#rows").evaluate("(node, about) => node.dataset.about = about", ours)
    page.evaluate("document.querySelector('#rows').setAttribute('data-keep', '')")
    asked = board.asked

    something_else = served.caller("agent")
    theirs = something_else.opens(served.caller("service-manager").draws_up())
    served.settles()
    page.wait_for_timeout(2_000)
    before = board.asked
    something_else.does(ours, "respond")
    assert eventually(lambda: board.asked > before, page)

    assert theirs
    assert asked <= before


def test_without_scripts_the_page_reads_and_says_nothing_of_being_live(served: Served, board: Board):
    board.until = instant(served, hours=1)
    page = served.signed_in("agent", java_script_enabled=False)

    page.goto(PATH)

    assert ["A", "B", "C"] == shown(page)
    expect(page.locator("[data-until]")).to_have_text("later")
    expect(page.locator("#live")).to_be_hidden()


def test_whoever_signs_out_in_one_tab_is_not_live_in_another(served: Served, board: Board):
    one = served.signed_in("agent")
    other = one.context.new_page()
    other.goto(PATH)
    expect(other.locator("#live .word")).to_have_text("Live")

    one.locator("details.preferences > summary").click()
    one.get_by_role("button", name="Sign out").click()

    other.wait_for_url("**/sign-in?then=**")


def test_whoever_is_filling_in_a_form_is_not_taken_away_from_it(served: Served, board: Board):
    page = live(served)
    page.locator("#more summary").click()
    note = page.get_by_label("note")
    note.fill("half a sen")

    served.clock.goes_on(hours=13)

    expect(page.locator("#live .word")).to_have_text("Signed out")
    page.wait_for_timeout(3_000)
    expect(note).to_have_value("half a sen")
    assert page.url.endswith(PATH)
