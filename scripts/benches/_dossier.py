"""The dossier of a long argument: a ticket of 200 events, with its pages on screen and on paper, and checking it again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import UUID

from api.dossier.gathering import Made, Wish, of_ticket
from api.office import Office
from api.security.principal import Principal
from domain.dossier.checking.check import findings
from domain.dossier.packing import unpacked
from domain.terms.lookup import find
from projections.seals.signing import is_signed
from scripts.benches._aims import Aim
from scripts.benches._house import Tickets
from scripts.service import opened

SCHEMA = "dossier"
EVENTS = 200
ROUNDS = 5
MOST_SECONDS = 2.0
AT = datetime(2024, 3, 20, 12, 0, tzinfo=UTC)


def dossiers(url: str, folder: Path) -> Iterator[Aim]:
    """Measures in a schema of its own, with a key in a folder, and says what was found."""
    settings = {
        "TICKETCLOCK_DATABASE_URL": url,
        "TICKETCLOCK_SCHEMA": SCHEMA,
        "TICKETCLOCK_SEALING_KEY": str(folder / "sealing.key"),
    }
    with opened(settings, timekeeper=False, outgoing=False) as service:
        service.prepare()
        house = service.house
        tickets = Tickets(house.desk).some(ROUNDS + 1, EVENTS)
        bench = Principal.admitted("bench", "system", None, "bench")
        office = Office(house, bench, AT + timedelta(days=10), "bench")
        first, *spent = (_spent(office, ticket) for ticket in tickets)
        made = of_ticket(office, tickets[0], Wish())
    seconds = median(spent)
    print(f"\nDossiers: a ticket of {EVENTS} events, {len(made.files)} files, {len(made.container):,} bytes, with PDF")
    print(f"  the first of a program {first:.2f} s, then {seconds:.2f} s, at most {max(spent):.2f} s")
    print(f"  checked, every answer judged again, in {_checked(made):.2f} s")
    yield Aim(
        f"seconds for a dossier of {EVENTS} events with PDF, under {MOST_SECONDS:g}", seconds, seconds < MOST_SECONDS
    )


def _spent(office: Office, ticket: UUID) -> float:
    begun = perf_counter()
    len(of_ticket(office, ticket, Wish()).container)
    return perf_counter() - begun


def _checked(made: Made) -> float:
    begun = perf_counter()
    if any(not one.holds for one in findings(unpacked(made.container), find, is_signed)):
        raise RuntimeError("a dossier does not hold")
    return perf_counter() - begun
