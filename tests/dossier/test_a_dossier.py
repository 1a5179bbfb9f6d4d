"""A dossier over HTTP and on the command line: what is in it, that it holds, and who gets it."""

import json
from base64 import b64decode
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest

from api.dossier.checker import check
from domain.dossier.packing import unpacked
from projections.seals import Sealer, SealingKey
from scripts.cli import main
from scripts.commands import verify_dossier
from tests.api.house import GLOBEX, MONDAY_9, Town, told
from tests.dossier.given import CUSTOMER, Disputed, checked, fetched


def test_a_dossier_holds_the_record_the_terms_the_answers_the_proof_and_pages(given: Disputed):
    files = unpacked(given.whole).files

    expected = {
        "README.txt",
        "manifest.json",
        "signature.json",
        "case.json",
        "history.jsonl",
        "contract.jsonl",
        "proof.json",
        "agreement.json",
        "terms.json",
        "replays/known-then.json",
        "replays/known-now.json",
        "differences.json",
        "revisions.json",
        "page.html",
        "page.pdf",
        "check.py",
    }
    assert expected <= files.keys()
    assert all(name.startswith(("holidays/", "replays/reading-")) for name in files.keys() - expected)


def test_a_dossier_says_of_itself_that_it_holds(given: Disputed):
    found = checked(given.whole)

    assert [] == [str(one) for one in found if not one.holds]
    assert len(found) > 12


def test_the_checker_in_the_dossier_agrees(given: Disputed, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "dossier.zip").write_bytes(given.whole)

    assert 0 == check.main([str(tmp_path / "dossier.zip")]), capsys.readouterr().out
    assert Path(check.__file__).read_bytes() == unpacked(given.whole).files["check.py"]


def test_the_answers_are_those_that_the_service_gives(given: Disputed):
    files = unpacked(given.dossier(known_at=(MONDAY_9.replace(hour=16)).isoformat())).files
    asked = {"all_readings": True, "as_of": json.loads(files["manifest.json"])["as_of"]}

    then = told(given.manager.get(f"/v1/tickets/{given.ticket}/clocks", **asked, known_at="2026-03-02T16:00:00+01:00"))
    now = told(given.manager.get(f"/v1/tickets/{given.ticket}/clocks", **asked))

    assert then == json.loads(files["replays/known-then.json"])["answer"]
    assert now == json.loads(files["replays/known-now.json"])["answer"]
    assert then["clocks"] != now["clocks"]


def test_equal_input_gives_equal_bytes(given: Disputed):
    assert given.whole == given.dossier()


def test_the_answer_names_a_file_and_its_digest(given: Disputed):
    answer = given.manager.get(f"/v1/tickets/{given.ticket}/dossier")

    assert f'attachment; filename="dossier-{given.ticket}.zip"' == answer.headers["Content-Disposition"]
    assert "application/zip" == answer.headers["Content-Type"]
    digest = answer.headers["Digest"].removeprefix("SHA-256=")
    assert sha256(answer.content).digest() == b64decode(digest)


def test_a_customers_contact_gets_their_own_and_nobody_elses(given: Disputed):
    stranger = given.town.caller("technical-contact", GLOBEX)
    nowhere = stranger.get(f"/v1/tickets/{uuid4()}/dossier")

    assert [] == [
        one for one in checked(fetched(given.contact, f"/v1/tickets/{given.ticket}/dossier")) if not one.holds
    ]
    assert (404, 404) == (nowhere.status_code, stranger.get(f"/v1/tickets/{given.ticket}/dossier").status_code)
    assert CUSTOMER not in stranger.get(f"/v1/tickets/{given.ticket}/dossier").text


def test_without_a_key_no_dossier_is_made(given: Disputed):
    house, views = given.town.house, given.town.house.views
    given.town.app.state.house = replace(house, sealer=Sealer(views.pool, views.schema, None))
    try:
        problem = told(given.manager.get(f"/v1/tickets/{given.ticket}/dossier"), 409)
    finally:
        given.town.app.state.house = house

    assert "/problems/no-sealing-key" == problem["type"]


def test_nothing_is_known_of_an_instant_that_is_still_to_come(given: Disputed):
    problem = told(given.manager.get(f"/v1/tickets/{given.ticket}/dossier", as_of="2030-01-01T00:00:00Z"), 422)

    assert "still to come" in problem["detail"]


def test_a_ticket_that_was_refused_has_a_dossier_too(town: Town):
    manager = town.caller("service-manager")
    contract = manager.draws_up(customer="Cancelled Ltd")
    told(manager.post(f"/v1/contracts/{contract}/cancel", version=1))
    answer = town.caller("agent").post("/v1/tickets", {"contract": contract, "severity": 3})
    position = told(answer, 422)["position"]
    assert town.house.runner.wait_for(position, 60)
    (row,) = told(manager.get("/v1/tickets", customer="Cancelled Ltd", after=position))["tickets"] or [None]
    if row is None:
        pytest.fail("a refused ticket stands in no list")

    found = checked(fetched(manager, f"/v1/tickets/{row['ticket']}/dossier"))

    assert [] == [str(one) for one in found if not one.holds]


def test_the_pages_say_what_was_decided_and_need_nothing_else(given: Disputed):
    files = unpacked(given.whole).files
    page = files["page.html"].decode()

    assert "imagicle-care:reaction" in page
    assert "correction 5 of" in page
    for outside in ("<script", "src=", "@import", "http://", "https://"):
        assert outside not in page.replace("http://www.w3.org/2000/svg", ""), outside
    assert files["page.pdf"].startswith(b"%PDF-")


def test_made_at_the_same_instant_it_is_the_same_a_day_later(given: Disputed):
    made_at = json.loads(unpacked(given.whole).files["manifest.json"])["made_at"]

    given.town.clock.at = datetime.fromisoformat(made_at) + timedelta(hours=24)

    assert given.whole == given.dossier(made_at=made_at), "also under a later seal"
    assert given.whole != given.dossier()


def test_nothing_is_judged_after_the_making(given: Disputed):
    now = given.town.clock.at
    asked = {"made_at": now.isoformat(), "as_of": (now + timedelta(minutes=1)).isoformat()}

    assert 422 == given.manager.get(f"/v1/tickets/{given.ticket}/dossier", **asked).status_code


def test_the_readme_says_how_to_get_the_checker_out(given: Disputed):
    told = unpacked(given.whole).files["README.txt"].decode()

    assert "unzip -p FILE check.py > check.py" in told
    assert "unzip FILE -d dossier" in told


def test_another_instant_gives_another_dossier(given: Disputed):
    before = given.whole
    given.town.clock.goes_on(minutes=1)

    assert before != given.dossier()


# --- on the command line --------------------------------------------------------------------------------------------------


def test_a_dossier_is_checked_on_the_command_line(given: Disputed, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file, key = tmp_path / "dossier.zip", given.town.house.sealing_key
    file.write_bytes(given.whole)
    assert key is not None

    assert 0 == main(["verify-dossier", str(file), "--public-key", key.public.hex()])
    named = capsys.readouterr().out
    assert "All of this holds." in named
    assert 1 == main(["verify-dossier", str(file), "--public-key", SealingKey.make().public.hex()])
    assert "DOES NOT HOLD  signature.json: is of the key" in capsys.readouterr().out
    assert 0 == main(["verify-dossier", str(file)])
    brought = capsys.readouterr().out
    assert (True, True) == tuple(
        "Only whoever signed answers for texts about people" in one for one in (named, brought)
    )
    assert (False, True) == tuple("Whose key that is, a dossier cannot prove" in one for one in (named, brought))


def test_a_folder_is_checked_like_the_file(given: Disputed, tmp_path: Path):
    for name, content in unpacked(given.whole).files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)

    assert unpacked(given.whole).files == verify_dossier.opened(tmp_path).files
    assert 0 == main(["verify-dossier", str(tmp_path)])


@pytest.mark.parametrize(
    "rubbish", [b"", b"PK\x03\x04", b"{}", b"PK\x05\x06" + bytes(18)], ids=["empty", "cut", "json", "bare"]
)
def test_rubbish_is_told_in_a_line(rubbish: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "dossier.zip"
    file.write_bytes(rubbish)

    assert 1 == main(["verify-dossier", str(file)])
    assert "DOES NOT HOLD" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert 2 == main(["verify-dossier", str(tmp_path / "nothing.zip")])
    assert "cannot be read" in capsys.readouterr().err
