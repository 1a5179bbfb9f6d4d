"""What the README shows is what a reader gets."""

import re
from pathlib import Path

import pytest

from scripts.cli import main

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found
    return found[1]


def test_the_ticket_of_the_readme_is_judged_as_it_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    case = tmp_path / "case.json"
    case.write_text(block("json"), "utf-8")

    assert 0 == main(["judge", str(case)])
    assert block("text") in capsys.readouterr().out


def test_the_agreement_that_the_readme_takes_as_a_start_is_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    mine = tmp_path / "mine.toml"
    assert 0 == main(["agreements", "show", "servicenow-desk", "--toml"])
    mine.write_text(capsys.readouterr().out, "utf-8")

    assert 0 == main(["agreements", "check", str(mine)])


@pytest.mark.parametrize("place", re.findall(r"`(domain/[\w/.]+|scripts/[\w/.]+)`", README))
def test_every_place_that_the_readme_names_is_there(place: str):
    assert (Path(__file__).parents[1] / place).exists()
