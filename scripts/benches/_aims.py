"""What a measurement is held against."""

from collections.abc import Iterable
from typing import NamedTuple


class Aim(NamedTuple):
    says: str
    figure: float
    is_met: bool

    def __str__(self) -> str:
        return f"{'met' if self.is_met else 'NOT MET':9}{self.figure:10,.2f}  {self.says}"


def show_aims(aims: Iterable[Aim]) -> None:
    print("\nAims")
    for aim in aims:
        print(f"  {aim}")
