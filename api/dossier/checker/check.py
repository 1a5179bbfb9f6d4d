#!/usr/bin/env python3
"""Checks the dossier of a support ticket, without the program that made it.

    python3 check.py DOSSIER                      (the zip, or the folder that it was unpacked to)
    python3 check.py DOSSIER --public-key KEY     (a signature counts only if it is of this key)

It asks, and answers in words; each question is a section of this file:

1. Are all files as they were signed?                      manifest.json, signature.json
2. Does each stored event follow the one before it?        history.jsonl, contract.jsonl, dispute.jsonl
3. Was the last of them in the log when it was sealed?     proof.json
4. Is what is told what was stored, by what was agreed?    case.json, dispute.json, terms.json, agreement.json, holidays/
5. Which events are judged, and at which instants?         case.json: corrections and rulings
6. When is it open?                                        terms.json: calendars
7. What has one clock used, and what was it allowed?       terms.json: targets
8. What do events do to the clocks of a ticket?            terms.json: what starts and stops them
9. Does every answer say the same?                         replays/
10. How a signature is reckoned, for 1 and 3.

From 5 to 9 it does what a patient person would do with a wall calendar and a pencil: it goes from one open minute to the next, and
where the clock is running and nothing pauses it, the minute is added. The rules are those of the page "How clocks behave"
(semantics.md): (3.5) is number 5 of its section 3.

It needs Python 3.9 or newer and nothing else; time zones are as this computer knows them. It says what it did not look at, and
ends with 0 where everything holds, with 1 where something does not, and with 2 where the key that was named is none.
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
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Files = dict[str, bytes]

UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)
"""What Python raises on documents that are not what they should be."""


class Wrong(Exception):
    """Something does not hold; the message says what, in words."""


def demand(holds: object, otherwise: str) -> None:
    """Raise Wrong, with what is to be said then, unless it holds."""
    if not holds:
        raise Wrong(otherwise)


# === 1. The files =============================================================================================================


def read_dossier(place: Path) -> Files:
    """The files of a dossier by name. Raises Wrong."""
    try:
        if place.is_dir():
            found = (one for one in sorted(place.rglob("*")) if one.is_file())
            return {one.relative_to(place).as_posix(): one.read_bytes() for one in found}
        return unzipped(place.read_bytes())
    except OSError as error:
        raise Wrong(f"{place} cannot be read: {error.strerror}") from None


def unzipped(container: bytes) -> Files:
    """A dossier's zip is not compressed and says nothing but its files, so it can be made again and has to be the same."""
    files: Files = {}
    name, again, advice = "its list of contents", io.BytesIO(), "unzip it and check the folder"
    try:
        with zipfile.ZipFile(io.BytesIO(container)) as opened, zipfile.ZipFile(again, "w") as made:
            for entry in opened.infolist():
                name, begins = entry.filename, again.tell()
                stored = entry.compress_type == zipfile.ZIP_STORED
                demand(stored, f"{name} in it is packed in another way than dossiers are; {advice}")
                demand(name not in files, f"{name} is in the zip twice")
                files[name] = opened.read(entry)
                as_packed = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                as_packed.create_system, as_packed.external_attr = 3, 0o100644 << 16
                made.writestr(as_packed, files[name])
                same = again.getvalue()[begins:] == container[begins : again.tell()]
                demand(same, f"{name}: the zip around it is not as it was packed; {advice}")
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, *UNREADABLE):
        raise Wrong(f"{name} is damaged, or this is no zip") from None
    demand(again.getvalue() == container, f"the zip's list of contents is not as it was packed; {advice}")
    return files


def document(files: Files, name: str) -> Any:
    """A JSON file of the dossier. Raises Wrong."""
    demand(name in files, f"{name} is missing")
    try:
        return json.loads(files[name].decode("utf-8"))
    except (ValueError, RecursionError):
        raise Wrong(f"{name} is no JSON") from None


def canonical(value: Any) -> bytes:
    """JSON with its keys in order and no spaces: the form that is hashed and signed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def check_signed(files: Files, pinned: Sequence[str]) -> Iterator[str]:
    """The manifest is signed; with every file it names by its digest, so are those."""
    signature = document(files, "signature.json")
    as_written = json.dumps(signature, indent=1).encode() + b"\n"
    demand(files["signature.json"] == as_written, "signature.json was changed: it is not written as signatures are")
    yield check_signature("signature.json (of manifest.json)", signature, files["manifest.json"], pinned)


def check_signature(what: str, signed: Any, message: bytes, pinned: Sequence[str]) -> str:
    """A message was signed by the key that is given with the signature; by one of those that were named, if any were."""
    key, signature = bytes.fromhex(signed["public_key"]), bytes.fromhex(signed["signature"])
    name = sha256(key)[:16]
    demand(not pinned or key.hex() in pinned, f"{what} is of the key {name}, which is not the one that you named")
    demand(signed["key"] == name, f"{what} names the key {signed['key']} and brings along the key {name}")
    because = "what was signed was changed, or the signature was"
    demand(is_signed(key, signature, message), f"{what}: the signature does not hold; {because}")
    whose = "the one that you named" if pinned else "the one that the dossier brings along"
    return f"{what}: the signature holds; its key, {name}, is {whose}."


def check_files(files: Files) -> Iterator[str]:
    """Every file is as the manifest says, nothing is missing, nothing came to it."""
    listed = document(files, "manifest.json")["files"]
    wrong = [f"{name} is missing" for name in listed if name not in files]
    for name in files.keys() - {"manifest.json", "signature.json"}:
        if name not in listed:
            wrong.append(f"{name} is not in the manifest")
        elif listed[name] != {"bytes": len(files[name]), "sha256": sha256(files[name])}:
            wrong.append(f"{name} was changed: its SHA-256 is another one than in the manifest")
    demand(not wrong, "; ".join(sorted(wrong)))
    yield f"All {len(listed)} files are as the manifest says, none is missing, none came to them."


def read_public_key(told: str) -> str:
    """A key as somebody names it, in hexadecimal digits. Raises ValueError."""
    try:
        text = told if re.fullmatch("[0-9a-fA-F]{64}", told.strip()) else Path(told).read_text("ascii")
        pem = re.fullmatch(r"-----BEGIN PUBLIC KEY-----\s+(\S+)\s+-----END PUBLIC KEY-----", text.strip())
        begins = bytes.fromhex("302a300506032b6570032100")  # as every Ed25519 key in PEM does (RFC 8410)
        key = base64.b64decode(pem[1]).removeprefix(begins) if pem else bytes.fromhex(text)
    except (OSError, ValueError):
        key = b""
    if len(key) != 32:
        raise ValueError(f"{told!r} is no Ed25519 key: neither 64 hexadecimal digits nor a file with them or in PEM")
    return key.hex()


# === 2. The stored events =====================================================================================================


def check_chain(files: Files, histories: dict[str, list[Any]], name: str) -> Iterator[str]:
    """Each stored event of a file is as its digest says and names the one before it; `histories` gets them."""
    events: list[Any] = []
    for line in files[name].decode("utf-8").rstrip("\n").split("\n"):
        one, before = json.loads(line), events[-1] if events else None
        which = f"{name}: event {one['version']}"
        # A digest is the SHA-256 of "stream/number/name/" and the state, so that neither content nor place can be changed.
        hashed = f"{one['stream']}/{one['version']}/{one['name']}/{one['state']}"
        demand(sha256(hashed.encode("utf-8")) == one["digest"], f"{which} was changed: its digest is another one")
        one["state"] = json.loads(one["state"])
        one["kind"] = re.sub(r"\.\d+$", "", one["name"]).rpartition(".")[2]  # of "ticket.opened", or "ticket.opened.2"
        number, digest = (before["version"], before["digest"]) if before else (0, "")
        follows = (one["version"], one["state"].get("previous", "")) == (number + 1, digest)
        follows &= not before or (one["stream"] == before["stream"] and one["position"] > before["position"])
        demand(follows, f"{which} does not follow the event before it: one was left out, moved or changed")
        events.append(one)
    histories[name] = events
    yield f"{name}: {counted(len(events), 'event')}, {'each follows the one before it' if events[1:] else 'the first'}."


# === 3. The seal ==============================================================================================================


def proofs_in(files: Files) -> list[Any]:
    told = document(files, "proof.json")
    return [told, *told.get("proofs", {}).values()]


def check_seals(files: Files, pinned: Sequence[str]) -> Iterator[str]:
    """Whoever signed the dossier sealed the log."""
    signer = document(files, "signature.json")["public_key"]
    for sealed in {canonical(proof["seal"]): proof["seal"] for proof in proofs_in(files)}.values():
        seal = sealed["seal"]
        what = f"proof.json (seal {seal['number']} of {seal['sealed_at']})"
        demand(sha256(canonical(seal)) == sealed["digest"], f"{what} was changed: its digest is another one")
        demand(sealed["public_key"] == signer, f"{what} was signed with another key than the dossier")
        yield check_signature(what, {**sealed, "key": seal["key"]}, canonical(seal), pinned)


def check_proof(files: Files, histories: dict[str, list[Any]], name: str) -> Iterator[str]:
    """The last event of a history is in the log that a seal is of, whatever is to be said of the seal itself."""
    for head in histories.get(name, [])[-1:]:
        own = [proof for proof in proofs_in(files) if proof["leaf"]["stream"] == head["stream"]]
        demand(own, f"{name}: there is no proof that its last event was sealed")
        for proof in own:
            leaf, seal = proof["leaf"], proof["seal"]["seal"]
            is_head = leaf == {field: head[field] for field in leaf}
            demand(is_head, f"{name}: the proof is about another event than its last one")
            leads = root_from(proof) == seal["root"] and leaf["position"] <= seal["position"]
            demand(leads, f"{name}: the proof does not lead to the root of seal {seal['number']}")
            yield f"{name}: its last event, number {head['version']}, is in the log that seal {seal['number']} is of."


def root_from(proof: Any) -> str:
    """The root of the log's tree, reckoned from one event and the hashes that stand beside its way up (RFC 9162, 2.1)."""
    leaf, index, size, is_right = proof["leaf"], proof["index"], proof["seal"]["seal"]["size"], []
    while size > 1:  # down to the event: the left part of a tree has the greatest power of 2 below its size
        left = 1 << (size - 1).bit_length() - 1
        is_right.append(index >= left)
        index, size = (index - left, size - left) if index >= left else (index, left)
    if (index, size) != (0, 1) or len(proof["path"]) != len(is_right):
        return ""
    place = f"{leaf['position']}/{leaf['stream']}/{leaf['version']}/{leaf['digest']}"
    found = hashlib.sha256(b"\x00" + place.encode()).digest()
    for beside in map(bytes.fromhex, proof["path"]):  # and up again: two hashes make the one above them
        found = hashlib.sha256(b"\x01" + (beside + found if is_right.pop() else found + beside)).digest()
    return found.hex()


# === 4. What is told, and what was stored =====================================================================================

CUSTOMER_SIDE = {
    *("customer", "end-user", "technical-contact", "primary-contact", "stand-in-contact", "administrator", "partner")
}
PERSONAL = {"text", "impact", "evidence", "why", "course_of_action", "counterpart", "authorized_by"}
"""What is stored sealed, because it is about people or said by them: it cannot be compared."""

PERSONAL_IN = {"complained": {"reason"}, "corrected": {"reason"}, "dispute.json": {"reason", "says", "name", "to"}}


def check_told(name: str, told: Any, stored: list[Any]) -> Iterator[str]:
    """A file tells the events that were stored: as many, of the same kind and instants, by the same people, with the same data."""
    demand(
        len(told) == len(stored), f"{name} tells {counted(len(told), 'event')}, the stored history has {len(stored)}"
    )
    for one in stored:
        number, kind, state, line = one["version"], one["kind"], one["state"], told[one["version"] - 1]
        around = ("recorded_at", "by", "sent_by") if name == "dispute.json" else ("recorded_at", "by")
        envelope = {field: state.get(field) for field in around}
        was = {"event": kind, "version": number, **envelope, **state["event"]}
        said = {"recorded_at": line["at"], "version": number, **line}
        is_kind = said["event"] == was["event"] == kind
        demand(is_kind, f"{name}: event {number} is told as `{said['event']}`, and was stored as `{kind}`")
        personal = PERSONAL | PERSONAL_IN.get(kind, set()) | PERSONAL_IN.get(name, set())
        stored_as, told_as = comparable(was, personal), comparable(said, personal)
        for field in sorted({*stored_as, *told_as}):
            same = stored_as.get(field) == told_as.get(field)
            demand(same, f"{name}: event {number} ({kind}) does not say under `{field}` what was stored")
    yield f"{name} tells the {counted(len(stored), 'stored event')}; texts about people are stored sealed and are not compared."


def comparable(value: Any, personal: set[str]) -> Any:
    """What can be compared: instants as instants, what is empty as what is not there, of what is sealed only that it is there."""
    if isinstance(value, dict):
        sealed = personal | ({"id"} if value.get("role") in CUSTOMER_SIDE else set())
        told = {name: one for name, one in value.items() if one not in (None, "", [], {})}
        told = {name: "sealed" if name in sealed else comparable(one, personal) for name, one in told.items()}
        if "fields" in told:
            told["fields"] = sorted(value["fields"])
        return {"at" if name == "effective_at" else name: one for name, one in told.items()}
    if isinstance(value, list):
        return [comparable(one, personal) for one in value]
    return micros(value) if isinstance(value, str) and AN_INSTANT.fullmatch(value) else value


def check_terms(files: Files, filed: Any) -> Iterator[str]:
    """The agreement and the holidays are those that the ticket was filed with, by their digests."""
    terms = document(files, "terms.json")
    own = terms["agreement"]
    for what, named in (("id", "agreement"), ("version", "version"), ("digest", "digest")):
        demand(own[what] == filed[named], f"terms.json: its {what} of the agreement is not the ticket's")
    demand(terms["holidays"] == filed.get("holidays", {}), "terms.json: its lists of holidays are not the ticket's")
    published = {f"holidays/{name}.json": digest for name, digest in terms["holidays"].items()}
    for name, digest in {"agreement.json": filed["digest"], **published}.items():
        same = sha256(canonical(document(files, name))) == digest
        demand(same, f"{name} is not the document that the ticket was filed with")
    yield f"The agreement, {own['id']} {own['version']}, and its holidays are those that the ticket was filed with."


# === 5. The events that are judged ============================================================================================

MINUTE, DAY = 60, 86400  # in seconds
SECOND = 1_000_000  # in millionths of a second
BEGINNING = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
AN_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)")


def micros(text: str) -> int:
    """An instant, such as 2024-03-28T16:30:00+01:00, in millionths of a second since 1970 UTC (1.1). Raises ValueError."""
    read = AN_INSTANT.fullmatch(text)
    if not read or not 1970 <= int(text[:4]) < 2200:
        raise ValueError(f"{text!r} is no instant, or one too far away")
    since = datetime.fromisoformat(f"{read[1]}T{read[2]}{read[4].replace('Z', '+00:00')}") - BEGINNING
    return (since.days * DAY + since.seconds) * SECOND + int((read[3] or "").ljust(6, "0"))


def in_hindsight(lines: Sequence[Any], known_at: str | None) -> tuple[list[tuple[int, Any]], Any, set[str]]:
    """The events as they are judged, each with its instant in millionths of a second: corrections and rulings applied (4.2).

    Beside them the readings that rulings chose, and the clocks whose breaches they excused.
    """
    known = {
        number: line
        for number, line in enumerate(lines, start=1)
        if known_at is None or micros(line.get("recorded_at") or line["at"]) <= micros(known_at)
    }
    judged = corrected(known)
    rulings = {number: line for number, line in judged.items() if line["event"] == "ruled"}
    struck = {line.get("strike_wait") for line in rulings.values()}
    timeline = [
        (micros(line["at"]), 1, number, line)
        for number, line in judged.items()
        if line["event"] != "ruled" and not (line["event"] == "waiting" and number in struck)
    ]
    timeline.sort(key=lambda one: one[:3])  # by instant, then in the order of the history (1.3)
    opened_at = next((at for at, _, _, line in timeline if line["event"] == "opened"), 0)
    for number, ruling in rulings.items():
        if ruling.get("severity") is not None:
            ruled, until = {"severity": ruling["severity"]}, (micros(ruling["at"]), number)
            since = max(micros(ruling["since"]), opened_at) if ruling.get("since") else opened_at
            for place, (at, first, told, line) in enumerate(timeline):
                if since <= at and (at, told) <= until and line.get("severity") is not None:
                    timeline[place] = (at, first, told, {**line, **ruled})
            timeline.append((since, 0, number, {"event": "severity_changed", **ruled}))  # 0: before the others of then
            timeline.sort(key=lambda one: one[:3])
    readings = {name: option for line in rulings.values() for name, option in (line.get("reading") or {}).items()}
    excused = {line["excuse"] for line in rulings.values() if line.get("excuse")}
    return [(at, line) for at, _, _, line in timeline], readings, excused


def corrected(known: dict[int, Any]) -> dict[int, Any]:
    """The events by number, but for corrections: each as those say that it was, if it was (4.1)."""
    corrections: dict[int, Any] = {}

    def as_it_was(number: int) -> Any:
        line = known[number]
        for _, correction in sorted(corrections.items()):
            if line is not None and correction["number"] == number:
                if correction.get("struck"):
                    line = None
                elif correction.get("moved_to"):
                    line = {**line, "at": correction["moved_to"]}
                else:
                    data = correction.get("data") or {}
                    line = {**line, **{name: one for name, one in data.items() if name not in ("event", "at")}}
        return line

    for number in sorted(
        known, reverse=True
    ):  # the last correction is as it stands; those before may have been corrected
        if known[number]["event"] == "corrected" and (line := as_it_was(number)) is not None:
            corrections[number] = line
    events = {number: as_it_was(number) for number, line in known.items() if line["event"] != "corrected"}
    return {number: line for number, line in events.items() if line is not None}


# === 6. Calendars =============================================================================================================

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Calendar:
    """When the office is open: weekly hours on the wall of a time zone, and dates that differ (2.1)."""

    def __init__(self, told: Any) -> None:
        self.zone = zone(told["zone"])
        self.versions = told["versions"]
        self.known: dict[int, list[int]] = {}
        named = [day for version in self.versions for day in (version["since"], *version["differing"]) if day]
        goes_on = any(self.versions[-1]["week"].values())
        self.last_date = "2400-01-01" if goes_on else max(named, default="1970-01-01")  # it opens no later (2.5)

    def version(self, day: date) -> Any:
        """The hours that hold on a date: the last version that began by then (3.14)."""
        return ([one for one in self.versions if (one["since"] or "") <= day.isoformat()] or self.versions[:1])[-1]

    def is_closed_date(self, day: date) -> bool:
        return bool(self.version(day)["differing"].get(day.isoformat()) == [])

    def wall(self, day: date, minutes: int) -> int:
        """The second at which the wall shows so many minutes after midnight; a time shown twice is meant the first time (2.2)."""
        shown = datetime.combine(day, time(), self.zone) + timedelta(minutes=minutes)
        return int(shown.timestamp())

    def openings(self, day: date) -> list[tuple[int, int]]:
        """From when to when it is open on the hours of a date; `22:00-06:00` runs into the next one (2.1)."""
        found, version = [], self.version(day)
        for hours in version["differing"].get(day.isoformat(), version["week"][WEEK[day.weekday()]]):
            opens, closes = wall_minutes(hours)
            if closes > 1440 and self.is_closed_date(day + timedelta(days=1)):
                closes = 1440  # a closed date closes whole, the end of the night before included
            first, last = self.wall(day, opens), self.wall(day, closes)
            shown = datetime.fromtimestamp(first, self.zone).date()  # another date where a zone skipped this one whole
            if first < last and (shown == day or not self.is_closed_date(shown)):
                found.append((first, last))
        return found

    def open_minutes(self, day: int) -> list[int]:
        """The seconds at which the open minutes of a day begin; days are those of UTC, counted from 1970."""
        if day not in self.known:
            midnight = day * DAY
            found: set[int] = set()
            for near in (-2, -1, 0, 1):  # the hours of a date may begin the day before by UTC, and end two days later
                for opens, closes in self.openings(BEGINNING.date() + timedelta(days=day + near)):
                    is_whole = opens % MINUTE == closes % MINUTE == 0
                    demand(is_whole, f"{self.zone} was not whole minutes from UTC then: no walking by minutes")
                    found.update(range(max(opens, midnight), min(closes, midnight + DAY), MINUTE))
            self.known[day] = sorted(found)
        return self.known[day]

    def minutes(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The open minutes from one second to another, each from when to when; the first and the last may be cut."""
        for day in range(start // DAY, end // DAY + 1):
            for minute in self.open_minutes(day):
                if start - MINUTE < minute < end:
                    yield max(start, minute), min(end, minute + MINUTE)

    def between(self, start: int, end: int) -> int:
        """The open seconds from one second to another (2.3)."""
        return sum(until - since for since, until in self.minutes(start, end))

    def after(self, start: int, seconds: int) -> int | None:
        """The first second by which so many have been open (2.3); None where that never comes (2.5)."""
        if seconds <= 0:
            return start
        end = (date.fromisoformat(self.last_date) - BEGINNING.date()).days + 3
        for since, until in self.minutes(start, end * DAY):
            seconds -= until - since
            if seconds <= 0:
                return until + seconds
        return None

    def business_day(self, start: int, count: int) -> list[tuple[int, int]]:
        """The hours of the so-manieth date that opens, after the date of the start (3.2); none where that never comes."""
        day = datetime.fromtimestamp(start, self.zone).date()
        while count and day.isoformat() <= self.last_date:
            day += timedelta(days=1)
            count -= 1 if self.openings(day) else 0
        return [] if count else self.openings(day)

    def longest_weekday(self, at: int) -> int:
        """The seconds of the longest day of the week, as the wall shows them (3.2, `counted-day`)."""
        week = self.version(datetime.fromtimestamp(at, self.zone).date())["week"]
        shown = ({minute for text in hours for minute in range(*wall_minutes(text))} for hours in week.values())
        return MINUTE * max(map(len, shown))


def wall_minutes(hours: str) -> tuple[int, int]:
    """`09:00-17:30` in minutes after midnight; what closes no later than it opens closes on the next date (2.1)."""
    opens, closes = (int(wall[:2]) * 60 + int(wall[3:]) for wall in hours.split("-"))
    return opens, closes + (1440 if closes <= opens else 0)


def zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        how = "install its time zone data (tzdata; with pip: `pip install tzdata`) and check again"
        raise Wrong(f"this computer does not know the time zone {name}: {how}") from None


# === 7. One clock =============================================================================================================


class Clock:
    """One clock of a ticket in one cycle (3). Instants are seconds since 1970 UTC; severity and waits in force are the ticket's."""

    started_at: int | None = None
    stopped_at: int | None = None
    breached_at: int | None = None
    due: int | None = None  # when the allowance was used up
    due_at_stop: int | None = None
    allowance: int | None = None
    is_less_than = False
    judged_by: Any = None  # the allowance and limit by which the time used was judged last
    agreed: tuple[Any, int] | None = None  # the terms of a date and the date, as long as it is not counted
    agreed_allowance: tuple[Any, int] | None = None  # the same, once it is counted
    was_settled = False  # stopped by a resolution or closing
    stopped_early = settled_early = False  # before it started

    def __init__(self, ticket: Ticket, terms: Any, cycle: int = 1) -> None:
        self.ticket, self.terms, self.cycle = ticket, terms, cycle
        self.name: str = terms["clock"]
        self.state = "pending"
        self.severity = 0  # the one by whose terms it counts
        self.used = 0
        self.origin = self.now = 0  # an allowance in days is reckoned from the one, time is counted up to the other
        self.counted: list[tuple[int, int]] = []  # when it was running and nothing paused it

    @property
    def calendar(self) -> Calendar:
        return self.ticket.calendars[self.terms["at_severity"][str(self.severity)]["calendar"]["name"]]

    @property
    def is_paused(self) -> bool:
        return self.state == "running" and not self.ticket.waits.isdisjoint(self.terms["paused_by"])

    def count(self, until: int) -> None:
        """Walk on to another second, minute by minute (3.3); what is open while a wait pauses the clock is lost (3.4)."""
        if self.state == "running" and not self.is_paused:
            self.counted.append((self.now, until))
            for since, to in self.calendar.minutes(self.now, until):
                self.use(since, to)
        self.now = until

    def use(self, since: int, to: int) -> None:
        """Add a stretch to the time used, and notice whether the allowance is used up, and whether it is breached (3.5, 3.6)."""
        before, self.used = self.used, self.used + to - since
        if self.allowance is not None and self.breached_at is None and self.used >= self.allowance:
            reached = since + max(self.allowance - before, 0)
            self.due = reached if self.due is None else self.due
            if self.is_less_than or self.used > self.allowance:  # "at most": one second more is late
                self.breached_at = reached

    def start(self, at: int) -> None:
        self.state, self.started_at, self.now, self.origin = "running", at, at, at
        self.severity = self.ticket.severity
        self.allow(at)
        if self.stopped_early or self.settled_early:  # a stop that came before the start holds from the start (3.10)
            self.stop(at, settles=not self.stopped_early)

    def stop(self, at: int, settles: bool) -> None:
        """`settles` says whether a resolution or closing does it: a reopening undoes that (3.10)."""
        if self.state == "pending":
            self.settled_early |= settles
            self.stopped_early |= not settles
        else:
            self.due_at_stop = self.due_at()
            self.state, self.stopped_at, self.was_settled = "stopped", at, settles

    def void(self, at: int) -> None:
        """A clock that has not stopped ends without a verdict, unless it was breached (3.9)."""
        self.stopped_at = at if self.state == "running" else self.stopped_at
        self.state = "void" if self.state in ("pending", "running") else self.state

    def reopen(self, at: int) -> None:
        """Go on with what was used; the time between is not counted (3.10)."""
        self.settled_early = False
        if self.state == "stopped" and self.was_settled:
            self.state, self.stopped_at, self.now = "running", None, at
            self.take_severity(at)

    def take_severity(self, at: int) -> None:
        """Go on under the severity in force, in the way that the terms have for a change (3.8)."""
        mode = self.terms["on_severity_change"]["mode"]
        if self.severity != self.ticket.severity and mode != "keep":
            self.severity = self.ticket.severity
            if mode == "restart":
                self.used, self.started_at, self.origin, self.judged_by = 0, at, at, None
            elif mode == "remeasure":
                self.used, self.judged_by = sum(self.calendar.between(*one) for one in self.counted), None
        self.allow(at)

    def allow(self, at: int) -> None:
        """What is allowed from now on (3.2), and whether what was used is too much already (3.8)."""
        if self.agreed:
            (rule, due), self.agreed = self.agreed, None
            calendar = self.ticket.calendars[rule["calendar"]] if rule["calendar"] else self.calendar
            self.agreed_allowance = (rule, self.used + calendar.between(at, due))
        rule, seconds = self.agreed_allowance or (None, 0)
        if rule and self.ticket.severity in (rule["severities"] or [self.ticket.severity]):
            self.allowance, self.is_less_than = seconds, False
        else:
            target = self.terms["at_severity"][str(self.severity)]["target"]
            self.allowance, self.is_less_than = self.allowed_by(target), target["limit"] == "less than"
        if self.breached_at is None and self.judged_by != (self.allowance, self.is_less_than):  # a breach stays (3.7)
            self.judged_by, self.due = (self.allowance, self.is_less_than), None
            self.use(at, at)

    def allowed_by(self, target: Any) -> int | None:
        """The seconds that a target allows a clock that started when this one did; None for best effort (3.2)."""
        kind, amount, start = target["kind"], target["amount"], self.origin
        if kind == "seconds":
            return int(amount)
        if kind == "calendar-days":  # the same time on the wall, so many dates later
            shown = datetime.fromtimestamp(start, self.ticket.zone) + timedelta(days=amount)
            return int(shown.replace(fold=0).timestamp()) - start
        if kind == "counted-days":
            return int(amount) * self.calendar.longest_weekday(start) or None
        hours = self.calendar.business_day(start, amount) if kind == "business-days" else []
        if not hours:
            return None
        opens, closes = min(hours)[0], max(last for _, last in hours)
        return self.calendar.between(start, opens if target["days_end"] == "at their opening" else closes)

    def due_at(self) -> int | None:
        """When the allowance is used up if nothing more happens (3.5)."""
        if self.breached_at is not None:
            return self.due
        if self.state == "stopped":
            return self.due_at_stop
        if self.state != "running" or self.is_paused or self.allowance is None:
            return None
        return self.due if self.due is not None else self.calendar.after(self.now, self.allowance - self.used)

    def verdict(self, excused: Iterable[str]) -> str:
        """By time used (3.6); an excuse is for every cycle (4.2)."""
        if self.breached_at is not None:
            return "excused" if self.name in excused else "breached"
        if self.allowance is None or self.state in ("void", "pending"):
            return "none"
        return "met" if self.state == "stopped" else "open"


# === 8. A ticket and its clocks ===============================================================================================


VOIDING = ("declined", "withdrawn", "merged")


class Ticket:
    """A ticket with its clocks, to which one event after another happens."""

    def __init__(self, terms: Any, severity: int) -> None:
        self.terms, self.severity = terms, severity
        self.zone = zone(terms["zone"])
        self.calendars = {name: Calendar(told) for name, told in terms["calendars"].items()}
        self.clocks = {one["clock"]: Clock(self, one) for one in terms["clocks"]}
        self.ended: list[Clock] = []  # the clocks of earlier cycles
        self.waits: set[str] = set()
        self.is_settled = False  # resolved or closed
        self.fields: set[str] = set()  # the names of what was told
        self.seen: list[str] = []  # the kinds of events so far
        self.met: set[tuple[int, str]] = set()  # triggers, each with a kind of event that came
        self.armed: list[tuple[str, str, Any, bool]] = []  # triggers that wait for their severity
        self.put_off: dict[str, int] = {}  # clocks that wait for the next opening

    def pass_time(self, now: int) -> None:
        """Judge the time up to an instant (1.3), and start what starts by time: at an opening, or where an allowance ends."""
        for name, opening in list(self.put_off.items()):
            if opening <= now:
                del self.put_off[name]
                self.act("starts", name, opening)
        for clock in self.clocks.values():
            clock.count(now)
        for name, clock in [*self.clocks.items()] * len(self.clocks):  # one that starts so may let another one start
            for trigger in clock.terms["starts"]:
                if "allowance_of" in trigger and clock.state == "pending":
                    ended = self.clocks[trigger["allowance_of"]].due_at()
                    if ended is not None and ended <= now:
                        self.act("starts", name, ended)
                        clock.count(now)

    def happen(self, at: int, event: Any) -> None:
        """What an event does, and then which clocks it stops, ends or starts (3.1)."""
        self.change(at, event)
        kind, settles = event["event"], event["event"] in ("resolved", "closed")
        self.seen.append(kind)
        for does in ("stops", "ends", "starts"):
            for name, clock in list(self.clocks.items()):
                for trigger in clock.terms[does]:
                    if kind not in (trigger.get("event"), trigger.get("also")) or not self.fires(trigger, event):
                        continue
                    if self.severity not in trigger.get("severities", [self.severity]):
                        self.armed.append((does, name, trigger, settles))
                    elif does == "starts":
                        self.start(name, trigger, at, event)
                    else:
                        self.act(does, name, at, settles)

    def change(self, at: int, event: Any) -> None:
        """What an event does to the ticket and its clocks whatever the triggers are."""
        kind = event["event"]
        if kind in ("opened", "correctly_logged", "information_added"):
            self.fields |= {name for name, value in event.get("fields", {}).items() if value not in (None, "", [], {})}
        if kind in ("opened", "severity_changed") or (kind == "accepted" and self.is_agreed(event)):
            self.change_severity(at, event["severity"])
        elif kind == "waiting":  # the same reason does not stack (3.4)
            self.waits.add(event["on"])
        elif kind == "wait_ended":
            self.waits.discard(event["on"])
        elif kind in ("resolved", "closed"):
            self.is_settled = True
        elif kind == "reopened":
            self.reopen(at)
        for clock in self.clocks.values():
            if kind in VOIDING:
                clock.void(at)
            elif kind in clock.terms["agreed_dates"] and event.get("due"):
                clock.agreed = (clock.terms["agreed_dates"][kind], micros(event["due"]) // SECOND)
                if clock.state == "running":
                    clock.allow(at)

    def is_agreed(self, event: Any) -> bool:
        """Whether a severity that was accepted is in force: some agreements want both sides to have agreed to it."""
        named = event.get("agreed_by") or []
        both = {"both", *CUSTOMER_SIDE}.intersection([named] if isinstance(named, str) else named)
        return event.get("severity") is not None and bool(both or not self.terms["accepted_severity_needs_both_sides"])

    def fires(self, trigger: Any, event: Any) -> bool:
        """Whether an event does what a trigger is for, but for the severity, for which it can wait."""
        first, also = trigger["event"], trigger.get("also", trigger["event"])
        allowed = trigger.get("is", {}) if event["event"] == first else {}
        if any(event.get(field) not in values for field, values in allowed.items()):
            return False
        self.met.add((id(trigger), event["event"]))
        stopped_first = trigger.get("after_stop_of")
        return (
            {(id(trigger), first), (id(trigger), also)} <= self.met
            and not (trigger.get("first") and self.seen.count(first) > 1)
            and (stopped_first is None or self.clocks[stopped_first].stopped_at is not None)
            and self.fields.issuperset(trigger.get("complete", []))
        )

    def start(self, name: str, trigger: Any, at: int, event: Any) -> None:
        """A start may be dated back to an earlier report, or put off to the next opening."""
        reported = (event.get("origin") or {}).get("opened_at") if event["event"] == "opened" else None
        if trigger.get("backdated") and reported:
            at = min(at, micros(reported) // SECOND)
        first = self.calendars[trigger["unless_open"]].after(at, 1) if "unless_open" in trigger else at + 1
        if first == at + 1:  # where the first open second ends
            self.act("starts", name, at)
        elif first is not None:
            self.put_off[name] = first - 1

    def act(self, does: str, name: str, at: int, settles: bool = False) -> None:
        """Start, stop or end a clock. One that repeats goes on with its next cycle, but not while resolved or closed (3.11)."""
        clock = self.clocks[name]
        repeats = clock.terms["repeats"]
        if does == "starts":
            if clock.state == "pending" and not (repeats and self.is_settled):
                clock.start(at)
        elif does == "ends" and clock.state == "running":
            clock.void(at)
            self.begin_next_cycle(clock)
        elif does == "stops" and (clock.state == "running" or (clock.state == "pending" and not repeats)):
            clock.stop(at, settles)
            if repeats:
                self.begin_next_cycle(clock)
                self.act("starts", name, at)

    def begin_next_cycle(self, clock: Clock) -> None:
        self.ended.append(clock)
        self.clocks[clock.name] = Clock(self, clock.terms, clock.cycle + 1)
        self.clocks[clock.name].agreed = clock.agreed

    def change_severity(self, at: int, severity: int) -> None:
        """The clocks take it (3.8), and triggers that waited for it do what they are for."""
        if severity != self.severity:
            self.severity = severity
            for clock in self.clocks.values():
                if clock.state == "running":
                    clock.take_severity(at)
            ready = [one for one in self.armed if severity in one[2]["severities"]]
            self.armed = [one for one in self.armed if severity not in one[2]["severities"]]
            for does, name, _, settles in ready:
                self.act(does, name, at, settles)

    def reopen(self, at: int) -> None:
        """A reopening undoes the resolution or closing before it, in the way that the terms of each clock have (3.10)."""
        self.is_settled = False
        modes = {name: clock.terms["on_reopening"]["mode"] for name, clock in self.clocks.items()}
        self.armed = [one for one in self.armed if not one[3] or modes[one[1]] == "ignore"]
        for name, clock in list(self.clocks.items()):
            if modes[name] == "new-cycle" and clock.state == "stopped" and clock.was_settled:
                self.begin_next_cycle(clock)
                self.clocks[name].start(at)
            elif modes[name] != "ignore":
                clock.reopen(at)


# === 9. The answers ===========================================================================================================

NOW = "replays/known-now.json"


def used_by_walking(case: Any, terms: Any, as_of: str, known_at: str | None = None) -> dict[tuple[str, int], Any]:
    """What each clock and cycle of a case says as of an instant, with what was known at another, in the words of an answer (5)."""
    events, _, excused = in_hindsight(case["events"], known_at)
    told = [(at // SECOND, event) for at, event in events if at <= micros(as_of)]
    severity = next((event["severity"] for _, event in told if event["event"] == "opened"), None)
    contract = [  # such as fees that were not paid: as if it were events of the ticket
        (micros(wait[edge]) // SECOND, {"event": kind, "on": wait["on"]})
        for wait in terms["contract_waits"]
        for edge, kind in (("from", "waiting"), ("to", "wait_ended"))
        if wait[edge] is not None and micros(wait[edge]) <= micros(as_of)
    ]
    ticket = Ticket(terms, severity or 0)
    for at, event in sorted(contract + told, key=lambda one: one[0]) if severity is not None else []:
        ticket.pass_time(at)
        ticket.happen(at, event)
        if event["event"] in VOIDING:
            break  # nothing resumes or starts after that (3.9)
    ticket.pass_time(micros(as_of) // SECOND)
    current = [clock for clock in ticket.clocks.values() if clock.cycle == 1 or clock.started_at is not None]
    return {(clock.name, clock.cycle): answer(clock, excused) for clock in [*ticket.ended, *current]}


def answer(clock: Clock, excused: Iterable[str]) -> dict[str, Any]:
    """In the words of an answer, with instants as those write them."""

    def shown(second: int | None) -> str | None:
        return None if second is None else f"{BEGINNING + timedelta(seconds=second):%Y-%m-%dT%H:%M:%SZ}"

    return {
        "state": "paused" if clock.is_paused else clock.state,
        "verdict": clock.verdict(excused),
        "started_at": shown(clock.started_at),
        "stopped_at": shown(clock.stopped_at),
        "due_at": shown(clock.due_at()),
        "breached_at": shown(clock.breached_at),
        "allowance_seconds": clock.allowance,
        "used_seconds": clock.used,
        "left_seconds": None if clock.allowance is None else clock.allowance - clock.used,
    }


def check_replay(files: Files, name: str) -> Iterator[str]:
    """What an answer says of each clock is what walking gives. It may be about events that were added to the history."""
    case, replay = document(files, "case.json"), document(files, name)
    as_of, known_at, own_terms = replay["as_of"], replay["known_at"], replay.get("terms")
    supposed = (replay.get("hypothesis") or {}).get("with", [])
    if name == NOW:
        is_now = as_of == document(files, "manifest.json")["as_of"] and not (known_at or supposed or own_terms)
        demand(is_now, f"{name} is not the answer with all that is known, as of the instant that manifest.json gives")
    events, terms = [*case["events"], *supposed], own_terms or document(files, "terms.json")
    chosen = {one["id"]: one["option"] for one in terms["readings"]}
    for reading, option in {**replay["readings"], **in_hindsight(events, known_at)[1]}.items():
        demand(chosen.get(reading) == option, f"{name}: it reads {reading} as {option}, and its terms do not")
    walked = used_by_walking({**case, "events": events}, terms, as_of, known_at)
    answered = {(one["clock"], one["cycle"]): one for one in replay["answer"]["clocks"]}
    demand(set(walked) == set(answered), f"{name}: it has other clocks, or other cycles of them, than walking gives")
    for (clock, cycle), found in walked.items():
        for what, value in found.items():
            said = f"{name}: of clock {clock}, cycle {cycle}, it says that {what} is {answered[clock, cycle][what]}"
            demand(answered[clock, cycle][what] == value, f"{said}; walking minute by minute gives {value}")
    asked = f"as of {as_of}, with {f'what was known at {known_at}' if known_at else 'all that is known'}"
    asked += f", with {counted(len(supposed), 'event')} supposed" if supposed else ""
    asked += ", under terms of its own" if own_terms else ""
    started = [f"{clock} {found['verdict']}" for (clock, _), found in walked.items() if found["started_at"]]
    verdicts = ", ".join(started) or "none started"
    yield f"{name}: {asked}: walked minute by minute, times, instants and verdict of every clock are as it says ({verdicts})."


def check_case(files: Files, histories: dict[str, list[Any]]) -> Iterator[str]:
    """Case file and dispute tell what was stored of this ticket, and the terms are those that it was filed with."""
    manifest, history = document(files, "manifest.json"), histories.get("history.jsonl", [])
    demand(history, "case.json and terms.json cannot be compared with history.jsonl, which is missing or does not hold")
    filed = history[0]["state"]["filed"]
    whose = {"history": manifest["ticket"], "contract": filed["contract"], "dispute": manifest["dispute"]}
    for name, stream in whose.items():
        found = histories.get(f"{name}.jsonl")
        demand(found or not stream, f"{name}.jsonl is missing or does not hold")
        is_of = not found or found[0]["stream"] == stream
        demand(is_of, f"{name}.jsonl is not about this ticket, its contract or its dispute")
    yield from check_told("case.json", document(files, "case.json")["events"], history)
    if "dispute.jsonl" in histories:
        yield from check_told("dispute.json", document(files, "dispute.json")["history"], histories["dispute.jsonl"])
    yield from check_terms(files, filed)


def check(files: Files, pinned: Sequence[str]) -> Iterator[tuple[bool, str]]:
    """Everything, one sentence after another, each with whether it holds."""
    if "manifest.json" not in files:
        yield False, "there is no manifest.json in it: this is no dossier."
        return
    histories: dict[str, list[Any]] = {}
    chains = [name for name in ("history.jsonl", "contract.jsonl", "dispute.jsonl") if name in files]
    replays = {NOW}.union(name for name in files if name.startswith("replays/"))
    parts: list[tuple[str, Callable[[], Iterable[str]]]] = [
        ("manifest.json or signature.json", partial(check_signed, files, pinned)),
        ("manifest.json", partial(check_files, files)),
        *((name, partial(check_chain, files, histories, name)) for name in chains),
        ("proof.json", partial(check_seals, files, pinned)),
        *((f"proof.json of {name}", partial(check_proof, files, histories, name)) for name in chains),
        ("case.json, dispute.json, terms.json or what they rest on", partial(check_case, files, histories)),
        *((name, partial(check_replay, files, name)) for name in sorted(replays)),
    ]
    for what, part in parts:
        try:
            for sentence in part():
                yield True, sentence
        except Wrong as wrong:
            yield False, f"{wrong}."
        except UNREADABLE as error:
            wants = f"has no `{error.args[0]}`" if type(error) is KeyError else "is not what it should be"
            yield False, f"{what} cannot be checked: something there {wants}."


# === 10. Ed25519 signatures, after RFC 8032, section 5.1. All the numbers are from there. =====================================

Point = tuple[int, int, int]
"""x and y as fractions over the third number, so that nothing has to be divided on the way."""

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, -1, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)


def is_signed(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a signature (64 bytes) is one of the message by this public key (32 bytes)."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key, commitment, answered = point(public_key), signature[:32], int.from_bytes(signature[32:], "little")
    if key is None or answered >= ORDER:
        return False
    asked = int.from_bytes(hashlib.sha512(commitment + public_key + message).digest(), "little") % ORDER
    x, y, over = added(times(answered, BASE), times(asked, (-key[0], key[1], 1)))
    x, y = (number * pow(over, -1, PRIME) % PRIME for number in (x, y))
    return (y | (x & 1) << 255).to_bytes(32, "little") == commitment


def point(packed: bytes) -> Point | None:
    """The point of the curve that 32 bytes stand for: y, and one bit that says which of its two x is meant."""
    number = int.from_bytes(packed, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    square = (y * y - 1) * pow(CURVE * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if y >= PRIME or (x * x - square) % PRIME or (x == 0 and sign):
        return None
    return PRIME - x if x & 1 != sign else x, y, 1


def added(one: Point, other: Point) -> Point:
    """In plain fractions: x = (x1*y2 + x2*y1) / (1 + d*x1*x2*y1*y2) and y = (y1*y2 + x1*x2) / (1 - d*x1*x2*y1*y2)."""
    (x1, y1, over1), (x2, y2, over2) = one, other
    over, product = over1 * over2 % PRIME, CURVE * x1 * x2 % PRIME * y1 * y2 % PRIME
    plus, minus = over * over + product, over * over - product
    x, y = (x1 * y2 + x2 * y1) % PRIME, (y1 * y2 + x1 * x2) % PRIME
    return x * over * minus % PRIME, y * over * plus % PRIME, plus * minus % PRIME


def times(count: int, one: Point) -> Point:
    total = (0, 1, 1)
    while count:
        total = added(total, one) if count & 1 else total
        one, count = added(one, one), count >> 1
    return total


BASE = point((4 * pow(5, -1, PRIME) % PRIME).to_bytes(32, "little")) or (0, 1, 1)


# === To be started ============================================================================================================

NOT_LOOKED_AT = """
Not looked at, but `ticketclock verify-dossier` does: whether terms.json is what the agreement, the holidays and the contract
mean; what case.json says beside the events, and an answer beside the above; differences.json.
Only whoever signed answers for texts about people, for what dispute.json says beside its history, for revisions.json, for
README.txt and for the pages.
"""
WHOSE_KEY = "Whose key that is, a dossier cannot prove: get the key in another way, and name it with --public-key.\n"


def line(holds: bool, sentence: str) -> str:
    """Names in a dossier are anybody's: what is no plain letter of them is shown by its number."""
    visible = "".join(one if " " <= one <= "~" else f"\\u{ord(one):04x}" for one in sentence)
    return f"{'holds' if holds else 'DOES NOT HOLD':13}  {visible}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Checks the dossier of a support ticket, in words.")
    parser.add_argument("dossier", type=Path, help="the zip, or the folder that it was unpacked to")
    key = "a key that signatures have to be of: 64 hexadecimal digits, or a file that holds them or is PEM"
    parser.add_argument("--public-key", metavar="KEY", action="append", default=[], help=key)
    asked = parser.parse_args(arguments)
    try:
        pinned = [read_public_key(key) for key in asked.public_key]
        files = read_dossier(asked.dossier)
    except ValueError as error:
        print(f"check.py: --public-key: {error}", file=sys.stderr)
        return 2
    except Wrong as wrong:
        print(line(False, f"{wrong}."))
        return 1
    failed = 0
    for holds, sentence in check(files, pinned):
        failed += not holds
        print(line(holds, sentence))
    print(NOT_LOOKED_AT if pinned else NOT_LOOKED_AT + WHOSE_KEY)
    print(f"{failed} of these {'does' if failed == 1 else 'do'} not hold." if failed else "All of this holds.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
