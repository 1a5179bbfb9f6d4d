"""How far the log is sealed: the last seal, whose key signed it, how much came since, and when the next one is due."""

from dataclasses import dataclass
from datetime import datetime

from api.house import House
from domain.seals.seal import Seal


@dataclass(frozen=True)
class Sealing:
    """`unsealed` is how many events the log can hold since the last seal; `next_at` is None where nobody seals unasked."""

    seal: Seal | None
    digest: str
    unsealed: int
    next_at: datetime | None
    has_key: bool
    keys: int

    @property
    def at(self) -> datetime | None:
        return None if self.seal is None else datetime.fromisoformat(self.seal.sealed_at)


def sealing_of(house: House, now: datetime, head: int) -> Sealing:
    """`head` is the place in the log of its last event."""
    latest = house.seals.latest()
    seal = latest.seal if latest else None
    return Sealing(
        seal=seal,
        digest=latest.digest if latest else "",
        unsealed=max(head - (seal.position if seal else 0), 0),
        next_at=house.sealer.next_at(now),
        has_key=house.sealing_key is not None,
        keys=len(house.seals.known_keys()),
    )
