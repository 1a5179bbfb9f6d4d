"""Scripted disputes, argued and ruled through the API, to a dossier that both checkers accept."""

import json
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from domain.dossier.packing import unpacked
from scripts.checker import check
from tests.api.house import GLOBEX, Town
from tests.disputes.scripts import AGENT, CUSTOMER, MANAGER, SCRIPTS, Cast, Played, Script, argued, lived, played
from tests.dossier.given import checked, fetched


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


def test_that_somebody_was_given_the_dossier_goes_on_record_once(open_dispute: tuple[Cast, str, str]):
    cast, _, dispute = open_dispute

    first, second = (fetched(cast[CUSTOMER], f"/v1/disputes/{dispute}/dossier") for _ in range(2))

    assert first == second
    issued = [one for one in _history(cast, dispute) if one["event"] == "dossier_issued"]
    assert [sha256(first).hexdigest()] == [one["digest"] for one in issued]


def test_a_dossier_of_a_dispute_without_names_tells_none(open_dispute: tuple[Cast, str, str]):
    cast, _, dispute = open_dispute
    script = SCRIPTS[0]

    named, redacted = (fetched(cast[MANAGER], f"/v1/disputes/{dispute}/dossier", redact=one) for one in (False, True))

    texts = [script.reason.encode(), *(one.says.encode() for one in script.claims)]
    assert [] == [one for one in texts if one not in named]
    assert [] == [one for one in texts if one in redacted]
    assert [] == [str(one) for one in checked(redacted) if not one.holds]


def test_another_customers_dispute_has_no_dossier(town: Town, open_dispute: tuple[Cast, str, str]):
    _, _, dispute = open_dispute
    stranger = town.caller("technical-contact", GLOBEX)

    assert 404 == stranger.get(f"/v1/disputes/{dispute}/dossier").status_code


def _history(cast: Cast, dispute: str) -> list[dict[str, Any]]:
    lines = cast[MANAGER].get(f"/v1/disputes/{dispute}/history")
    assert 200 == lines.status_code
    return list(lines.json())
