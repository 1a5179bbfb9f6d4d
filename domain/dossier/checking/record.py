"""Does the case file say what was stored, and are the terms those that the ticket names?"""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.contract.facts import Contract
from domain.contract.state import Agreed
from domain.desk.envelope import Envelope, Filed
from domain.desk.ticket import Ticket
from domain.dossier.checking.chains import events_of
from domain.dossier.checking.compared import Compared
from domain.dossier.checking.finding import Finding, fails, holds
from domain.dossier.redaction import marked
from domain.dossier.terms import in_place
from domain.dossier.texts import strict
from domain.judgement import Case
from domain.terms.publication import digest_of
from domain.ticket.history import Recorded

CASE, AGREEMENT = "case.json", "agreement.json"


def stored_ticket(files: Mapping[str, bytes]) -> Ticket:
    """The ticket as it was stored, with marks where people are. Raises ValueError, LookupError."""
    events = marked(events_of(files["history.jsonl"]))
    return Ticket(events[0].originator_id, events)


def check_terms(files: Mapping[str, bytes], filed: Filed) -> Iterator[Finding]:
    """The documents of the agreement and its holiday lists, by the digests that the ticket's first event names."""
    if digest_of(strict(files[AGREEMENT])) != filed.digest:
        yield fails(AGREEMENT, f"is not the agreement by which the ticket was filed ({filed.digest[:12]}…)")
    else:
        yield holds(AGREEMENT, f"{filed.agreement} {filed.version}, as the ticket's first event names it by digest")
    for name, digest in filed.holidays.items():
        file = f"holidays/{name}.json"
        if file not in files:
            yield fails(file, "is missing")
        elif digest_of(strict(files[file])) != digest:
            yield fails(file, f"is not the list by which the ticket was filed ({digest[:12]}…)")
        else:
            yield holds(file, "as the ticket's first event names it by digest")


def check_record(files: Mapping[str, bytes], case: Case, ticket: Ticket, *, is_redacted: bool) -> Iterator[Finding]:
    """The case file against what was stored: its frame, each event, the contract."""
    filed, document, found = ticket.filed, strict(files[CASE]), Compared()
    lists = {name: strict(files[f"holidays/{name}.json"]) for name in filed.holidays}
    frame = {"case": filed.case or str(ticket.id), "readings": filed.readings, "source": filed.source}
    for name, value in frame.items():
        if document.get(name, {}) != value:
            found.differences.append(name)
    if document["agreement"] != in_place(strict(files[AGREEMENT]), lists):
        found.differences.append("agreement")
    if len(case.history) != ticket.version:
        yield fails(CASE, f"tells {len(case.history)} events; {ticket.version} are stored")
    for stored, told in zip(ticket.history, case.history, strict=False):
        found.compare(_plain(stored), _plain(told), f"event {stored.number} ({stored.event.event})")
    contract = _contract(marked(events_of(files["contract.jsonl"])), ticket)
    found.compare(_facts(contract), _facts(case.contract), "contract")
    yield from (fails(CASE, f"{place} is not as it was stored") for place in found.differences)
    if is_redacted and found.pseudonyms < found.sealed:
        yield fails(CASE, "a text stands where its pseudonym should")
    if not found.differences:
        yield holds(CASE, f"says what the stored events say; {found.of_people}")


def _plain(one: Recorded) -> dict[str, Any]:
    by = one.by if one.by is None or isinstance(one.by, str) else one.by.model_dump(mode="json")
    return {**one.event.model_dump(mode="json"), "recorded_at": one.recorded_at, "by": by}


def _contract(events: tuple[Envelope, ...], ticket: Ticket) -> Contract:
    return Agreed().after(events).contract(ticket.opened_at)


def _facts(contract: Contract) -> dict[str, Any]:
    return contract.model_dump(mode="json")
