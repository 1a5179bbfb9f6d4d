"""Scripted disputes, argued and ruled through the API, to a dossier that both checkers accept."""

import json
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from api.dossier.checker import check
from api.dossier.saying import said
from domain.dossier.packing import unpacked
from domain.dossier.texts import readable
from tests.api.house import GLOBEX, Town, told
from tests.disputes.scripts import AGENT, CUSTOMER, MANAGER, SCRIPTS, Cast, Played, Script, argued, lived, played, says
from tests.dossier.given import checked, failing, fetched
from tests.dossier.test_redaction import printed, texts
from tests.dossier.test_tampering import signed_again


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda one: one.name)
def test_a_ruled_dispute_has_a_dossier_that_both_checkers_accept(script: Script, town: Town, tmp_path: Path):
    told_of = played(script, town)
    container = fetched(Cast(town)[AGENT], f"/v1/disputes/{told_of.dispute}/dossier")
    (tmp_path / "dossier.zip").write_bytes(container)

    assert [] == [str(one) for one in checked(container) if not one.holds]
    assert [] == [says for holds, says in check.check(check.unzipped(container), []) if not holds]
    _check_answers(
        script, told_of, {name: one for name, one in unpacked(container).files.items() if name.endswith("json")}
    )


def _check_answers(script: Script, told_of: Played, files: dict[str, bytes]) -> None:
    """The verdicts before and after stand in it, and what each claim alone makes."""
    before, after = (_verdicts(files[f"replays/{name}.json"]) for name in ("before-ruling", "known-now"))
    assert script.before.items() <= before.items()
    assert script.after.items() <= after.items()
    for number, claimed in enumerate(script.claims, start=1):
        assert claimed.alone.items() <= _verdicts(files[f"replays/claim-{number}.json"]).items()
    dispute = json.loads(files["dispute.json"])
    assert (told_of.dispute, "settled") == (dispute["dispute"], dispute["state"])
    assert [one.upheld for one in script.claims] == [one["upheld"] for one in dispute["claims"]]


def _verdicts(content: bytes) -> dict[str, str]:
    clocks = json.loads(content)["answer"]["clocks"]
    return {one["clock"]: one["verdict"] for one in clocks if one["cycle"] == 1}


@pytest.fixture
def open_dispute(town: Town) -> tuple[Cast, str, str]:
    """A dispute that nobody has ruled yet: who takes part, its ticket and its id."""
    script, cast = SCRIPTS[0], Cast(town)
    ticket = lived(script, town, cast)
    return cast, ticket, argued(script, ticket, cast)


def test_a_dispute_that_is_not_ruled_yet_has_a_dossier(open_dispute: tuple[Cast, str, str]):
    cast, _, dispute = open_dispute

    container = fetched(cast[CUSTOMER], f"/v1/disputes/{dispute}/dossier")

    assert [] == [str(one) for one in checked(container) if not one.holds]
    files = unpacked(container).files
    assert "replays/claim-1.json" in files
    assert "replays/before-ruling.json" not in files
    known_at = json.loads(files["manifest.json"])["known_at"]
    opened_at = json.loads(files["dispute.json"])["effective_at"]
    assert datetime.fromisoformat(opened_at) == datetime.fromisoformat(known_at)


@pytest.mark.parametrize("which", ["ticket", "dispute"])
def test_of_a_history_that_was_changed_nobody_is_given_a_dossier(
    open_dispute: tuple[Cast, str, str], town: Town, which: str
):
    cast, ticket, dispute = open_dispute
    changed, views = {"ticket": ticket, "dispute": dispute}[which], town.house.views
    first = f"{views.schema}.events SET state = %s WHERE originator_id = %s AND originator_version = 1"
    (stored, *_) = town.house.desk.recorder.select_events(UUID(changed))
    with views.pool.connection() as connection:
        connection.execute(f"UPDATE {first}".encode(), (stored.state + b" ", changed))
    try:
        problem = told(cast[MANAGER].get(f"/v1/disputes/{dispute}/dossier"), 409)
    finally:
        with views.pool.connection() as connection:
            connection.execute(f"UPDATE {first}".encode(), (stored.state, changed))

    assert "/problems/seal-unsound" == problem["type"]
    assert problem["detail"].startswith(f"event 2 of {changed} does not follow event 1 as it was stored: ")
    assert problem["detail"].endswith("ticketclock verify says more")


def test_who_asked_for_the_head_of_a_dossier_was_given_none(open_dispute: tuple[Cast, str, str]):
    cast, _, dispute = open_dispute

    assert 200 == cast[CUSTOMER].send("HEAD", f"/v1/disputes/{dispute}/dossier").status_code

    assert "dossier_issued" not in [one["event"] for one in _history(cast, dispute)]


def test_that_somebody_was_given_the_dossier_goes_on_record_once(open_dispute: tuple[Cast, str, str]):
    cast, _, dispute = open_dispute

    first, second = (fetched(cast[CUSTOMER], f"/v1/disputes/{dispute}/dossier") for _ in range(2))

    assert first == second
    issued = [one for one in _history(cast, dispute) if one["event"] == "dossier_issued"]
    assert [sha256(first).hexdigest()] == [one["digest"] for one in issued]


@pytest.mark.parametrize("redact", [False, True])
def test_of_a_customer_who_was_forgotten_the_dossier_is_made_and_nothing_more_put_on_record(town: Town, redact: bool):
    script, customer = SCRIPTS[0], f"Gone & Forgotten {redact}"
    cast = Cast(town, customer)
    dispute = argued(script, lived(script, town, cast, customer), cast)
    assert town.house.customers.forget(customer)
    town.house.runner.forget(customer)

    container = fetched(cast[MANAGER], f"/v1/disputes/{dispute}/dossier", redact=redact)

    assert [] == [str(one) for one in checked(container) if not one.holds]
    assert script.reason.encode() not in container
    assert "dossier_issued" not in [one["event"] for one in _history(cast, dispute)]


def test_a_dossier_of_a_dispute_without_names_tells_none(open_dispute: tuple[Cast, str, str]):
    cast, _, dispute = open_dispute
    script = SCRIPTS[0]

    named, redacted = (fetched(cast[MANAGER], f"/v1/disputes/{dispute}/dossier", redact=one) for one in (False, True))

    texts = [script.reason.encode(), *(one.says.encode() for one in script.claims)]
    assert [] == [one for one in texts if one not in named]
    assert [] == [one for one in texts if one in redacted]
    assert [] == [str(one) for one in checked(redacted) if not one.holds]


SAID = "said in this argument alone"


@pytest.fixture
def long_argument(open_dispute: tuple[Cast, str, str], town: Town) -> tuple[Cast, str]:
    """A dispute in which an answer was changed, a second claim taken back, time given, and the first claim ruled twice."""
    cast, _, dispute = open_dispute
    severity = {"kind": "severity", "severity": 3, "since": "2026-03-02T16:30:00Z"}
    steps: list[tuple[str, str, dict[str, Any]]] = [
        (AGENT, "answer", {"claim": 1, "accepts": True, "says": f"we looked again: {SAID}"}),
        (CUSTOMER, "make-claim", {"claim": severity}),
        (
            CUSTOMER,
            "attach-evidence",
            {"name": f"{SAID}.pdf", "media_type": "text/plain", "digest": "ab" * 32, "size": 3},
        ),
        (CUSTOMER, "withdraw-claim", {"claim": 2}),
        (MANAGER, "extend", {"which": "ruling", "until": "2026-06-01T12:00:00Z", "why": SAID}),
        (MANAGER, "rule", {"claim": 1, "upheld": True, "why": SAID}),
        (CUSTOMER, "reopen", {"why": SAID, "claims": [1]}),
        (AGENT, "answer", {"claim": 1, "accepts": False, "says": SAID}),
        (MANAGER, "rule", {"claim": 1, "upheld": False, "why": SAID}),
    ]
    for role, command, fields in steps:
        town.clock.goes_on(minutes=5)
        says(cast[role], dispute, command, **fields)
    return cast, dispute


def test_a_dossier_tells_what_was_said_by_whom_and_when(long_argument: tuple[Cast, str]):
    cast, dispute = long_argument
    container = fetched(cast[MANAGER], f"/v1/disputes/{dispute}/dossier")
    files = unpacked(container).files
    told, page, paper = json.loads(files["dispute.json"])["history"], files["page.html"].decode(), printed(container)

    stored = [one for one in _history(cast, dispute) if one["event"] != "dossier_issued"]
    assert [_who_when(one) for one in stored] == [_who_when(one) for one in told]
    assert 12 == len(told)
    for sentence in (
        "What was said, by whom and when",
        "denied claim 1",
        "accepted claim 1",
        "took claim 2 back",
        "gave more time for the ruling: until Mon 1 Jun 2026 06:00",
        "dismissed claim 1",
        "the severity should have been 3 from Mon 2 Mar 2026 09:30 on",
    ):
        assert sentence in page, sentence
        assert sentence in paper, sentence
    assert SAID in page
    assert [] == [str(one) for one in checked(container) if not one.holds]
    assert [] == [told for holds, told in check.check(files, []) if not holds]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"event": "deadline_passed", "which": "answer", "by": "system"}, "the time for the answer has run out"),
        ({"event": "dossier_issued", "to": "grace", "by": None}, "a dossier was given to grace"),
        ({"event": "withdrawn", "by": "customer"}, "gave the dispute up"),
        ({"event": "evidence_attached", "claim": 2, "name": "log", "by": None}, "named evidence for claim 2: log"),
    ],
)
def test_whatever_is_said_in_a_dispute_has_words(line: dict[str, Any], sentence: str):
    instants = {"at": "2026-03-03T16:00:00Z", "recorded_at": "2026-03-03T16:00:00Z"}

    table = said({"claims": [], "history": [{"version": 1, **instants, **line}]}, ZoneInfo("Europe/Rome"))

    assert (sentence, "Tue 3 Mar 2026 17:00") == (table.rows[0].cells[-1].text, table.rows[0].cells[1].text)


def test_what_was_said_is_told_without_names_where_that_is_wished(long_argument: tuple[Cast, str]):
    cast, dispute = long_argument

    redacted = fetched(cast[MANAGER], f"/v1/disputes/{dispute}/dossier", redact=True)

    told = json.loads(unpacked(redacted).files["dispute.json"])["history"]
    assert SAID not in texts(redacted) + printed(redacted)
    assert {True} == {one["by"]["id"].startswith("forgotten-") for one in told if one["by"]["role"] == CUSTOMER}
    assert [] == [str(one) for one in checked(redacted) if not one.holds]
    assert [] == [says for holds, says in check.check(unpacked(redacted).files, []) if not holds]


@pytest.mark.parametrize(
    ("event", "field", "value"),
    [
        ("claim_answered", "accepts", True),
        ("opened", "by", {"role": "agent", "id": "somebody"}),
        ("claim_answered", "sent_by", {"role": "agent", "id": "somebody"}),
        ("claim_made", "recorded_at", "2026-03-03T16:00:01Z"),
    ],
)
def test_a_story_that_says_something_else_than_was_stored_is_found(
    open_dispute: tuple[Cast, str, str], town: Town, event: str, field: str, value: Any
):
    cast, _, dispute = open_dispute
    key = town.house.sealing_key
    assert key is not None
    files = unpacked(fetched(cast[MANAGER], f"/v1/disputes/{dispute}/dossier")).files
    document = json.loads(files["dispute.json"])
    next(one for one in document["history"] if one["event"] == event)[field] = value
    forged = signed_again(files, key, **{"dispute.json": readable(document)})

    assert "dispute.json" in {one.place for one in failing(forged)}
    assert [] != [says for holds, says in check.check(forged, []) if not holds and says.startswith("dispute.json")]


def test_made_at_the_same_instant_a_dossier_is_the_same_whenever_it_is_asked_for(
    long_argument: tuple[Cast, str], town: Town
):
    cast, dispute = long_argument
    path = f"/v1/disputes/{dispute}/dossier"
    town.clock.goes_on(hours=1)
    made_at = town.clock.at.isoformat()

    first = fetched(cast[CUSTOMER], path, made_at=made_at)
    town.clock.goes_on(hours=30)
    later = town.house.sealer.seal_now(town.clock.at)
    again, now = fetched(cast[CUSTOMER], path, made_at=made_at), fetched(cast[CUSTOMER], path)

    assert first == again
    assert first != now
    assert later.seal.number > json.loads(unpacked(again).files["proof.json"])["seal"]["seal"]["number"]


def test_a_claim_says_the_same_whenever_the_dossier_is_made(long_argument: tuple[Cast, str], town: Town):
    """It is supposed at the last instant on record, and not at that of the making."""
    cast, dispute = long_argument
    path, as_of = f"/v1/disputes/{dispute}/dossier", town.clock.at.isoformat()

    first = unpacked(fetched(cast[MANAGER], path, as_of=as_of)).files
    town.clock.goes_on(hours=30)
    again = unpacked(fetched(cast[MANAGER], path, as_of=as_of)).files

    assert {"manifest.json", "signature.json", "README.txt", "page.html", "page.pdf"} == {
        name for name in first if first[name] != again[name]
    }


def test_what_a_claim_would_change_is_what_the_service_says_also_where_the_ticket_went_on(
    open_dispute: tuple[Cast, str, str], town: Town
):
    """A severity that was ruled reaches to the ruling: over a change that came after the claim, too."""
    cast, ticket, dispute = open_dispute
    says(cast[CUSTOMER], dispute, "make-claim", claim={"kind": "severity", "severity": 1})
    town.clock.goes_on(hours=2)
    cast[AGENT].does(ticket, "change-severity", severity=3)
    town.clock.goes_on(hours=40)

    service = told(cast[AGENT].get(f"/v1/disputes/{dispute}/evaluation"))
    files = unpacked(fetched(cast[AGENT], f"/v1/disputes/{dispute}/dossier")).files

    assert service == json.loads(files["dispute.json"])["evaluation"]
    assert 1 == json.loads(files["replays/claim-2.json"])["answer"]["severity"]


@pytest.mark.parametrize(
    ("hours", "says_why"), [(2, "still to come"), (-2, "an event that belongs to it was recorded later")]
)
def test_no_dossier_is_made_tomorrow_nor_before_what_stands_in_it(
    open_dispute: tuple[Cast, str, str], town: Town, hours: int, says_why: str
):
    cast, _, dispute = open_dispute
    made_at = (town.clock.at + timedelta(hours=hours)).isoformat()

    answer = cast[MANAGER].get(f"/v1/disputes/{dispute}/dossier", made_at=made_at)

    assert 422 == answer.status_code
    assert says_why in answer.json()["detail"]


def _who_when(line: dict[str, Any]) -> list[Any]:
    instants = [datetime.fromisoformat(line[name]) for name in ("at", "recorded_at")]
    return [line["version"], line["event"], line.get("by"), *instants, line.get("claim"), line.get("why")]


def test_another_customers_dispute_has_no_dossier(town: Town, open_dispute: tuple[Cast, str, str]):
    _, _, dispute = open_dispute
    stranger = town.caller("technical-contact", GLOBEX)

    assert 404 == stranger.get(f"/v1/disputes/{dispute}/dossier").status_code


def _history(cast: Cast, dispute: str) -> list[dict[str, Any]]:
    lines = cast[MANAGER].get(f"/v1/disputes/{dispute}/history")
    assert 200 == lines.status_code
    return list(lines.json())
