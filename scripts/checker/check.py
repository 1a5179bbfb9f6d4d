#!/usr/bin/env python3
"""Checks the dossier of a support ticket, without the program that made it.

    python3 check.py DOSSIER                      (the zip, or the folder that it was unpacked to)
    python3 check.py DOSSIER --public-key KEY     (a signature counts only if it is of this key: 64 hexadecimal digits, or a
                                                   file that holds them or is PEM)

It asks, and answers in words:

1. Are all files as they were signed?                      manifest.json, signature.json
2. Does each stored event follow the one before it?        history.jsonl, contract.jsonl, dispute.jsonl
3. Was the last of them in the log when it was sealed?     proof.json
4. Does the case tell what was stored, by what was agreed? case.json, dispute.json, terms.json, agreement.json, holidays/
5. Is the time that every clock has used right?            replays/

For the fifth it does what a patient person would do with a wall calendar and a pencil: it goes from one minute to the next and asks
each time whether the clock is running, whether anything pauses it, and whether the office is open; if so, the minute is added.

Python 3.9 or newer and its standard library are all it needs. It says nothing about the pages for people, about who was told
what, and about whether terms.json is what agreement and contract mean; `ticketclock verify-dossier` looks at these.
Time zones are as this computer knows them.
It ends with 0 where everything holds and with 1 where something does not.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MINUTE, DAY = 60, 86400  # in seconds
Files = dict[str, bytes]
Point = tuple[int, int, int, int]


class Wrong(Exception):
    """Something does not hold; the message says what, in words."""


UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)
"""What Python raises on documents that are not what they should be."""


# === 1. The files =============================================================================================================

MOST_BYTES = 512 * 1024 * 1024
ABOUT_ITSELF = ("manifest.json", "signature.json")


def read_dossier(place: Path) -> Files:
    """The files of a dossier by name. Raises Wrong."""
    try:
        if place.is_dir():
            found = {one.relative_to(place).as_posix(): one for one in sorted(place.rglob("*")) if not one.is_dir()}
        else:
            found = {"": place}
        if sum(one.stat().st_size for one in found.values()) > MOST_BYTES or not all(map(Path.is_file, found.values())):
            raise Wrong(f"{place} is no dossier: something in it is larger than that, or no file")
        files = {name: one.read_bytes() for name, one in found.items()}
        return unzipped(files[""]) if "" in files else files
    except OSError as error:
        raise Wrong(f"{place} cannot be read: {error.strerror}") from None


def unzipped(container: bytes) -> Files:
    """A dossier's zip is not compressed and says nothing but its files, so it can be made again and has to be the same."""
    files: Files = {}
    name = "its list of contents"
    try:
        with zipfile.ZipFile(io.BytesIO(container)) as opened:
            for entry in opened.infolist():
                if entry.compress_type != zipfile.ZIP_STORED:
                    other = f"{entry.filename} in it is packed in another way than dossiers are"
                    raise Wrong(f"{other}; unzip it and check the folder")
            if sum(entry.file_size for entry in opened.infolist()) > len(container):
                raise Wrong("the zip is no dossier: it says that it holds more than it can")
            for entry in opened.infolist():
                name = entry.filename
                if name in files:
                    raise Wrong(f"{name} is in the zip twice")
                files[name] = opened.read(entry)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, *UNREADABLE):
        raise Wrong(f"{name} is damaged, or this is no zip") from None
    again, ends = io.BytesIO(), {}
    with zipfile.ZipFile(again, "w", zipfile.ZIP_STORED) as made:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            made.writestr(entry, content)
            ends[name] = again.tell()
    same = again.getvalue()
    if same != container:
        at = next((at for at in range(len(same)) if container[at : at + 1] != same[at : at + 1]), len(same))
        where = next((name for name, end in ends.items() if at < end), "its list of contents")
        raise Wrong(
            f"{where}: the zip around it is not as it was packed; unzip it and check the folder for what is in it"
        )
    return files


def document(files: Files, name: str) -> Any:
    """A JSON file of the dossier. Raises Wrong."""
    if name not in files:
        raise Wrong(f"{name} is missing")
    try:
        return json.loads(files[name].decode("utf-8"))
    except (ValueError, RecursionError):
        raise Wrong(f"{name} is no JSON") from None


def canonical(value: Any) -> bytes:
    """JSON with its keys in order and no spaces: the form that is hashed and signed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def check_files(files: Files, pinned: Sequence[str]) -> Iterator[str]:
    """Every file is as the manifest says, nothing is missing, nothing came to it, and the manifest is signed."""
    signature = document(files, "signature.json")
    if files["signature.json"] != json.dumps(signature, indent=1).encode() + b"\n":
        raise Wrong("signature.json was changed: it is not written as signatures are")
    yield check_signature("signature.json (of manifest.json)", signature, files["manifest.json"], pinned)
    listed = document(files, "manifest.json")["files"]
    wrong = [f"{name} is not in the manifest" for name in files if name not in listed and name not in ABOUT_ITSELF]
    for name, says in listed.items():
        if name not in files:
            wrong.append(f"{name} is missing")
        elif (len(files[name]), hashlib.sha256(files[name]).hexdigest()) != (says["bytes"], says["sha256"]):
            wrong.append(f"{name} was changed: its SHA-256 is another one than in the manifest")
    if wrong:
        raise Wrong("; ".join(wrong))
    yield f"All {len(listed)} files are as the manifest says, none is missing, none came to them."


def check_signature(what: str, signed: Any, message: bytes, pinned: Sequence[str]) -> str:
    key, signature = bytes.fromhex(signed["public_key"]), bytes.fromhex(signed["signature"])
    name = hashlib.sha256(key).hexdigest()[:16]
    if pinned and key.hex() not in pinned:
        raise Wrong(f"{what} is of the key {name}, which is not the one that you named")
    if signed["key"] != name:
        raise Wrong(f"{what} names the key {signed['key']} and brings along the key {name}")
    if not is_signed(key, signature, message):
        raise Wrong(f"{what}: the signature does not hold")
    whose = "the one that you named" if pinned else "the one that the dossier brings along"
    return f"{what}: the signature holds; its key, {name}, is {whose}."


SPKI = bytes.fromhex("302a300506032b6570032100")
"""What stands before the 32 bytes of an Ed25519 key in PEM (RFC 8410)."""


def read_public_key(told: str) -> str:
    """A key as somebody names it, in hexadecimal digits. Raises ValueError."""
    text = told.strip()
    if not re.fullmatch("[0-9a-fA-F]{64}", text):
        try:
            text = Path(told).read_bytes()[:10_000].decode("ascii").strip()
        except (OSError, ValueError):
            raise ValueError(f"{told!r} is neither 64 hexadecimal digits nor a file that can be read") from None
    pem = re.fullmatch(r"-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/]{59}=)\s+-----END PUBLIC KEY-----", text)
    if pem:
        content = base64.b64decode(pem[1])
        text = content[len(SPKI) :].hex() if content.startswith(SPKI) else ""
    if not re.fullmatch("[0-9a-fA-F]{64}", text):
        raise ValueError(f"{told!r} holds no Ed25519 key: neither 64 hexadecimal digits nor PEM")
    return text.lower()


# --- Ed25519 signatures, after RFC 8032, section 5.1 and its appendix A. All the numbers are from there. -----------------------

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)


def is_signed(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a signature (64 bytes) is one of the message by this public key (32 bytes)."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key, commitment = point(public_key), signature[:32]
    answer = int.from_bytes(signature[32:], "little")
    if key is None or answer >= ORDER:
        return False
    question = int.from_bytes(hashlib.sha512(commitment + public_key + message).digest(), "little") % ORDER
    x, y, z, t = key
    minus_key = (-x % PRIME, y, z, -t % PRIME)
    return packed_point(added(times(answer, BASE), times(question, minus_key))) == commitment


def point(packed: bytes) -> Point | None:
    """The point of the curve that 32 bytes stand for: y, and one bit that says which of its two x is meant."""
    number = int.from_bytes(packed, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= PRIME:
        return None
    square = (y * y - 1) * pow(CURVE * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if (x * x - square) % PRIME or (x == 0 and sign):
        return None
    x = PRIME - x if x & 1 != sign else x
    return x, y, 1, x * y % PRIME


def packed_point(one: Point) -> bytes:
    inverse = pow(one[2], PRIME - 2, PRIME)
    x, y = one[0] * inverse % PRIME, one[1] * inverse % PRIME
    return (y | (x & 1) << 255).to_bytes(32, "little")


def added(one: Point, other: Point) -> Point:
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % PRIME, (one[1] + one[0]) * (other[1] + other[0]) % PRIME
    c, d = 2 * one[3] * other[3] * CURVE % PRIME, 2 * one[2] * other[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def times(count: int, one: Point) -> Point:
    total = (0, 1, 1, 0)
    while count:
        if count & 1:
            total = added(total, one)
        one = added(one, one)
        count >>= 1
    return total


BASE = point((4 * pow(5, PRIME - 2, PRIME) % PRIME).to_bytes(32, "little")) or (0, 1, 1, 0)


# === 2. The stored events =====================================================================================================


class Stored(NamedTuple):
    position: int
    stream: str
    version: int
    name: str
    digest: str
    state: Any


def read_stored(files: Files, name: str) -> list[Stored]:
    """The stored events of a file, each as its digest says and after the one that it names. Raises Wrong."""
    events: list[Stored] = []
    for line in files[name].decode("utf-8").rstrip("\n").split("\n"):
        told = json.loads(line)
        which = f"{name}: event {told['version']}"
        # A digest is the SHA-256 of "stream/number/name/" and the state, so that neither content nor place can be changed.
        place = f"{told['stream']}/{told['version']}/{told['name']}/"
        if hashlib.sha256((place + told["state"]).encode("utf-8")).hexdigest() != told["digest"]:
            raise Wrong(f"{which} was changed: its digest is another one")
        state = json.loads(told["state"])
        before = events[-1] if events else None
        if told["version"] != len(events) + 1 or state.get("previous", "") != (before.digest if before else ""):
            raise Wrong(f"{which} does not follow the event before it: one was left out, moved or changed")
        if before and (told["stream"] != before.stream or told["position"] <= before.position):
            raise Wrong(f"{which} does not stand after the event before it in the log")
        events.append(Stored(told["position"], told["stream"], told["version"], told["name"], told["digest"], state))
    return events


# === 3. The seal ==============================================================================================================


def check_proofs(files: Files, histories: dict[str, list[Stored]], pinned: Sequence[str]) -> Iterator[str]:
    """The last event of every history is in the sealed log."""
    told = document(files, "proof.json")
    proofs = [told, *told.get("proofs", {}).values()]
    signer = document(files, "signature.json")["public_key"]
    for sealed in {canonical(proof["seal"]): proof["seal"] for proof in proofs}.values():
        seal = sealed["seal"]
        what = f"proof.json (seal {seal['number']} of {seal['sealed_at']})"
        if hashlib.sha256(canonical(seal)).hexdigest() != sealed["digest"]:
            raise Wrong(f"{what} was changed: its digest is another one")
        if sealed["public_key"] != signer:
            raise Wrong(f"{what} was signed with another key than the dossier")
        yield check_signature(what, {**sealed, "key": seal["key"]}, canonical(seal), pinned)
    for name, events in histories.items():
        head = events[-1]
        own = [proof for proof in proofs if proof["leaf"]["stream"] == head.stream]
        if not own:
            raise Wrong(f"{name}: there is no proof that its last event was sealed")
        for proof in own:
            leaf, seal = proof["leaf"], proof["seal"]["seal"]
            if (leaf["position"], leaf["version"], leaf["digest"]) != (head.position, head.version, head.digest):
                raise Wrong(f"{name}: the proof is about another event than its last one")
            if root_from(proof) != seal["root"] or leaf["position"] > seal["position"]:
                raise Wrong(f"{name}: the proof does not lead to the root of seal {seal['number']}")
        yield f"{name}: its last event, number {head.version}, was in the log when it was sealed."


def root_from(proof: Any) -> str:
    """Where the path leads from the leaf (RFC 9162, 2.1.3.2): two hashes make the one above them, up to the root."""
    leaf, last = proof["leaf"], proof["seal"]["seal"]["size"] - 1
    place = f"{leaf['position']}/{leaf['stream']}/{leaf['version']}/{leaf['digest']}"
    found, index = hashlib.sha256(b"\x00" + place.encode()).digest(), proof["index"]
    if not 0 <= index <= last:
        return ""
    for beside in map(bytes.fromhex, proof["path"]):
        if last == 0:
            return ""
        if index & 1 or index == last:
            found = hashlib.sha256(b"\x01" + beside + found).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + beside).digest()
        index, last = index >> 1, last >> 1
    return found.hex() if last == 0 else ""


# === 4. The case and what was stored ==========================================================================================

PERSONAL = {"text", "impact", "evidence", "why", "course_of_action", "counterpart", "authorized_by"}
"""What is stored sealed, because it is about people; `reason` is too, where somebody complained. It cannot be compared."""

CUSTOMER_SIDE = {
    *("customer", "end-user", "technical-contact", "primary-contact", "stand-in-contact", "administrator", "partner")
}
AN_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)")
BEGINNING = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
SECOND = 1_000_000


def micros(text: str) -> int:
    """An instant, such as 2024-03-28T16:30:00+01:00, in millionths of a second since 1970 UTC."""
    read = AN_INSTANT.fullmatch(text)
    if not read:
        raise ValueError(f"{text!r} is no instant")
    offset = "+00:00" if read[4] == "Z" else read[4]
    if not 1970 <= int(text[:4]) < 2200:
        raise ValueError(f"{text} is too far away")
    since = datetime.fromisoformat(f"{read[1]}T{read[2]}{offset}") - BEGINNING
    return (since.days * DAY + since.seconds) * SECOND + int((read[3] or "").ljust(6, "0"))


def check_case(case: Any, stored: list[Stored]) -> str:
    """The case tells the same events as were stored: as many, of the same kind and instants, with the same data."""
    if len(case["events"]) != len(stored):
        raise Wrong(f"case.json tells {len(case['events'])} events, {len(stored)} were stored")
    for one in stored:
        event = case["events"][one.version - 1]
        said = {"recorded_at": one.state["recorded_at"], "by": one.state.get("by"), **one.state["event"]}
        said["at"] = said.pop("effective_at")
        told = {"recorded_at": event["at"], "by": None, **event}
        kind = told["event"]
        name = re.sub(r"\.\d+$", "", one.name).rpartition(".")[2]
        for field in sorted({*said, *told} - {"event"}):
            if open_part(kind, field, said.get(field)) != open_part(kind, field, told.get(field)):
                raise Wrong(f"case.json: event {one.version} ({kind}) does not say under `{field}` what was stored")
        if kind != name or said.get("event", kind) != kind:
            raise Wrong(f"case.json: event {one.version} is told as `{kind}`, and was stored as `{name}`")
    return f"case.json tells the {len(stored)} events that were stored; what is personal is stored sealed and is not compared."


def check_said(told: Any, stored: list[Stored]) -> str:
    """The history of the dispute: who said something of which kind when, and whether it was accepted or upheld."""
    if len(told) != len(stored):
        raise Wrong(f"dispute.json tells {len(told)} events, {len(stored)} were stored")
    for one in stored:
        line = told[one.version - 1]
        event, kind = one.state["event"], re.sub(r"\.\d+$", "", one.name).rpartition(".")[2]
        said = {
            "version": one.version,
            "event": kind,
            "by": one.state.get("by"),
            "recorded_at": one.state["recorded_at"],
        }
        said["at"] = event["effective_at"]
        if kind != "claim_made":  # there it is the claim itself, with texts in it
            said["claim"] = event.get("claim")
        said.update(
            (field, event.get(field)) for field in ("number", "party", "accepts", "upheld", "wrote", "undid", "digest")
        )
        for field, value in said.items():
            if open_part("", field, value) != open_part("", field, line.get(field)):
                raise Wrong(f"dispute.json: event {one.version} does not say under `{field}` what was stored")
    return f"dispute.json tells the {len(stored)} events that were stored: by whom, when, and what was ruled."


def open_part(kind: str, field: str, value: Any) -> Any:
    """What of a field can be compared: instants as instants, of fields about people the names alone, of texts nothing."""
    if value is None or value == "" or value == {} or value == []:
        return None
    if field in PERSONAL or (field == "reason" and kind == "complained"):
        return "personal"
    if field == "fields":
        return sorted(value)
    if field == "data":
        return {name: open_part(kind if name != "reason" else "complained", name, one) for name, one in value.items()}
    if field == "by" and isinstance(value, dict):
        return {"role": value["role"], "id": None if value["role"] in CUSTOMER_SIDE else value["id"]}
    if isinstance(value, dict):
        return {name: open_part("", name, one) for name, one in value.items() if one is not None}
    if isinstance(value, str) and AN_INSTANT.fullmatch(value):
        return micros(value)
    return value


def check_terms(files: Files, terms: Any, filed: Any) -> Iterator[str]:
    """The agreement and the holidays are those that the ticket was filed with, by their digests."""
    own = terms["agreement"]
    for what in ("version", "digest"):
        if own[what] != filed[what]:
            raise Wrong(f"terms.json: the {what} of the agreement is not the one that the ticket was filed with")
    if own["id"] != filed["agreement"] or terms["holidays"] != filed.get("holidays", {}):
        raise Wrong("terms.json names another agreement, or other holidays, than the ticket was filed with")
    published = {"agreement.json": filed["digest"]}
    published.update({f"holidays/{name}.json": digest for name, digest in filed.get("holidays", {}).items()})
    for name, digest in published.items():
        if hashlib.sha256(canonical(document(files, name))).hexdigest() != digest:
            raise Wrong(f"{name} is not the document that the ticket was filed with")
    yield f"The agreement, {own['id']} {own['version']}, and its holidays are those that the ticket was filed with."


# === 5. The clocks, minute by minute ==========================================================================================

EPOCH = date(1970, 1, 1)
LAST_YEAR = 2400
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Calendar:
    """When the office is open. For every day (of UTC) it keeps a row of 1440 boxes, one a minute: 1 where it is open then."""

    def __init__(self, told: Any) -> None:
        self.zone = zone(told["zone"])
        self.versions = [(date.fromisoformat(one["since"] or "0001-01-01"), one) for one in told["versions"]]
        self.rows: dict[int, bytes] = {}
        self.opened: dict[date, list[tuple[int, int]]] = {}

    def version(self, day: date) -> Any:
        """The hours that hold on a date: the last version that began by then."""
        return [one for since, one in self.versions if since <= day or since == self.versions[0][0]][-1]

    def hours(self, day: date) -> list[str]:
        version = self.version(day)
        hours: list[str] = version["differing"].get(day.isoformat(), version["week"][WEEK[day.weekday()]])
        return hours

    def is_closed_date(self, day: date) -> bool:
        return bool(self.version(day)["differing"].get(day.isoformat()) == [])

    def wall(self, day: date, minutes: int) -> int:
        """The second at which the wall shows so many minutes after midnight. A time shown twice is meant the first time."""
        shown = datetime.combine(day, time(), self.zone) + timedelta(minutes=minutes)
        return int(shown.timestamp())

    def openings(self, day: date) -> list[tuple[int, int]]:
        """From when to when it is open on the hours of a date; `22:00-06:00` runs into the next one."""
        if day not in self.opened:
            self.opened[day] = []
            for text in self.hours(day):
                opens, closes = (int(wall[:2]) * 60 + int(wall[3:]) for wall in text.split("-"))
                closes += 1440 if closes <= opens else 0
                if closes > 1440 and self.is_closed_date(day + timedelta(days=1)):
                    closes = 1440  # a closed date closes whole, the end of the night before included
                first, last = self.wall(day, opens), self.wall(day, closes)
                shown = datetime.fromtimestamp(first, self.zone).date()
                if first < last and (shown == day or not self.is_closed_date(shown)):
                    self.opened[day].append((first, last))
        return self.opened[day]

    def row(self, day: int) -> bytes:
        """The boxes of a day, counted from 1 January 1970 UTC."""
        if day not in self.rows:
            boxes, midnight = bytearray(1440), day * DAY
            for near in range(-2, 3):
                for opens, closes in self.openings(EPOCH + timedelta(days=day + near)):
                    if opens % MINUTE or closes % MINUTE:
                        raise Wrong(
                            f"{self.zone} was not whole minutes from UTC then: this cannot be walked in minutes"
                        )
                    first, last = max(opens - midnight, 0) // MINUTE, min(closes - midnight, DAY) // MINUTE
                    if first < last:
                        boxes[first:last] = b"\x01" * (last - first)
            self.rows[day] = bytes(boxes)
        return self.rows[day]

    def minutes(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The open minutes from one second to another, each from when to when; the first and the last may be cut."""
        while start < end:
            day, boxes = start // DAY, self.row(start // DAY)
            if 1 not in boxes:
                start = (day + 1) * DAY  # a day without hours need not be walked
                continue
            until = min(end, start - start % MINUTE + MINUTE)
            if boxes[start % DAY // MINUTE]:
                yield start, until
            start = until

    def between(self, start: int, end: int) -> int:
        """The open seconds from one second to another."""
        return sum(until - since for since, until in self.minutes(start, end))

    def after(self, start: int, seconds: int) -> int | None:
        """The first second by which so many have been open; None where that never comes."""
        if seconds <= 0:
            return start
        for day in range(start // DAY, (date(LAST_YEAR, 1, 1) - EPOCH).days):
            for since, until in self.minutes(max(start, day * DAY), (day + 1) * DAY):
                seconds -= until - since
                if seconds <= 0:
                    return until + seconds
            if self.never_opens_after(EPOCH + timedelta(days=day)):
                return None
        return None

    def next_opening(self, start: int) -> int | None:
        """Itself where it is open then."""
        reached = self.after(start, 1)
        return None if reached is None else reached - 1

    def never_opens_after(self, day: date) -> bool:
        """Whether the hours to come are none at all."""
        since, version = self.versions[-1]
        last = max([since, *map(date.fromisoformat, version["differing"])])
        return not any(version["week"].values()) and day > last + timedelta(days=3)

    def business_day(self, start: int, count: int) -> list[tuple[int, int]]:
        """The hours of the so-manieth date that opens, after the date of the start."""
        day = datetime.fromtimestamp(start, self.zone).date()
        while count:
            day += timedelta(days=1)
            if day.year >= LAST_YEAR or self.never_opens_after(day):
                return []
            count -= 1 if self.openings(day) else 0
        return self.openings(day)

    def longest_weekday(self, at: int) -> int:
        """The seconds of the longest day of the week, as the wall shows them."""
        week = self.version(datetime.fromtimestamp(at, self.zone).date())["week"]
        longest = 0
        for hours in week.values():
            boxes = bytearray(2880)
            for text in hours:
                opens, closes = (int(wall[:2]) * 60 + int(wall[3:]) for wall in text.split("-"))
                closes += 1440 if closes <= opens else 0
                boxes[opens:closes] = b"\x01" * (closes - opens)
            longest = max(longest, sum(boxes) * MINUTE)
        return longest


def zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Wrong(
            f"this computer does not know the time zone {name}: install its time zone data (tzdata; with pip: "
            "`pip install tzdata`) and check again"
        ) from None


class Clock:
    """One clock of a ticket, in one cycle. All instants are seconds since 1970 UTC."""

    def __init__(self, terms: Any, calendars: dict[str, Calendar], place: ZoneInfo, cycle: int = 1) -> None:
        self.terms, self.calendars, self.place, self.cycle = terms, calendars, place, cycle
        self.name: str = terms["clock"]
        self.state = "pending"
        self.started_at: int | None = None
        self.stopped_at: int | None = None
        self.used = 0
        self.allowance: int | None = None
        self.is_less_than = False
        self.due: int | None = None
        self.due_at_stop: int | None = None
        self.breached_at: int | None = None
        self.waits: list[str] = []
        self.now = self.origin = 0
        self.severity = self.counts_as = 0  # the one in force, and the one by whose terms it counts
        self.lived: list[tuple[int, int]] = []  # when it ran and nothing paused it
        self.was_judged = False
        self.was_settled = self.stopped_early = self.settled_early = False  # "settled": by a resolution or closing
        self.agreed: tuple[str, int] | None = None  # a date that is not counted yet
        self.agreed_event = ""
        self.agreed_allowance: int | None = None

    @property
    def under(self) -> Any:
        return self.terms["at_severity"][str(self.counts_as)]

    @property
    def calendar(self) -> Calendar:
        return self.calendars[self.under["calendar"]["name"]]

    def count(self, until: int) -> None:
        """Walk on to another second, minute by minute."""
        if self.state != "running" or self.waits:
            self.now = max(self.now, until)
            return
        self.lived.append((self.now, until))
        for since, to in self.calendar.minutes(self.now, until):
            before, self.used = self.used, self.used + to - since
            if self.allowance is None or self.breached_at is not None or self.used < self.allowance:
                continue
            reached = since + max(self.allowance - before, 0)  # here, within this minute, the allowance is used up
            self.due = reached if self.due is None else self.due
            if self.is_less_than or self.used > self.allowance:
                self.breached_at = reached  # "less than": the limit itself is late; "at most": one second more is
        self.now = until

    def start(self, at: int, severity: int, waits: Sequence[str]) -> None:
        self.state, self.started_at, self.now, self.origin = "running", at, at, at
        self.severity = self.counts_as = severity
        self.pause(waits)
        self.allow(at)
        if self.stopped_early or self.settled_early:
            self.stop(at, settles=not self.stopped_early)

    def pause(self, waits: Sequence[str]) -> None:
        self.waits = [reason for reason in waits if reason in self.terms["paused_by"]]

    def stop(self, at: int, settles: bool) -> None:
        """A stop that comes before the start holds from the start."""
        if self.state == "pending":
            self.settled_early |= settles
            self.stopped_early |= not settles
        elif self.state == "running":
            self.count(at)
            self.due_at_stop = self.due_at()
            self.state, self.stopped_at, self.was_settled = "stopped", at, settles

    def void(self, at: int) -> None:
        if self.state == "running":
            self.count(at)
            self.stopped_at = at
        self.state = "void" if self.state in ("pending", "running") else self.state

    def reopen(self, at: int, severity: int, waits: Sequence[str]) -> None:
        """Go on with what was used; the time between is not counted."""
        if self.state == "pending":
            self.settled_early = False
        elif self.state == "stopped" and self.was_settled:
            self.state, self.stopped_at, self.now = "running", None, at
            self.pause(waits)
            self.take(severity, at)

    def take(self, severity: int, at: int) -> None:
        """Go on under a severity, in the way that the terms have for a change."""
        mode = self.terms["on_severity_change"]["mode"]
        changes, self.severity = severity != self.severity, severity
        if changes and mode != "keep":
            self.counts_as = severity
            if mode in ("restart", "remeasure"):
                self.used = 0 if mode == "restart" else sum(self.calendar.between(*one) for one in self.lived)
                self.allowance = None
                self.due = self.due if self.breached_at is not None else None
            if mode == "restart":
                self.started_at = self.origin = at
        self.allow(at)

    def allow(self, at: int) -> None:
        """What is allowed now, and whether what was used is too much already."""
        before = (self.allowance, self.is_less_than)
        if self.agreed:
            self.agreed_event, due = self.agreed
            own = self.terms["agreed_dates"][self.agreed_event]["calendar"]
            calendar = self.calendars[own] if own else self.calendar
            self.agreed_allowance, self.agreed = self.used + calendar.between(at, due), None
        rule = self.terms["agreed_dates"].get(self.agreed_event)
        if self.agreed_allowance is not None and (not rule["severities"] or self.severity in rule["severities"]):
            self.allowance, self.is_less_than = self.agreed_allowance, False
        else:
            target = self.under["target"]
            self.allowance, self.is_less_than = self.allowed_by(target), target["limit"] == "less than"
        if self.breached_at is not None or (self.was_judged and before == (self.allowance, self.is_less_than)):
            return
        self.was_judged, self.due = True, None
        if self.allowance is not None and self.used >= self.allowance:
            self.due = at
            if self.is_less_than or self.used > self.allowance:
                self.breached_at = at

    def allowed_by(self, target: Any) -> int | None:
        """The seconds that a target allows a clock that started when this one did; None for best effort."""
        kind, amount, start = target["kind"], target["amount"], self.origin
        if kind == "seconds":
            return int(amount)
        if kind == "calendar-days":  # the same time on the wall, so many dates later
            shown = datetime.fromtimestamp(start, self.place) + timedelta(days=amount)
            return int(shown.replace(fold=0).timestamp()) - start
        if kind == "counted-days":
            return int(amount) * self.calendar.longest_weekday(start) or None
        if kind == "business-days":
            hours = self.calendar.business_day(start, amount)
            to_opening = target["days_end"] == "at their opening"
            end = (min(hours)[0] if to_opening else max(last for _, last in hours)) if hours else None
            return None if end is None else self.calendar.between(start, end)
        return None

    def due_at(self) -> int | None:
        """When the allowance is used up if nothing more happens."""
        if self.breached_at is not None:
            return self.due
        if self.state == "stopped":
            return self.due_at_stop
        if self.state != "running" or self.waits or self.allowance is None:
            return None
        return self.due if self.due is not None else self.calendar.after(self.now, self.allowance - self.used)

    def verdict(self, excused: Iterable[str]) -> str:
        if self.breached_at is not None:
            return "excused" if self.name in excused else "breached"
        if self.allowance is None or self.state in ("void", "pending"):
            return "none"
        return "met" if self.state == "stopped" else "open"

    def next_cycle(self) -> Clock:
        following = Clock(self.terms, self.calendars, self.place, self.cycle + 1)
        following.agreed = self.agreed
        return following


class Ticket:
    """A ticket with its clocks, to which one event after another happens."""

    def __init__(self, terms: Any, severity: int) -> None:
        self.terms, self.severity = terms, severity
        calendars = {name: Calendar(told) for name, told in terms["calendars"].items()}
        self.clocks = {one["clock"]: Clock(one, calendars, zone(terms["zone"])) for one in terms["clocks"]}
        self.calendars = calendars
        self.ended: list[Clock] = []
        self.waits: list[str] = []
        self.settled = False
        self.fields: set[str] = set()
        self.seen: list[str] = []
        self.met: set[tuple[str, str, int, str]] = set()
        self.armed: list[tuple[str, str, Any, bool]] = []  # triggers that wait for their severity
        self.put_off: dict[str, int] = {}  # clocks that wait for the next opening

    def happen(self, at: int, event: Any) -> bool:
        """What an event does to the ticket, then to its clocks. False where the ticket is given up."""
        kind = event["event"]
        if kind in ("opened", "correctly_logged", "information_added"):
            self.fields |= {name for name, value in event.get("fields", {}).items() if value not in (None, "", [], {})}
        if kind in ("opened", "severity_changed") or (kind == "accepted" and self.is_agreed(event)):
            self.change_severity(at, event["severity"])
        elif kind == "waiting" and event["on"] not in self.waits:
            self.change_waits(at, [*self.waits, event["on"]])
        elif kind == "wait_ended" and event["on"] in self.waits:
            self.change_waits(at, [reason for reason in self.waits if reason != event["on"]])
        elif kind in ("resolved", "closed"):
            self.settled = True
        elif kind == "reopened":
            self.reopen(at)
        elif kind in ("timeline_agreed", "scheduled_for_release") and event.get("due"):
            for clock in self.clocks.values():
                if kind in clock.terms["agreed_dates"]:
                    clock.agreed = (kind, micros(event["due"]) // SECOND)
                    if clock.state == "running":
                        clock.count(at)
                        clock.allow(at)
        elif kind in ("declined", "withdrawn", "merged"):
            for clock in self.clocks.values():
                clock.void(at)
            return False
        self.seen.append(kind)
        for does in ("stops", "ends", "starts"):
            for clock in self.terms["clocks"]:
                for number, trigger in enumerate(clock[does]):
                    named = kind in (trigger.get("event"), trigger.get("also"))
                    if named and self.fires(trigger, (clock["clock"], does, number), event):
                        self.act(does, clock["clock"], trigger, at, event)
        return True

    def is_agreed(self, event: Any) -> bool:
        """Whether a severity that was accepted is in force: some agreements want both sides to have agreed to it."""
        if event.get("severity") is None:
            return False
        named = event.get("agreed_by") or []
        named = {named} if isinstance(named, str) else set(named)
        return not self.terms["accepted_severity_needs_both_sides"] or bool(named & (CUSTOMER_SIDE | {"both"}))

    def fires(self, trigger: Any, which: tuple[str, str, int], event: Any) -> bool:
        """Whether an event starts, stops or ends a clock; where only the severity is missing, a later change does it."""
        kind = event["event"]
        said = trigger.get("is", {})
        if kind == trigger["event"] and any(event.get(field) not in allowed for field, allowed in said.items()):
            return False
        if "also" in trigger:
            self.met.add((*which, kind))
            if not {(*which, trigger["event"]), (*which, trigger["also"])} <= self.met:
                return False
        if trigger.get("first") and self.seen.count(trigger["event"]) > 1:
            return False
        if "after_stop_of" in trigger and self.clocks[trigger["after_stop_of"]].stopped_at is None:
            return False
        if not set(trigger.get("complete", [])) <= self.fields:
            return False
        if "severities" in trigger and self.severity not in trigger["severities"]:
            self.armed.append((which[1], which[0], trigger, kind in ("resolved", "closed")))
            return False
        return True

    def act(self, does: str, name: str, trigger: Any, at: int, event: Any) -> None:
        """Start, stop or end a clock; a start may be dated back to an earlier report, or put off to the next opening."""
        if does == "starts":
            origin = event.get("origin") if trigger.get("backdated") and event["event"] == "opened" else None
            if isinstance(origin, dict) and origin.get("opened_at"):
                at = min(at, micros(origin["opened_at"]) // SECOND)
            hours = trigger.get("unless_open")
            opening = self.calendars[hours].next_opening(at) if hours else at
            if opening != at:
                if opening is not None:
                    self.put_off[name] = opening
                return
        self.do(does, name, at, event["event"] in ("resolved", "closed"))

    def do(self, does: str, name: str, at: int, settles: bool) -> None:
        if does == "starts":
            self.start(name, at)
        elif does == "stops":
            self.stop(name, at, settles)
        else:
            self.end(name, at)

    def start(self, name: str, at: int) -> None:
        clock = self.clocks[name]
        if clock.state == "pending" and not (clock.terms["repeats"] and self.settled):
            clock.start(at, self.severity, self.waits)

    def stop(self, name: str, at: int, settles: bool) -> None:
        """A clock that repeats begins its next cycle where it stops."""
        clock = self.clocks[name]
        repeats = clock.terms["repeats"]
        if clock.state == "running" or (clock.state == "pending" and not repeats):
            clock.stop(at, settles)
            if repeats:
                self.begin_anew(clock)
                self.start(name, at)

    def end(self, name: str, at: int) -> None:
        clock = self.clocks[name]
        if clock.state == "running":
            clock.void(at)
            self.begin_anew(clock)

    def begin_anew(self, clock: Clock) -> None:
        self.ended.append(clock)
        self.clocks[clock.name] = clock.next_cycle()

    def change_severity(self, at: int, severity: int) -> None:
        if severity == self.severity:
            return
        self.severity = severity
        for clock in self.clocks.values():
            if clock.state == "running":
                clock.count(at)
                clock.take(severity, at)
        armed, self.armed = self.armed, []
        for does, name, trigger, settles in armed:
            if severity in trigger["severities"]:
                self.do(does, name, at, settles)
            else:
                self.armed.append((does, name, trigger, settles))

    def change_waits(self, at: int, waits: list[str]) -> None:
        self.waits = waits
        for clock in self.clocks.values():
            if clock.state == "running":
                clock.count(at)
                clock.pause(waits)

    def reopen(self, at: int) -> None:
        """A reopening undoes the resolution or closing before it, in the way that the terms of each clock have."""
        self.settled = False
        modes = {name: clock.terms["on_reopening"]["mode"] for name, clock in self.clocks.items()}
        self.armed = [one for one in self.armed if not one[3] or modes[one[1]] == "ignore"]
        for clock in list(self.clocks.values()):
            if modes[clock.name] == "new-cycle" and clock.state == "stopped" and clock.was_settled:
                self.begin_anew(clock)
                self.clocks[clock.name].start(at, self.severity, self.waits)
            elif modes[clock.name] != "ignore":
                clock.reopen(at, self.severity, self.waits)

    def start_by_time(self, now: int) -> None:
        """Start what was put off to an opening, or begins where the allowance of another clock ends."""
        for name, opening in list(self.put_off.items()):
            if opening <= now:
                del self.put_off[name]
                self.start(name, opening)
        for _ in self.terms["clocks"]:  # one that starts so may let another one start
            for clock in self.terms["clocks"]:
                for trigger in clock["starts"]:
                    if "allowance_of" in trigger and self.clocks[clock["clock"]].state == "pending":
                        source = self.clocks[trigger["allowance_of"]]
                        if source.state == "running":
                            source.count(now)
                        ended = source.due_at()
                        if source.started_at is not None and ended is not None and ended <= now:
                            self.start(clock["clock"], ended)


# --- what is judged of a history ----------------------------------------------------------------------------------------------


def in_hindsight(lines: Sequence[Any], known_at: str | None) -> tuple[list[tuple[int, Any]], Any, set[str]]:
    """The events with corrections and rulings applied, in their order, each with its instant in millionths of a second.

    Beside them the readings that rulings chose, and the clocks whose breaches they excused. What was recorded after `known_at` is
    not there.
    """
    known: dict[int, tuple[int, Any]] = {}
    for number, line in enumerate(lines, start=1):
        if known_at is None or micros(line.get("recorded_at") or line["at"]) <= micros(known_at):
            known[number] = (micros(line["at"]), line)
    corrections = [number for number, (_, line) in known.items() if line["event"] == "corrected"]

    def about(number: int) -> int | None:
        line: Any = known.get(number, (0, {}))[1]
        return line.get("number") if line.get("event") == "corrected" else None

    def correct(number: int) -> None:
        correction, target = known[number][1], about(number) or 0
        if target not in known:
            return
        at, line = known[target]
        if correction.get("struck"):
            del known[target]
        elif correction.get("moved_to"):
            known[target] = (micros(correction["moved_to"]), line)
        else:
            data = {name: one for name, one in (correction.get("data") or {}).items() if name != "event"}
            known[target] = (at, {**line, **data})

    for number in reversed(corrections):  # the last one is as it stands; those before it may have been corrected
        for later in corrections:
            if later > number and about(later) == number:
                correct(later)
    for number in corrections:
        target = known.get(about(number) or 0)
        if target is not None and target[1]["event"] != "corrected":
            correct(number)

    rulings = [(number, at, line) for number, (at, line) in known.items() if line["event"] == "ruled"]
    struck = {line.get("strike_wait") for _, _, line in rulings}
    timeline = [
        (at, 1, number, line)
        for number, (at, line) in known.items()
        if line["event"] not in ("corrected", "ruled") and not (number in struck and line["event"] == "waiting")
    ]
    timeline.sort(key=lambda one: one[0])
    opened_at = next((at for at, _, _, line in timeline if line["event"] == "opened"), 0)
    for number, ruled_at, ruling in rulings:
        if ruling.get("severity") is not None:
            since = max(micros(ruling["since"]), opened_at) if ruling.get("since") else opened_at
            ruled = {"severity": ruling["severity"]}
            timeline = [
                (at, rank, told, {**line, **ruled})
                if line.get("severity") is not None and since <= at and (at, told) <= (ruled_at, number)
                else (at, rank, told, line)
                for at, rank, told, line in timeline
            ]
            timeline.append((since, 0, number, {"event": "severity_changed", **ruled}))
            timeline.sort(key=lambda one: one[:3])
    readings = {name: option for _, _, line in rulings for name, option in (line.get("reading") or {}).items()}
    excused = {line["excuse"] for _, _, line in rulings if line.get("excuse")}
    return [(at, line) for at, _, _, line in timeline], readings, excused


def used_by_walking(case: Any, terms: Any, as_of: str, known_at: str | None = None) -> dict[tuple[str, int], Any]:
    """What each clock and cycle of a case says as of an instant, with what was known at another, in the words of an answer."""
    events, _, excused = in_hindsight(case["events"], known_at)
    until = micros(as_of) // SECOND
    told = [(at // SECOND, event) for at, event in events if at <= micros(as_of)]
    severity = next((event["severity"] for _, event in told if event["event"] == "opened"), None)
    ticket = Ticket(terms, severity or 0)
    if severity is not None:
        contract = [
            (micros(wait[edge]) // SECOND, {"event": kind, "on": wait["on"]})
            for wait in terms["contract_waits"]
            for edge, kind in (("from", "waiting"), ("to", "wait_ended"))
            if wait[edge] is not None and micros(wait[edge]) // SECOND <= until
        ]
        for at, event in sorted(contract + told, key=lambda one: one[0]):
            ticket.start_by_time(at)
            if not ticket.happen(at, event):
                break
        ticket.start_by_time(until)
        for clock in ticket.clocks.values():
            if clock.state == "running":
                clock.count(until)
    current = [clock for clock in ticket.clocks.values() if clock.cycle == 1 or clock.started_at is not None]
    return {(clock.name, clock.cycle): answer(clock, excused) for clock in [*ticket.ended, *current]}


def shown(second: int | None) -> str | None:
    """A second as answers write it."""
    return None if second is None else f"{BEGINNING + timedelta(seconds=second):%Y-%m-%dT%H:%M:%SZ}"


def answer(clock: Clock, excused: Iterable[str]) -> dict[str, Any]:
    return {
        "state": "paused" if clock.state == "running" and clock.waits else clock.state,
        "verdict": clock.verdict(excused),
        "started_at": shown(clock.started_at),
        "stopped_at": shown(clock.stopped_at),
        "due_at": shown(clock.due_at()),
        "breached_at": shown(clock.breached_at),
        "allowance_seconds": clock.allowance,
        "used_seconds": clock.used,
        "left_seconds": None if clock.allowance is None else clock.allowance - clock.used,
    }


# --- what is said of them -----------------------------------------------------------------------------------------------------


def check_replay(files: Files, name: str) -> Iterator[str]:
    """What an answer says of each clock is what walking gives. It may be about events that were added to the history."""
    case, replay = document(files, "case.json"), document(files, name)
    terms = replay.get("terms") or document(files, "terms.json")
    added = (replay.get("hypothesis") or {}).get("with", [])
    asked = {**case, "events": [*case["events"], *added]}
    _, ruled, _ = in_hindsight(asked["events"], replay["known_at"])
    chosen = {one["id"]: one["option"] for one in terms["readings"]}
    for reading, option in {**replay["readings"], **ruled}.items():
        if chosen.get(reading) != option:
            raise Wrong(f"{name}: it reads {reading} as {option}, and its terms do not")
    walked = used_by_walking(asked, terms, replay["as_of"], replay["known_at"])
    answered = {(one["clock"], one["cycle"]): one for one in replay["answer"]["clocks"]}
    if set(walked) != set(answered):
        raise Wrong(f"{name}: it has other clocks, or other cycles of them, than walking gives")
    for (clock, cycle), found in walked.items():
        for what, value in found.items():
            said = answered[clock, cycle][what]
            if said != value:
                of = f"clock {clock}, cycle {cycle}"
                raise Wrong(f"{name}: of {of}, it says that {what} is {said}; walking minute by minute gives {value}")
    told = [f"{clock} {found['verdict']}" for (clock, _), found in walked.items() if found["started_at"]]
    yield f"{name}: walked minute by minute, every clock is as it says ({', '.join(told) or 'none started'})."


def check(files: Files, pinned: Sequence[str]) -> Iterator[tuple[bool, str]]:
    """Everything, one sentence after another, each with whether it holds."""
    if "manifest.json" not in files:
        yield False, "there is no manifest.json in it: this is no dossier."
        return
    yield from sentences("manifest.json or signature.json", partial(check_files, files, pinned))
    histories: dict[str, list[Stored]] = {}

    def chains() -> Iterator[str]:
        for name in ("history.jsonl", "contract.jsonl", "dispute.jsonl"):
            if name in files or name == "history.jsonl":
                histories[name] = read_stored(files, name)
                yield f"{name}: {len(histories[name])} events, each follows the one before it."

    yield from sentences("one of history.jsonl, contract.jsonl, dispute.jsonl", chains)
    yield from sentences("proof.json", partial(check_proofs, files, histories, pinned))

    def the_case() -> Iterator[str]:
        history, manifest = histories["history.jsonl"], document(files, "manifest.json")
        contract = history[0].state["filed"]["contract"]
        whose = {"history.jsonl": manifest["ticket"], "contract.jsonl": contract, "dispute.jsonl": manifest["dispute"]}
        for name, events in histories.items():
            if events[0].stream != whose[name]:
                raise Wrong(f"{name} is not about this ticket, its contract or its dispute")
        yield check_case(document(files, "case.json"), history)
        if "dispute.jsonl" in histories:
            yield check_said(document(files, "dispute.json")["history"], histories["dispute.jsonl"])
        yield from check_terms(files, document(files, "terms.json"), history[0].state["filed"])

    yield from sentences("case.json, dispute.json, terms.json or what they rest on", the_case)
    replays = [name for name in files if name.startswith("replays/")]
    if "replays/known-now.json" not in replays:
        yield False, "replays/known-now.json is missing: there is no answer to be checked."
    for name in replays:
        yield from sentences(name, partial(check_replay, files, name))


def sentences(what: str, said: Callable[[], Iterable[str]]) -> Iterator[tuple[bool, str]]:
    """The sentences of one part of the check, up to the first that does not hold."""
    try:
        for sentence in said():
            yield True, sentence
    except Wrong as wrong:
        yield False, f"{wrong}."
    except UNREADABLE as error:
        yield False, f"{what} cannot be checked: something there is not what it should be ({type(error).__name__})."


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Checks the dossier of a support ticket, and says in words what holds."
    )
    parser.add_argument("dossier", type=Path, help="the zip, or the folder that it was unpacked to")
    key = "a key that signatures have to be of: 64 hexadecimal digits, or a file that holds them or is PEM"
    parser.add_argument("--public-key", metavar="KEY", action="append", default=[], help=key)
    asked = parser.parse_args(arguments)
    try:
        pinned = [read_public_key(key) for key in asked.public_key]
    except ValueError as error:
        print(f"check.py: --public-key: {error}", file=sys.stderr)
        return 2
    try:
        files = read_dossier(asked.dossier)
    except Wrong as wrong:
        print(f"DOES NOT HOLD  {wrong}.")
        return 1
    failed = 0
    for holds, sentence in check(files, pinned):
        failed += not holds
        print(f"{'holds' if holds else 'DOES NOT HOLD':13}  {sentence}")
    print(f"{failed} of this does not hold." if failed else "All of this holds.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
