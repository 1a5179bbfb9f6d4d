"""A seal that everybody can read, for tests: what is sealed shows as such, and a customer can be forgotten."""

from base64 import b64decode, b64encode

from domain.personal import Seal
from domain.refusals import CommandRefused


class TestSeal:
    __test__ = False

    def __init__(self, seals: "TestSeals", customer: str) -> None:
        self._seals = seals
        self._customer = customer

    def seal(self, text: str) -> str:
        if self._customer in self._seals.forgotten:
            raise CommandRefused(f"{self._customer} was forgotten")
        return f"sealed:{b64encode(text.encode()).decode()}"

    def unseal(self, sealed: str) -> str | None:
        if self._customer in self._seals.forgotten:
            return None
        return b64decode(sealed.removeprefix("sealed:")).decode()

    def is_whole(self) -> bool:
        return self._customer not in self._seals.forgotten

    def pseudonym(self, sealed: str) -> str:
        return f"forgotten-{len(sealed)}"


class TestSeals:
    __test__ = False

    def __init__(self) -> None:
        self.forgotten: set[str] = set()

    def of(self, customer: str) -> Seal:
        return TestSeal(self, customer)
