"""Whatever is changed in a dossier is found, and named: by `verify-dossier` and by the checker that the dossier brings along."""

import json
from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from api.dossier.checker import check
from domain.dossier.manifest import MANIFEST, SIGNATURE, signature_of
from domain.dossier.packing import NoDossier, packed, unpacked
from domain.dossier.texts import canonical, readable, strict
from domain.terms.publication import digest_of
from projections.seals import SealingKey
from tests.dossier.given import Disputed, checked, failing, first_failing

SAMPLES = 4
"""So many bytes of each file are changed in turn, the first and the last among them."""


@pytest.fixture(scope="module")
def files(given: Disputed) -> dict[str, bytes]:
    return unpacked(given.whole).files


def independent(files: dict[str, bytes]) -> str:
    """The first thing that the checker finds to be wrong."""
    return next((says for holds, says in check.check(files, []) if not holds), "")


def places(content: bytes) -> list[int]:
    last = len(content) - 1
    return sorted({last * step // (SAMPLES - 1) for step in range(SAMPLES)})


def changed(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def test_a_byte_of_any_file_changed_is_found_and_the_file_named(files: dict[str, bytes]):
    for name, content in files.items():
        for place in places(content):
            tampered = {**files, name: changed(content, place)}
            found, says = first_failing(tampered), independent(tampered)

            assert found is not None, (name, place)
            assert name == found.place or {name, found.place} == {MANIFEST, SIGNATURE}, (name, place, found)
            assert name in says, (name, place, says)


def test_a_byte_of_the_container_changed_is_found(files: dict[str, bytes]):
    """Also where it is none of any file: names, sizes, times, the list of contents."""
    container = packed({name: files[name][:200] for name in ("README.txt", MANIFEST, SIGNATURE)})
    assert [] == unpacked(container).damaged

    for place in range(len(container)):
        tampered = changed(container, place)
        assert _damaged(tampered), place
        with pytest.raises(check.Wrong):
            check.unzipped(tampered)


def _damaged(container: bytes) -> bool:
    try:
        return bool(unpacked(container).damaged)
    except NoDossier:
        return True


def test_a_container_packed_again_in_another_way_is_no_dossier(files: dict[str, bytes]):
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as again:
        for name, content in files.items():
            again.writestr(name, content)

    with pytest.raises(NoDossier, match="packed in another way than dossiers are; unzip it and check the folder"):
        unpacked(out.getvalue())
    with pytest.raises(check.Wrong, match="packed in another way than dossiers are; unzip it and check the folder"):
        check.unzipped(out.getvalue())


def test_more_than_the_container_can_hold_is_not_unpacked(files: dict[str, bytes]):
    container = bytearray(packed({"README.txt": b"a" * 10}))
    at = container.rindex(b"PK\x01\x02") + 24
    container[at : at + 4] = (2**31).to_bytes(4, "little")

    with pytest.raises(NoDossier, match="holds more than it can"):
        unpacked(bytes(container))


@pytest.mark.parametrize("name", ["case.json", "history.jsonl", "replays/known-then.json", "page.pdf", "proof.json"])
def test_a_file_taken_out_is_missed(files: dict[str, bytes], name: str):
    left = {one: content for one, content in files.items() if one != name}

    assert (name, "is missing") == first_failing(left)[0::2]  # type: ignore[index]
    assert name in independent(left)


def test_a_file_put_in_is_no_part_of_it(files: dict[str, bytes]):
    more = {**files, "replays/claim-9.json": files["replays/known-now.json"]}

    assert "replays/claim-9.json" == failing(more)[0].place
    assert "replays/claim-9.json" in independent(more)


def test_two_files_that_changed_places_are_both_named(files: dict[str, bytes]):
    one, other = "replays/known-then.json", "differences.json"
    swapped = {**files, one: files[other], other: files[one]}

    assert {one, other} <= {found.place for found in failing(swapped)}
    assert one in independent(swapped)
    assert other in independent(swapped)


def test_the_order_of_the_files_is_part_of_the_container(files: dict[str, bytes], given: Disputed):
    assert list(files) == list(unpacked(given.whole).files)


# --- by somebody who has a key --------------------------------------------------------------------------------------------


def signed_again(files: dict[str, bytes], key: SealingKey, **changed: bytes) -> dict[str, bytes]:
    """The files with changes, manifest and signature made to fit."""
    whole = files | changed
    manifest = strict(whole[MANIFEST])
    for name in manifest["files"]:
        manifest["files"][name] = {"sha256": sha256(whole[name]).hexdigest(), "bytes": len(whole[name])}
    whole[MANIFEST] = canonical(manifest)
    whole[SIGNATURE] = readable(signature_of(key.sign(whole[MANIFEST]), key.public))
    return whole


@pytest.fixture
def house_key(given: Disputed) -> SealingKey:
    key = given.town.house.sealing_key
    assert key is not None
    return key


def test_who_signs_with_another_key_is_found_by_the_seal_and_by_whoever_knows_the_key(
    files: dict[str, bytes], house_key: SealingKey
):
    forged = signed_again(files, SealingKey.make())

    assert {"proof.json"} == {one.place for one in failing(forged)}
    assert SIGNATURE in {one.place for one in checked(packed(forged), house_key.public) if not one.holds}


def test_an_answer_that_does_not_follow_is_found_whoever_signed_it(files: dict[str, bytes], house_key: SealingKey):
    name = "replays/known-now.json"
    answer = strict(files[name])
    answer["answer"]["clocks"][1]["verdict"] = "breached"
    forged = signed_again(files, house_key, **{name: readable(answer)})

    (found,) = (one for one in failing(forged) if one.place == name)
    assert "verdict of clock response 1 differs" in found.says
    assert name in independent(forged)


def test_a_case_file_that_says_something_else_than_was_stored_is_found(files: dict[str, bytes], house_key: SealingKey):
    case = strict(files["case.json"])
    case["events"][1]["at"] = "2026-03-02T09:45:00Z"
    forged = signed_again(files, house_key, **{"case.json": readable(case)})

    assert "event 2 (waiting).effective_at is not as it was stored" in {one.says for one in failing(forged)}
    assert "case.json" in independent(forged)


def test_other_terms_than_those_of_the_ticket_are_found(files: dict[str, bytes], house_key: SealingKey):
    document = strict(files["agreement.json"])
    document["title"] = "Another agreement"
    assert digest_of(document) != digest_of(strict(files["agreement.json"]))
    forged = signed_again(files, house_key, **{"agreement.json": readable(document)})

    assert "agreement.json" in {one.place for one in failing(forged)}


def test_an_event_stored_otherwise_breaks_the_chain(files: dict[str, bytes], house_key: SealingKey):
    lines = files["history.jsonl"].decode().splitlines(keepends=True)
    told = json.loads(lines[0])
    told["state"] = told["state"].replace('"severity":3', '"severity":2')
    forged = signed_again(
        files, house_key, **{"history.jsonl": "".join([f"{json.dumps(told)}\n", *lines[1:]]).encode()}
    )

    assert any("event 1 of" in one.says and "its digest" in one.says for one in failing(forged))
    assert "history.jsonl" in independent(forged)
