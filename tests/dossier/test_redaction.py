"""A dossier without names says nothing of anybody, and holds like one with them; so does one of a customer who was forgotten."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from api.dossier.checker import check
from domain.dossier.packing import unpacked
from tests.api.house import Town
from tests.dossier.given import PERSONAL, Disputed, checked, disputed


def texts(container: bytes) -> str:
    """All that can be read in a dossier, but for its PDF, as one text."""
    files = unpacked(container).files
    told = "\n".join(content.decode("utf-8", "replace") for name, content in files.items() if name != "page.pdf")
    return " ".join(told.split())


def printed(container: bytes) -> str:
    """All that can be read in its PDF; a long name may break over lines there."""
    pages = PdfReader(BytesIO(unpacked(container).files["page.pdf"])).pages
    return " ".join("".join(page.extract_text() for page in pages).replace("\u200b", "").split())


def test_a_dossier_tells_the_names_unless_it_is_asked_not_to(given: Disputed):
    told = texts(given.whole)

    assert [] == [one for one in PERSONAL if one not in told]


def test_a_dossier_without_names_tells_none_anywhere(given: Disputed):
    told = texts(given.redacted) + printed(given.redacted)

    assert [] == [one for one in PERSONAL if one in told]
    assert "forgotten-" in told


def test_a_dossier_without_names_holds(given: Disputed, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    container = given.redacted
    (tmp_path / "dossier.zip").write_bytes(container)

    assert [] == [str(one) for one in checked(container) if not one.holds]
    assert 0 == check.main([str(tmp_path / "dossier.zip")]), capsys.readouterr().out


def test_digests_seal_and_verdicts_are_the_same_without_names(given: Disputed):
    with_names, without = unpacked(given.whole).files, unpacked(given.redacted).files

    for same in ("history.jsonl", "contract.jsonl", "proof.json", "agreement.json", "terms.json", "check.py"):
        assert with_names[same] == without[same], same
    answers = [json.loads(files["replays/known-now.json"])["answer"]["clocks"] for files in (with_names, without)]
    assert answers[0] == answers[1]


def test_a_customer_who_was_forgotten_has_a_dossier_that_holds_and_tells_no_names(town: Town):
    given = disputed(town, "Forgotten & Sons")
    asked_not_to = given.dossier(redact=True)
    assert town.house.customers.forget("Forgotten & Sons")
    town.house.runner.forget("Forgotten & Sons")

    container = given.dossier()

    assert [] == [str(one) for one in checked(container) if not one.holds]
    assert [] == [one for one in PERSONAL if one in texts(container)]
    forgotten, redacted = unpacked(container).files, unpacked(asked_not_to).files
    for same in ("case.json", "replays/known-now.json", "differences.json", "history.jsonl"):
        assert forgotten[same] == redacted[same], same
