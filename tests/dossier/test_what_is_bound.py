"""Whatever a dossier tells of a dispute is bound to what was stored, whoever signed it: claims, their answers, its instants."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from domain.dossier.manifest import MANIFEST
from domain.dossier.packing import unpacked
from domain.dossier.texts import canonical, readable
from projections.seals import SealingKey
from tests.api.house import Town
from tests.disputes.scripts import MANAGER, SCRIPTS, Cast, argued, lived, says
from tests.dossier.given import failing, fetched
from tests.dossier.test_tampering import signed_again

Files = dict[str, bytes]

DISPUTE, ONE, TWO = "dispute.json", "replays/claim-1.json", "replays/claim-2.json"


@pytest.fixture(scope="module")
def house_key(place: Town) -> SealingKey:
    key = place.house.sealing_key
    assert key is not None
    return key


@pytest.fixture(scope="module")
def files(place: Town) -> Files:
    """Of a dispute with two claims, one of them upheld."""
    script, cast = SCRIPTS[0], Cast(place)
    dispute = argued(script, lived(script, place, cast), cast)
    place.clock.goes_on(minutes=5)
    says(
        cast[MANAGER], dispute, "make-claim", claim={"kind": "severity", "severity": 3, "since": "2026-03-02T16:30:00Z"}
    )
    place.clock.goes_on(minutes=5)
    says(cast[MANAGER], dispute, "rule", claim=1, upheld=True, why="as it was said")
    place.clock.goes_on(minutes=5)
    return unpacked(fetched(cast[MANAGER], f"/v1/disputes/{dispute}/dossier")).files


def forged(files: Files, key: SealingKey, name: str, change: Callable[[Any], Any]) -> Files:
    document = json.loads(files[name])
    change(document)
    return signed_again(files, key, **{name: readable(document)})


def places(files: Files) -> set[str]:
    return {one.place for one in failing(files)}


def test_it_holds_as_it_was_made(files: Files):
    assert [] == failing(files)


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.update(state="withdrawn"),
        lambda told: told["claims"][0].update(upheld=False),
        lambda told: told["claims"][0].update(events=[]),
        lambda told: told["claims"][1].update(party="customer"),
        lambda told: told["claims"][1]["claim"].update(severity=1),
        lambda told: told["claims"].pop(),
    ],
)
def test_a_claim_that_stands_otherwise_than_was_stored_is_found(
    files: Files, house_key: SealingKey, change: Callable[[Any], Any]
):
    assert {DISPUTE} == places(forged(files, house_key, DISPUTE, change))


def test_the_answer_with_one_claim_does_not_pass_for_that_with_another(files: Files, house_key: SealingKey):
    swapped = signed_again(files, house_key, **{ONE: files[TWO], TWO: files[ONE]})

    assert {ONE, TWO} <= places(swapped)


def test_an_answer_that_no_claim_asks_for_is_found(files: Files, house_key: SealingKey):
    asked_otherwise = forged(files, house_key, ONE, lambda told: told.update(hypothesis=None))

    assert ONE in places(asked_otherwise)


def test_the_answer_with_a_claim_is_missed(files: Files, house_key: SealingKey):
    manifest = json.loads(files[MANIFEST])
    del manifest["files"][TWO]
    left = {name: content for name, content in files.items() if name != TWO} | {MANIFEST: canonical(manifest)}

    assert "is missing" in {one.says for one in failing(signed_again(left, house_key)) if one.place == TWO}


@pytest.mark.parametrize(
    ("which", "instant"),
    [
        ("known_at", "2026-03-01T00:00:00Z"),
        ("as_of", "2026-03-02T00:00:00Z"),
        ("made_at", "2026-03-02T09:00:00Z"),
        ("dispute", "00000000-0000-0000-0000-000000000000"),
    ],
)
def test_a_manifest_that_names_something_else_than_is_in_it_is_found(
    files: Files, house_key: SealingKey, which: str, instant: str
):
    manifest = json.loads(files[MANIFEST]) | {which: instant}

    assert [] != failing(signed_again({**files, MANIFEST: canonical(manifest)}, house_key))
