"""The published JSON Schema of case files, held against the published cases."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.cli import main

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "conformance/cases.json").read_text("utf-8"))


@pytest.fixture
def schema(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert 0 == main(["schema", "case"])
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def misfits(value: dict[str, Any], definition: dict[str, Any]) -> Iterator[str]:
    """What is missing in an object, and what the schema does not know."""
    yield from (f"{name} is missing" for name in definition.get("required", []) if name not in value)
    if definition["additionalProperties"] is False:
        yield from (f"{name} is unknown" for name in value if name not in definition["properties"])


def definition_of(event: str, schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema["properties"]["events"]["items"]["discriminator"]["mapping"][event]
    found: dict[str, Any] = schema["$defs"][reference.rpartition("/")[2]]
    return found


@pytest.mark.parametrize("name", ["agreement", "answer", "case"])
def test_each_public_format_has_a_schema(capsys, name):
    assert 0 == main(["schema", name])
    assert "https://json-schema.org/draft/2020-12/schema" == json.loads(capsys.readouterr().out)["$schema"]


def test_every_published_case_fits_the_schema(schema):
    found = {case["case"]: list(misfits(case, schema)) for case in CASES}

    assert {} == {case: told for case, told in found.items() if told}


def test_every_event_of_the_published_cases_fits_the_schema(schema):
    events = [event for case in CASES for event in case["events"]]

    assert [] == [told for event in events for told in misfits(event, definition_of(event["event"], schema))]


def test_the_schema_knows_an_event_by_the_names_of_the_case_file(schema):
    waiting = definition_of("waiting", schema)

    assert {"at", "event", "on", "task", "evidence", "by", "recorded_at"} == set(waiting["properties"])
    assert ["at", "event", "on"] == waiting["required"]
