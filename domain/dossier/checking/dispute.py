"""Does what is told of a dispute follow from what was stored of it: every word, how its claims stand, and the answer with each?"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from domain.casefile import Lookup
from domain.dossier.argument import Argument, last_instant, standing
from domain.dossier.checking.answers import NOW, judged
from domain.dossier.checking.chains import events_of
from domain.dossier.checking.compared import Compared
from domain.dossier.checking.finding import Finding, fails, holds
from domain.dossier.checking.record import stored_ticket
from domain.dossier.manifest import MANIFEST, Manifest
from domain.dossier.redaction import marked
from domain.dossier.replays import Replay
from domain.dossier.said import all_said
from domain.dossier.texts import strict
from domain.instants import micros

DISPUTE = "dispute.json"

_ASKED = ("as_of", "known_at", "readings", "hypothesis", "contract")
_OF_CLAIMS = "replays/claim*.json"


def check_said(files: Mapping[str, bytes], *, is_redacted: bool) -> Iterator[Finding]:
    """What was said in the dispute against what was stored of it."""
    stored, told = all_said(marked(events_of(files["dispute.jsonl"]))), strict(files[DISPUTE])["history"]
    found = Compared()
    if len(stored) != len(told):
        yield fails(DISPUTE, f"tells {len(told)} events; {len(stored)} are stored")
    for number, (one, other) in enumerate(zip(stored, told, strict=False), start=1):
        found.compare(one, other, f"event {number} ({one['event']})")
    yield from (fails(DISPUTE, f"{place} is not as it was stored") for place in found.differences)
    if is_redacted and found.pseudonyms < found.sealed:
        yield fails(DISPUTE, "a text stands where its pseudonym should")
    if not found.differences:
        yield holds(DISPUTE, f"its history says what the stored events say; {found.of_people}")


def check_argument(
    files: Mapping[str, bytes], manifest: Manifest, case: Mapping[str, object], find: Lookup
) -> Iterator[Finding]:
    """How the dispute and its claims stand, and which answer belongs to which claim."""
    ticket, said = stored_ticket(files), marked(events_of(files["dispute.jsonl"]))
    until = micros(datetime.fromisoformat(manifest.made_at))
    argument = Argument(str(said[0].originator_id), said, last_instant((*ticket.envelopes, *said), until))
    yield from _standing(argument, strict(files[DISPUTE]), manifest)
    now = replace(judged(case, strict(files[NOW]), find, NOW).case, history=ticket.history)
    yield from _asked(files, {one.file: one.asked(now.contract) for one in argument.replays(Replay("now", "", now))})


def _standing(argument: Argument, told: Mapping[str, Any], manifest: Manifest) -> Iterator[Finding]:
    found, dispute = Compared(), argument.dispute
    found.compare(argument.id, manifest.dispute, f"the dispute of {MANIFEST}")
    found.compare(argument.id, told["dispute"], "the dispute")
    found.compare(dispute.state, told["state"], "state")
    if len(dispute.claims) != len(told["claims"]):
        yield fails(DISPUTE, f"tells {len(told['claims'])} claims; {len(dispute.claims)} are stored")
    for claim, one in zip(dispute.claims, told["claims"], strict=False):
        stored = standing(claim)
        found.compare(stored, {name: one[name] for name in stored}, f"claim {claim.number}")
    yield from (fails(DISPUTE, f"{place} is not as it was stored") for place in found.differences)
    if not found.differences:
        yield holds(DISPUTE, f"{len(dispute.claims)} claims, each as it was made, answered and ruled")


def _asked(files: Mapping[str, bytes], asked: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """Each answer of a claim is asked with what that claim says, and with nothing else."""
    here = {name for name in files if fnmatchcase(name, _OF_CLAIMS)}
    yield from (fails(name, "is missing") for name in asked if name not in here)
    yield from (fails(name, "belongs to no claim of this dispute") for name in sorted(here - asked.keys()))
    for name in asked.keys() & here:
        told, found = strict(files[name]), Compared()
        found.compare(dict(asked[name]), {one: told[one] for one in _ASKED if one in told}, "asked")
        if found.differences:
            yield fails(name, "asks something else than its claim says")
