"""A dispute from beginning to end, as both sides live through it in a browser, and a dossier that a stranger can check."""

import hashlib
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, expect

from api.dossier import checker
from api.pages.texts import say
from tests.disputes.scripts import AGENT, CUSTOMER, MANAGER, WAITING_ON_THE_CUSTOMER, Cast, lived
from tests.pages.browser import Served

CHECKER = Path(str(checker.__file__)).with_name("check.py")
LOG = b"09:40 the upload has arrived\n"


def step(page: Page, name: str) -> Locator:
    """A form of a dispute's page, opened."""
    form = page.locator(f'details[data-key="{name}"]')
    form.locator("summary").first.click()
    return form


def sent(form: Locator) -> None:
    form.locator("button").click()
    expect(form.page.locator(".done")).to_be_visible()


def test_a_customer_disputes_a_wait_and_takes_home_a_dossier_that_the_checker_accepts(served: Served, tmp_path: Path):
    cast = Cast(served.town, "Wait Once")
    ticket = lived(WAITING_ON_THE_CUSTOMER, served.town, cast, "Wait Once")
    served.settles()
    customer = served.signed_in(CUSTOMER, "Wait Once")

    customer.goto(f"/portal/tickets/{ticket}")
    expect(customer.locator("#c-response-1")).to_contain_text(say("portal.verdict.met"))
    customer.get_by_role("link", name=say("disputes.settling.open")).click()
    customer.locator('input[name="clock.response.1"]').check()
    customer.get_by_label(say("disputes.field.reason")).fill("we had sent the log before they asked")
    customer.get_by_role("button", name=say("disputes.new_send")).click()
    expect(customer.locator(".done")).to_be_visible()
    claim = step(customer, "make-claim-wait-unjustified")
    claim.get_by_label(say("disputes.field.wait")).select_option("3")
    claim.get_by_label(say("disputes.field.says")).fill("the log lay where they wanted it")
    sent(claim)
    expect(customer.locator("#claim-1")).to_contain_text(say("disputes.decides_alone"))

    evidence = step(customer, "attach-evidence")
    log = FilePayload(name="upload.txt", mimeType="text/plain", buffer=LOG)
    evidence.locator("input[type=file]").set_input_files(log)
    expect(evidence.locator('input[name="digest"]')).to_have_value(hashlib.sha256(LOG).hexdigest())
    evidence.locator('select[name="claim"]').select_option("1")
    sent(evidence)
    expect(customer.locator("#claim-1")).to_contain_text("upload.txt")
    dispute = customer.url.partition("?")[0]

    agent = served.signed_in(AGENT)
    agent.goto(dispute)
    answer = step(agent, "answer-1")
    answer.get_by_label(say("disputes.field.accepts")).select_option("no")
    sent(answer)
    manager = served.signed_in(MANAGER)
    manager.goto(dispute)
    ruling = step(manager, "rule-1")
    ruling.locator('select[name="upheld"]').select_option("yes")
    ruling.locator('textarea[name="why"]').fill("the upload is dated an hour before the question")
    sent(ruling)
    expect(manager.locator("#head")).to_contain_text(say("disputes.state_of.settled"))
    expect(manager.locator("#claim-1")).to_contain_text(say("ticket.verdict.breached"))

    customer.goto(f"/portal/tickets/{ticket}")
    expect(customer.locator("#c-response-1")).to_contain_text(say("portal.verdict.breached"))
    customer.goto(dispute)
    with customer.expect_download() as taken:
        customer.get_by_role("button", name=say("disputes.dossier_take"), exact=True).click()
    file = tmp_path / taken.value.suggested_filename
    taken.value.save_as(file)
    told = subprocess.run([sys.executable, str(CHECKER), str(file)], capture_output=True, text=True, check=False)

    assert 0 == told.returncode, told.stdout + told.stderr
    customer.reload()
    expect(customer.locator("#acts")).to_contain_text(say("disputes.dossier_whole"))


def test_without_scripts_the_fingerprint_is_written_by_hand(served: Served):
    cast = Cast(served.town, "By Hand")
    ticket = lived(WAITING_ON_THE_CUSTOMER, served.town, cast, "By Hand")
    page = served.signed_in(CUSTOMER, "By Hand", java_script_enabled=False)
    page.goto(f"/disputes/new?ticket={ticket}")
    page.locator('input[name="clock.response.1"]').check()
    page.get_by_label(say("disputes.field.reason")).fill("late")
    page.get_by_role("button", name=say("disputes.new_send")).click()

    evidence = step(page, "attach-evidence")
    expect(evidence.locator("input[type=file]")).to_be_hidden()
    evidence.locator('input[name="name"]').fill("call list.pdf")
    evidence.locator('input[name="size"]').fill("4096")
    evidence.locator('input[name="digest"]').fill("a4" * 32)
    sent(evidence)

    expect(page.locator("#evidence")).to_contain_text("call list.pdf")
