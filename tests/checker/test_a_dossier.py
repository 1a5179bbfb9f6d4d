"""The checker and a whole dossier: what it says of one that is sound, and of one that somebody had their hands on."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api.dossier.checker.check import Wrong, check, main, root_from, unzipped
from domain.dossier.packing import packed
from domain.dossier.texts import canonical, lines, readable
from domain.seals import merkle
from domain.seals.seal import Leaf
from tests.checker.made import Dossier

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return Dossier()


def complaints(files: Files, *pinned: str) -> list[str]:
    """The sentences that say what does not hold."""
    return [sentence for holds, sentence in check(files, pinned) if not holds]


# --- sound ------------------------------------------------------------------------------------------------------------


def test_a_sound_dossier_holds_as_a_zip_and_as_a_folder(dossier, tmp_path, capsys):
    archive, folder = tmp_path / "dossier.zip", tmp_path / "dossier"
    archive.write_bytes(dossier.zip())
    with ZipFile(archive) as packed_files:
        packed_files.extractall(folder)

    assert (0, 0) == (main([str(archive)]), main([str(folder)]))
    assert "DOES NOT HOLD" not in capsys.readouterr().out


def test_it_says_whether_the_key_is_one_that_came_another_way(dossier):
    pinned = [sentence for _, sentence in check(dossier.files, [dossier.public_key.hex()])]
    brought = [sentence for _, sentence in check(dossier.files, [])]

    assert "the one that you named" in pinned[0]
    assert "the one that the dossier brings along" in brought[0]


def test_a_dossier_that_another_key_signed_does_not_hold_under_the_key_one_knows(dossier):
    said = complaints(dossier.files, "00" * 32)

    assert [True, True] == ["is not the one that you named" in one for one in said]


@pytest.mark.parametrize("what", ["nowhere", "a text"])
def test_what_is_no_dossier_gets_one_line(tmp_path, capsys, what):
    place = tmp_path / what
    if what == "a text":
        place.write_text("no dossier", "utf-8")

    assert 1 == main([str(place)])
    assert 1 == capsys.readouterr().out.count("\n")


def test_a_key_can_be_named_by_a_file_with_its_digits_or_in_pem(dossier, tmp_path, capsys):
    archive, digits, pem = tmp_path / "dossier.zip", tmp_path / "key.hex", tmp_path / "key.pem"
    archive.write_bytes(dossier.zip())
    digits.write_text(dossier.public_key.hex().upper() + "\n")
    pem.write_bytes(dossier.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    for key in (dossier.public_key.hex(), str(digits), str(pem)):
        assert 0 == main([str(archive), "--public-key", key]), key
    assert "the one that you named" in capsys.readouterr().out


@pytest.mark.parametrize("key", ["nonsense", "ab" * 31, "", "nowhere.pem", __file__])
def test_what_is_no_key_is_a_mistake_of_whoever_asks_and_none_of_the_dossier(dossier, tmp_path, capsys, key):
    archive = tmp_path / "dossier.zip"
    archive.write_bytes(dossier.zip())

    assert 2 == main([str(archive), "--public-key", key])
    said = capsys.readouterr()
    assert ("", 1) == (said.out, said.err.count("\n"))


def test_a_dossier_packed_anew_is_to_be_unpacked_and_checked_as_a_folder(dossier, tmp_path, capsys):
    archive, folder = tmp_path / "dossier.zip", tmp_path / "dossier"
    with ZipFile(archive, "w", ZIP_DEFLATED) as again:
        for name, content in dossier.files.items():
            again.writestr(name, content)

    assert 1 == main([str(archive)])
    assert "packed in another way than dossiers are; unzip it and check the folder" in capsys.readouterr().out
    with ZipFile(archive) as packed_files:
        packed_files.extractall(folder)
    assert 0 == main([str(folder)])


@pytest.mark.parametrize("is_folder", [True, False], ids=["an empty folder", "an empty zip"])
def test_what_has_no_manifest_is_no_dossier(tmp_path, capsys, is_folder):
    place = tmp_path / "empty"
    if is_folder:
        place.mkdir()
    else:
        ZipFile(place, "w").close()

    assert 1 == main([str(place)])
    assert "DOES NOT HOLD  there is no manifest.json in it: this is no dossier." in capsys.readouterr().out


# --- changed by somebody without the key ------------------------------------------------------------------------------


def test_a_byte_changed_anywhere_in_a_file_is_found_and_the_file_is_named(dossier):
    for name, content in dossier.files.items():
        for place in sorted({0, len(content) // 3, len(content) // 2, len(content) - 1}):
            changed = bytearray(content)
            changed[place] ^= 1
            said = check({**dossier.files, name: bytes(changed)}, [])

            assert any(name in sentence for holds, sentence in said if not holds), (name, place)


def test_a_file_that_is_missing_and_one_that_came_to_it_are_named(dossier):
    for name in dossier.files:
        rest = {other: content for other, content in dossier.files.items() if other != name}

        assert any(name in one for one in complaints(rest)), name
    assert ["added.json is not in the manifest."] == complaints({**dossier.files, "added.json": b"{}"})


def test_two_files_that_changed_places_are_named(dossier):
    now, then = "replays/known-now.json", "replays/known-then.json"
    swapped = {**dossier.files, now: dossier.files[then], then: dossier.files[now]}

    assert now in complaints(swapped)[0]
    assert then in complaints(swapped)[0]


def test_a_byte_changed_anywhere_around_the_files_is_found(dossier):
    files = {name: dossier.files[name] for name in ("README.txt", "signature.json", "proof.json")}
    container = packed(files)
    inside = {
        place
        for content in files.values()
        for start in [container.index(content)]
        for place in range(start, start + len(content))
    }
    for place in (place for place in range(len(container)) if place not in inside):
        changed = bytearray(container)
        changed[place] ^= 1
        with pytest.raises(Wrong):
            unzipped(bytes(changed))


@pytest.mark.parametrize(
    "change", [lambda zip: zip[:-1], lambda zip: zip + b"\0", lambda zip: b"\0" + zip, lambda zip: b""]
)
def test_a_zip_cut_short_or_made_longer_is_no_dossier(dossier, change):
    with pytest.raises(Wrong):
        unzipped(change(dossier.zip()))


# --- changed by somebody with the key ---------------------------------------------------------------------------------


def edited(dossier: Dossier, name: str, edit: Callable[[Any], None]) -> list[str]:
    """What does not hold after a JSON file was edited and everything signed again."""
    document = json.loads(dossier.files[name])
    edit(document)
    return complaints(dossier.signed({**dossier.files, name: readable(document)}))


def test_an_event_told_otherwise_than_it_was_stored_is_named(dossier):
    def earlier(case: Any) -> None:
        case["events"][1]["at"] = "2024-03-04T10:00:00Z"

    said = edited(dossier, "case.json", earlier)

    assert "case.json: event 2 (responded) does not say under `at` what was stored." == said[0]


def test_an_event_left_out_of_the_case_is_missed(dossier):
    assert (
        "case.json tells 4 events, the stored history has 5."
        == edited(dossier, "case.json", lambda case: case["events"].pop())[0]
    )


def test_time_used_that_the_minutes_do_not_add_up_to_is_named(dossier):
    def less(replay: Any) -> None:
        replay["answer"]["clocks"][1]["used_seconds"] -= 60

    (said,) = edited(dossier, "replays/known-now.json", less)

    assert said.startswith("replays/known-now.json: of clock response, cycle 1, it says that used_seconds is ")
    assert "walking minute by minute gives 5400" in said


def test_hours_told_otherwise_than_they_were_counted_show_in_every_answer(dossier):
    def shorter(terms: Any) -> None:
        for calendar in terms["calendars"].values():
            for version in calendar["versions"]:
                version["week"] = {day: ["09:00-09:30"] for day in version["week"]}

    assert 2 == len(edited(dossier, "terms.json", shorter))


def test_another_agreement_than_the_ticket_was_filed_with_is_named(dossier):
    said = edited(dossier, "agreement.json", lambda document: document.update(title="another"))

    assert ["agreement.json is not the document that the ticket was filed with."] == said


@pytest.mark.parametrize("version", [1, 3, 5])
def test_a_stored_event_left_out_breaks_the_chain_or_is_not_the_one_that_was_sealed(dossier, version):
    stored = dossier.files["history.jsonl"].splitlines(keepends=True)
    files = dossier.signed({**dossier.files, "history.jsonl": b"".join(stored[: version - 1] + stored[version:])})

    assert any("history.jsonl" in one for one in complaints(files))


def test_a_path_that_leads_elsewhere_proves_nothing(dossier):
    said = edited(dossier, "proof.json", lambda proof: proof["path"].reverse())

    assert ["history.jsonl: the proof does not lead to the root of seal 1."] == said


def test_under_a_seal_of_another_key_the_proof_is_looked_at_all_the_same(dossier):
    proof, stored = json.loads(dossier.files["proof.json"]), dossier.files["history.jsonl"].splitlines(keepends=True)
    proof["seal"]["public_key"] = "00" * 32
    changed = {**dossier.files, "proof.json": readable(proof), "history.jsonl": b"".join(stored[:-1])}
    said = complaints(dossier.signed(changed))

    assert [
        f"proof.json (seal 1 of {proof['seal']['seal']['sealed_at']}) was signed with another key than the dossier.",
        "history.jsonl: the proof is about another event than its last one.",
    ] == said[:2]


def test_a_replay_that_says_nothing_is_told_in_plain_words(dossier):
    files = dossier.signed({**dossier.files, "replays/extra.json": b"{}"})

    assert ["replays/extra.json cannot be checked: something there has no `as_of`."] == complaints(files)


def test_it_counts_as_people_do(dossier, tmp_path, capsys):
    (tmp_path / "one.zip").write_bytes(packed({**dossier.files, "added.json": b"{}"}))
    first = dossier.files["history.jsonl"].splitlines(keepends=True)[0]
    (tmp_path / "more.zip").write_bytes(packed(dossier.signed({**dossier.files, "history.jsonl": first})))

    assert (1, 1) == (main([str(tmp_path / "one.zip")]), main([str(tmp_path / "more.zip")]))
    said = capsys.readouterr().out
    assert "\n1 of these does not hold.\n" in said
    assert "history.jsonl: 1 event, the first.\n" in said
    assert said.endswith(" of these do not hold.\n")


def test_the_path_of_every_leaf_of_every_small_tree_leads_to_the_root():
    for size in range(1, 18):
        hashes = [Leaf(place + 1, UUID(int=7), place + 1, "00" * 32).hash for place in range(size)]

        def node(height: int, index: int, hashes: list[bytes] = hashes) -> bytes:
            return merkle.whole(hashes[index << height : (index + 1) << height])

        for index in range(size):
            leaf = {"position": index + 1, "stream": str(UUID(int=7)), "version": index + 1, "digest": "00" * 32}
            path = [one.hex() for one in merkle.inclusion(index, size, node)]
            proof = {"leaf": leaf, "index": index, "path": path, "seal": {"seal": {"size": size}}}

            assert merkle.root(size, node).hex() == root_from(proof)
            assert merkle.root(size, node).hex() != root_from({**proof, "index": index + 1})
            assert merkle.root(size, node).hex() != root_from({**proof, "path": [*path, "00" * 32]})


def test_an_answer_to_another_question_is_not_taken_for_the_one_of_today(dossier):
    now, then = "replays/known-now.json", "replays/known-then.json"
    files = dossier.signed({**dossier.files, now: dossier.files[then], then: dossier.files[now]})

    assert [
        f"{now} is not the answer with all that is known, as of the instant that manifest.json gives."
    ] == complaints(files)


@pytest.mark.parametrize("name", ["history.jsonl", "contract.jsonl", "replays/known-now.json", "agreement.json"])
def test_a_file_that_whoever_signed_left_out_is_missed_all_the_same(dossier, name):
    files = dossier.signed({other: content for other, content in dossier.files.items() if other != name})

    assert any(name in one for one in complaints(files))


def test_a_history_that_does_not_hold_is_compared_with_nothing_and_that_is_said_in_words(dossier):
    stored = dossier.files["history.jsonl"].replace(b"10:30:00", b"10:29:00")

    assert [
        "history.jsonl: event 2 was changed: its digest is another one.",
        "case.json and terms.json cannot be compared with history.jsonl, which is missing or does not hold.",
    ] == complaints(dossier.signed({**dossier.files, "history.jsonl": stored}))


def test_a_chain_made_anew_is_not_the_one_that_was_sealed(dossier):
    events = [json.loads(line) for line in dossier.files["history.jsonl"].splitlines()]
    events[1]["state"] = events[1]["state"].replace("10:30:00", "10:29:00")
    before = ""
    for one in events:
        state = json.loads(one["state"])
        one["state"] = json.dumps({**state, "previous": before} if before else state)
        place = f"{one['stream']}/{one['version']}/{one['name']}/"
        one["digest"] = before = sha256((place + one["state"]).encode()).hexdigest()
    said = complaints(dossier.signed({**dossier.files, "history.jsonl": lines(events)}))

    assert "history.jsonl: the proof is about another event than its last one." in said


def test_a_signature_over_a_manifest_that_was_made_to_fit_does_not_hold(dossier):
    manifest = json.loads(dossier.files["manifest.json"])
    case = dossier.files["case.json"].replace(b"T10:30", b"T10:29")
    manifest["files"]["case.json"] = {"bytes": len(case), "sha256": sha256(case).hexdigest()}
    said = complaints({**dossier.files, "case.json": case, "manifest.json": canonical(manifest)})

    assert said[0].startswith("signature.json (of manifest.json): the signature does not hold")
    assert "case.json: event 2 (responded) does not say under `at` what was stored." == said[1]


def test_the_history_of_another_contract_is_not_taken_for_this_one(dossier):
    other = dossier.desk.contract("imagicle-care", plan="gold", region="europe")
    lines_of_other = lines(one.as_document() for one in dossier.stored(other))
    files = dossier.signed({**dossier.files, "contract.jsonl": lines_of_other})

    assert "contract.jsonl is not about this ticket, its contract or its dispute." in complaints(files)


def test_a_zone_that_the_computer_does_not_know_is_said_in_words(dossier):
    said = edited(dossier, "terms.json", lambda terms: terms.update(zone="Europe/Nowhere"))

    assert "does not know the time zone Europe/Nowhere" in said[0]


def test_a_name_of_a_file_cannot_pretend_to_be_a_line_that_holds(dossier, tmp_path, capsys):
    archive = tmp_path / "dossier.zip"
    archive.write_bytes(packed({**dossier.files, "a\nholds          everything \u2028": b""}))

    assert 1 == main([str(archive)])
    said = capsys.readouterr().out
    assert "DOES NOT HOLD  a\\u000aholds          everything \\u2028 is not in the manifest." in said
    assert "\nholds          everything" not in said


def test_it_says_what_it_did_not_look_at_and_that_it_cannot_know_whose_key_it_is(dossier, tmp_path, capsys):
    archive = tmp_path / "dossier.zip"
    archive.write_bytes(dossier.zip())

    main([str(archive)])
    brought = capsys.readouterr().out
    main([str(archive), "--public-key", dossier.public_key.hex()])
    named = capsys.readouterr().out

    assert (True, True) == tuple(
        "Not looked at, but `ticketclock verify-dossier` does" in said for said in (brought, named)
    )
    assert (True, False) == tuple("Whose key that is, a dossier cannot prove" in said for said in (brought, named))


RUBBISH = [b"null", b"{}", b"\xff", b"[" * 5_000]


def test_rubbish_is_said_to_be_rubbish_and_never_ends_in_a_traceback(dossier):
    for name in dossier.files:
        if name.endswith((".json", ".jsonl")):
            for rubbish in RUBBISH:
                files = {**dossier.files, name: rubbish}
                files = files if name in ("manifest.json", "signature.json") else dossier.signed(files)

                assert complaints(files), (name, rubbish)


# --- answers to other questions ---------------------------------------------------------------------------------------


def sentence_about(name: str, files: Files) -> str:
    (said,) = (sentence for holds, sentence in check(files, []) if holds and sentence.startswith(f"{name}:"))
    return said


def test_it_says_to_which_question_an_answer_is_one(dossier):
    now, then = (sentence_about(f"replays/known-{name}.json", dossier.files) for name in ("now", "then"))

    assert ": as of 2024-03-06T09:00:00Z, with all that is known: walked minute by minute, times, instants" in now
    assert ": as of 2024-03-06T09:00:00Z, with what was known at 2024-03-04T11:00:00Z: walked" in then


def test_it_says_where_events_were_supposed_and_where_the_terms_are_other_ones(dossier):
    name, replay = "replays/claim-1.json", json.loads(dossier.files["replays/known-now.json"])
    nothing_new = {"at": "2024-03-05T16:00:00Z", "event": "commented"}
    claimed = {
        **replay,
        "hypothesis": {"with": [nothing_new], "without": []},
        "terms": json.loads(dossier.files["terms.json"]),
    }
    files = dossier.signed({**dossier.files, name: readable(claimed)})

    assert "with all that is known, with 1 event supposed, under terms of its own: walked" in sentence_about(
        name, files
    )


def test_an_answer_with_events_added_is_walked_with_them(dossier):
    name = "replays/known-now.json"
    replay = json.loads(dossier.files[name])
    wait = {"at": "2024-03-04T09:30:00Z", "event": "waiting", "on": "customer"}
    claimed = {**replay, "hypothesis": {"with": [wait], "without": []}}
    files = dossier.signed({**dossier.files, "replays/claim-1.json": readable(claimed)})
    (said,) = complaints(files)

    assert said.startswith("replays/claim-1.json: of clock escalation, cycle 1, it says that used_seconds is 7200")


def test_an_answer_under_another_reading_has_to_bring_its_terms(dossier):
    name = "replays/known-now.json"
    replay = json.loads(dossier.files[name])
    reading = {"imagicle-care:single-issue/start": "original-report"}
    files = dossier.signed({**dossier.files, name: readable({**replay, "readings": reading})})
    (said,) = complaints(files)

    assert said.startswith(f"{name}: it reads imagicle-care:single-issue/start as original-report")
