"""What people come for, from beginning to end, in a real browser before a real server."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, Locator, Page, expect

from api.pages.texts import say
from scripts.chromium import PHONE, sign_in
from tests.api.house import ACME, GLOBEX, Caller, told
from tests.pages.browser import Going, Program, Served, eventually, serving

BACK_MILLISECONDS = 180_000
"""So long a browser may take to come back: it tries up to 22 seconds after its last try, and rests after a page that took long."""

ROME = {"region": "europe", "plan": "gold"}


def here(page: Page, title: str) -> Locator:
    """The part of a page with this heading."""
    return page.locator("section").filter(has=page.get_by_role("heading", name=title, exact=True))


def act(page: Page, command: str) -> Locator:
    """The form of a command, opened; that of a rarer one is a link away."""
    link = page.locator(f'[data-key="{command}"] > a')
    if link.count():
        page.locator("#more-acts > summary").click()
        link.click()
    form = page.locator(f'details.act[data-key="{command}"]')
    if form.get_attribute("open") is None:
        form.locator("summary").first.click()
    return form


def due_at(caller: Caller, ticket: str, clock: str = "response") -> datetime:
    clocks = told(caller.get(f"/v1/tickets/{ticket}/clocks"))["clocks"]
    return datetime.fromisoformat(next(one["due_at"] for one in clocks if one["clock"] == clock))


def is_the_same(page: Page) -> bool:
    """Whether the page is the one that was opened, not loaded anew."""
    return bool(page.evaluate("window.opened === true"))


def opened(page: Page, path: str) -> Page:
    """A page that is live; where nobody points at anything."""
    page.goto(path)
    expect(page.locator("#live .connection")).to_have_text(say("live.live"))
    page.mouse.move(1, 1)
    page.evaluate("window.opened = true")
    return page


# --- the queue --------------------------------------------------------------------------------------------------------


def test_a_manager_finds_the_ticket_that_breaches_next_and_sees_it_turn_when_time_passes(served: Served):
    manager = served.caller("service-manager")
    contract = manager.draws_up(customer="Turns", **ROME)
    later = manager.opens(contract, severity=4)
    first = manager.opens(contract, severity=2)
    served.settles()
    due = due_at(manager, first)
    served.clock.at = due - timedelta(minutes=10)
    page = opened(served.signed_in("service-manager"), "/?customer=Turns")
    rows = page.locator("tr[data-key]")

    expect(rows).to_have_count(2)
    expect(rows.first.get_by_role("link").first).to_have_attribute("href", f"/tickets/{first}")
    expect(rows.last.get_by_role("link").first).to_have_attribute("href", f"/tickets/{later}")
    expect(rows.first).to_contain_text(say("common.state.counting"))

    served.clock.at = due - timedelta(seconds=2)
    expect(rows.first).to_contain_text(say("common.state.breached"))
    assert is_the_same(page)


def test_bulk_assign_gives_the_chosen_tickets_to_one_agent(served: Served):
    manager = served.caller("service-manager")
    contract = manager.draws_up(customer="Bulk", **ROME)
    chosen, other = [manager.opens(contract) for _ in range(2)], manager.opens(contract)
    served.settles()
    page = served.signed_in("agent")
    page.goto("/?customer=Bulk")

    for ticket in chosen:
        page.locator(f'tr[data-key="{ticket}"] input[type=checkbox]').check()
    page.get_by_label(say("queue.assign.to"), exact=True).fill("ben")
    page.get_by_role("button", name=say("queue.assign.submit")).click()
    served.settles()
    page.goto("/?customer=Bulk&assignee=ben")

    expect(page.locator("tr[data-key]")).to_have_count(2)
    expect(page.locator(f'tr[data-key="{other}"]')).to_have_count(0)


def test_the_queue_is_worked_by_keyboard_alone(served: Served):
    manager = served.caller("service-manager")
    contract = manager.draws_up(customer="Keys", **ROME)
    first, second = manager.opens(contract, severity=2), manager.opens(contract, severity=4)
    served.settles()
    page = opened(served.signed_in("agent"), "/?customer=Keys")

    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(f'tr[data-key="{first}"] input[type=checkbox]')).to_be_checked()
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/tickets/{second}")


# --- a ticket ---------------------------------------------------------------------------------------------------------


def test_an_agent_puts_a_ticket_on_wait_and_the_clock_stops_in_the_picture_without_reloading(served: Served):
    agent = served.caller("agent")
    ticket = agent.opens(served.caller("service-manager").draws_up(customer="Waits", **ROME), severity=3)
    served.settles()
    served.clock.goes_on(minutes=30)
    page = opened(served.signed_in("agent"), f"/tickets/{ticket}")
    picture = page.locator("[data-picture]")
    expect(picture.locator(".paused")).to_have_count(0)

    beside = page.context.new_page()
    beside.goto(f"/tickets/{ticket}")
    form = act(beside, "waiting")
    form.get_by_label(say("forms.field.on")).select_option("access")
    form.get_by_role("button", name=say("forms.name.waiting")).click()
    expect(
        beside.get_by_role("status").filter(has_text=say("ticket.done", command=say("forms.name.waiting")))
    ).to_be_visible()
    served.clock.goes_on(minutes=30)
    agent.does(ticket, "comment", text="still waiting")

    expect(picture.locator(".paused").first).to_be_attached()
    expect(here(page, say("ticket.clocks.title"))).to_contain_text(say("common.state.paused"))
    assert is_the_same(page)


def test_a_refusal_that_can_be_known_names_its_clause_before_anything_is_sent(served: Served):
    people = [{"id": "liam", "role": "primary-contact"}]
    paper = {"agreement": "xmpro", "customer": "Closes", "plan": "subscription", "region": "", "people": people}
    contract = served.caller("service-manager").draws_up(**paper)
    ticket = served.caller("primary-contact", "Closes", "liam").opens(contract, severity=3)
    served.settles()
    page = served.signed_in("agent")
    page.goto(f"/tickets/{ticket}")

    close = page.locator('[data-key="close"]')

    expect(close).to_contain_text("xmpro:6-closing")


def test_a_refusal_that_depends_on_what_is_said_names_its_clause_once_it_is_sent(served: Served):
    manager = served.caller("service-manager")
    people = [{"id": "noah", "role": "technical-contact"}]
    paper = {"agreement": "numonix-ixcloud", "customer": "Upgrades", "plan": "saas", "region": "", "people": people}
    ticket = served.caller("technical-contact", "Upgrades", "noah").opens(manager.draws_up(**paper), severity=3)
    served.settles()
    page = served.signed_in("technical-contact", "Upgrades", person="noah")
    page.goto(f"/portal/tickets/{ticket}")

    form = act(page, "change-severity")
    form.get_by_label(say("forms.field.severity")).select_option("1")
    form.get_by_role("button", name=say("forms.name.change-severity")).click()

    expect(page.get_by_role("alert")).to_contain_text("numonix-ixcloud:upgrade")
    assert 3 == told(manager.get(f"/v1/tickets/{ticket}"))["severity"]


def test_a_part_of_the_picture_names_its_clause_to_whoever_comes_by_keyboard(served: Served):
    agent = served.caller("agent")
    ticket = agent.opens(served.caller("service-manager").draws_up(customer="Parts", **ROME), severity=3)
    served.settles()
    served.clock.goes_on(hours=1)
    page = served.signed_in("agent")
    page.goto(f"/tickets/{ticket}")

    part = page.locator("[data-picture]").get_by_role("link", name="clause imagicle-care:reaction").first
    part.focus()

    expect(part).to_be_focused()


def test_a_contact_of_another_customer_gets_nothing(served: Served):
    manager = served.caller("service-manager")
    ticket = manager.opens(manager.draws_up(customer=ACME))
    manager.draws_up(customer=GLOBEX)
    served.settles()
    page = served.signed_in("primary-contact", GLOBEX, person="gus")

    for path in (f"/tickets/{ticket}", f"/portal/tickets/{ticket}"):
        answer = page.goto(path)
        assert answer
        assert 404 == answer.status
        assert ACME not in page.content()
    for path in ("/portal", "/?customer=ACME", "/tickets?customer=ACME", "/compliance?customer=ACME"):
        page.goto(path)
        assert ticket not in page.content()
        assert ACME not in page.locator("main").inner_text()


def test_a_customer_answers_in_the_portal_and_the_agent_sees_it(served: Served):
    agent, manager = served.caller("agent"), served.caller("service-manager")
    people = [{"id": "gina", "role": "administrator"}]
    ticket = agent.opens(manager.draws_up(customer="Answers", people=people, **ROME), severity=3)
    agent.does(ticket, "waiting", on="access", task="open the firewall")
    served.settles()
    page = opened(served.signed_in("agent"), f"/tickets/{ticket}")
    expect(here(page, say("ticket.clocks.title"))).to_contain_text(say("common.state.paused"))

    portal = served.signed_in("administrator", "Answers", person="gina")
    portal.goto(f"/portal/tickets/{ticket}")
    form = act(portal, "end-wait")
    form.get_by_label(say("forms.plain.field.end-wait.on")).select_option("access")
    form.get_by_role("button", name=say("forms.plain.name.end-wait")).click()

    expect(here(page, say("ticket.clocks.title"))).not_to_contain_text(say("common.state.paused"))
    assert is_the_same(page)


def test_the_slider_goes_from_event_to_event_and_what_stood_then_is_not_called_live(served: Served):
    agent = served.caller("agent")
    ticket = agent.opens(served.caller("service-manager").draws_up(customer="Slides", **ROME), severity=3)
    served.clock.goes_on(hours=1)
    agent.does(ticket, "respond")
    served.clock.goes_on(hours=1)
    page = opened(served.signed_in("agent"), f"/tickets/{ticket}")
    slider, live = page.locator("#slider"), page.locator("#live")
    responded = page.locator("#e-2 time").first.inner_text()

    slider.press("ArrowLeft")

    expect(page.locator(".stood")).to_be_visible()
    expect(page.locator("#slider-at")).to_contain_text(responded)
    expect(live).to_be_hidden()

    slider.press("ArrowRight")

    expect(live).to_be_visible()
    expect(page.locator(".stood")).to_have_count(0)


def test_what_is_gone_to_in_the_picture_is_told_below_it(served: Served):
    agent = served.caller("agent")
    ticket = agent.opens(served.caller("service-manager").draws_up(customer="Points", **ROME), severity=3)
    page = opened(served.signed_in("agent"), f"/tickets/{ticket}")

    page.locator("svg.timeline a").first.focus()
    page.keyboard.press("ArrowRight")

    expect(page.locator("[data-told]")).to_contain_text("Event 1: Opened")


# --- the way around ---------------------------------------------------------------------------------------------------


def test_every_board_of_a_manager_stands_in_one_line_and_is_reached_by_keyboard(served: Served):
    page = served.signed_in("service-manager", person="maximiliane.schoenberger@support.example.com")
    expect(page.locator("#live .connection")).to_have_text(say("live.live"))

    assert page.locator(".top").bounding_box()["height"] < 60  # type: ignore[index]
    expect(page.get_by_role("link", name=say("common.place.queue"), exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    page.locator(".seldom > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.wait_for_url("**/contracts")
    expect(page.locator(".seldom > summary")).to_have_text("More: Contracts")
    expect(page.locator('.places [aria-current="page"]')).to_have_text("Contracts")
    page.goto("/agreements/imagicle-care")
    expect(page.locator('.places [aria-current="true"]')).to_have_text("Agreements")


def test_of_the_menus_of_the_header_one_is_open_at_a_time_and_escape_folds_it_up(served: Served):
    page = served.signed_in("service-manager")
    places, account = page.locator("details.seldom"), page.locator("details.preferences")

    places.locator("summary").click()
    account.locator("summary").click()
    expect(account).to_have_attribute("open", "")
    expect(places).not_to_have_attribute("open", "")
    account.get_by_label(say("common.theme")).focus()
    page.keyboard.press("Escape")

    expect(account).not_to_have_attribute("open", "")
    expect(account.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(account).to_have_attribute("open", "")


def test_the_opened_account_menu_fits_a_phone(served: Served):
    page = served.signed_in("service-manager", person="maximiliane.schoenberger@support.example.com", viewport=PHONE)

    for menu in ("preferences", "seldom"):
        page.locator(f"details.{menu} > summary").click()

        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), menu


def test_who_looks_closer_when_the_session_is_over_keeps_what_they_are_writing(served: Served):
    manager = served.caller("service-manager")
    ticket = manager.opens(manager.draws_up(customer="Closer", **ROME))
    page = served.signed_in("agent")
    page.goto(f"/tickets/{ticket}")
    written = act(page, "comment").locator("textarea").first
    written.fill("half a sen")
    page.context.clear_cookies()

    page.locator(".window a").first.click()

    expect(page.locator("#live .word")).to_have_text(say("live.signed-out"))
    expect(written).to_have_value("half a sen")
    written.fill("")
    page.locator(".window a").first.click()
    page.wait_for_url("**/sign-in?then=**")


def test_who_signs_in_again_sees_the_form_as_it_was_filled_in(served: Served):
    manager = served.caller("service-manager")
    ticket = manager.opens(manager.draws_up(customer="Too late", **ROME))
    ben = served.caller("agent", person="ben")
    page = sign_in(served.profile(java_script_enabled=False), str(ben.token))
    page.goto(f"/tickets/{ticket}")
    act(page, "comment").locator("textarea").first.fill("half a page of thoughts")
    page.context.clear_cookies()  # as after twelve hours

    act(page, "comment").locator("button.primary").click()
    page.locator("#key").fill(str(ben.token))
    page.locator("#key").press("Enter")
    page.get_by_role("button", name=say("sign_in.back.open")).click()

    expect(act(page, "comment").locator("textarea").first).to_have_value("half a page of thoughts")
    expect(page.get_by_role("alert")).to_contain_text("was not sent")
    act(page, "comment").locator("button.primary").click()
    page.wait_for_url(f"**/tickets/{ticket}?done=comment")


# --- live -------------------------------------------------------------------------------------------------------------


def test_twelve_tabs_stay_live_over_one_connection(served: Served):
    manager = served.caller("service-manager")
    contract = manager.draws_up(customer="Tabs", **ROME)
    manager.opens(contract)
    served.settles()
    first = opened(served.signed_in("agent"), "/?customer=Tabs")
    tabs = [first, *(opened(first.context.new_page(), "/?customer=Tabs") for _ in range(11))]

    ticket = manager.opens(contract)

    for tab in tabs:
        tab.bring_to_front()  # a page that nobody looks at fetches nothing until somebody does
        expect(tab.locator(f'tr[data-key="{ticket}"]')).to_be_visible()
    assert all(map(is_the_same, tabs))
    assert 1 == eventually(lambda: served.town.app.state.streams.total(), first)


def test_after_the_server_is_killed_and_started_again_every_row_is_right(
    database_url: str, schema: str, chromium: Browser
):
    with (
        serving(database_url, schema, Going(datetime.now(UTC))) as (_, town),  # another program that serves the log
        closing(Program(database_url, schema)) as program,
    ):
        manager = town.caller("service-manager")
        contract = manager.draws_up(customer="Survives", agreement="eschat", plan="cloud-hosted", region="")
        ends, stays = manager.opens(contract, severity=1), manager.opens(contract, severity=3)
        with closing(chromium.new_context(base_url=program.base)) as profile:
            page = opened(sign_in(profile, str(town.caller("agent").token)), "/?customer=Survives")
            expect(page.locator("tr[data-key]")).to_have_count(2)

            program.kill()
            expect(page.locator("#live .connection")).to_have_text(say("live.reconnecting"))
            manager.does(ends, "resolve")
            comes = manager.opens(contract, severity=2)
            program.start()

            expect(page.locator("#live .connection")).to_have_text(say("live.live"), timeout=BACK_MILLISECONDS)
            for ticket, rows in (
                (comes, 1),
                (stays, 1),
                (ends, 0),
            ):  # none has a target, so that they stand in any order
                expect(page.locator(f'tr[data-key="{ticket}"]')).to_have_count(rows, timeout=BACK_MILLISECONDS)
            expect(page.locator("tr[data-key]")).to_have_count(2)
            assert is_the_same(page)
