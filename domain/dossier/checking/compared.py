"""What was stored held against what is told of it.

What is personal was stored sealed. What is told without names has a pseudonym in each such place, which follows from the sealed
form and is compared; of texts in the clear it can only be said how many there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.dossier.redaction import MARK


@dataclass
class Compared:
    """Two documents held against each other: where they differ, and how many sealed places were met."""

    differences: list[str] = field(default_factory=list)
    sealed: int = 0
    pseudonyms: int = 0

    def compare(self, stored: Any, told: Any, place: str) -> None:
        if isinstance(stored, str) and stored.startswith(MARK):
            self.sealed += 1
            self.pseudonyms += told == stored.removeprefix(MARK)
        elif isinstance(stored, Mapping) and isinstance(told, Mapping):
            for name in dict.fromkeys((*stored, *told)):
                self.compare(stored.get(name), told.get(name), f"{place}.{name}")
        elif isinstance(stored, list) and isinstance(told, list) and len(stored) == len(told):
            for number, (one, other) in enumerate(zip(stored, told, strict=True), start=1):
                self.compare(one, other, f"{place}[{number}]")
        elif stored != told or type(stored) is not type(told):
            self.differences.append(place)

    @property
    def of_people(self) -> str:
        open_ones = self.sealed - self.pseudonyms
        if not self.sealed:
            return "nothing of it is sealed"
        if not open_ones:
            return f"each of {self.sealed} personal texts is told as the pseudonym that follows from its sealed form"
        return f"{open_ones} of {self.sealed} personal texts are told in the clear, for which the signature answers"
