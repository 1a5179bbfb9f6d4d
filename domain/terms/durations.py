"""Amounts of time as an agreement writes them: `30 min`, `132 h 30 min`, `2 business days`, `7 calendar days`, `best effort`.

Source: semantics 3.2 and 3.12. A rung may also fall due at `the allowance` of its clock, or at `the target of response`.
"""

import re
from typing import Annotated, Literal, NamedTuple

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

Kind = Literal["seconds", "business-days", "counted-days", "calendar-days", "best-effort", "allowance", "target-of"]

_ELAPSED = re.compile(
    r"(?:(?P<h>[1-9]\d{0,5}) h)?(?P<gap> )?(?:(?P<min>[1-9]\d{0,5}) min)?(?: ?(?P<s>[1-9]\d{0,6}) s)?"
)
_DAYS = re.compile(r"(?P<n>[1-9]\d{0,3}) (?P<kind>business|calendar) days?")
_TARGET_OF = re.compile(r"the target of (?P<clock>[a-z0-9-]+)")
_REMEDY = "write 30 min, 4 h, 4 h 30 min, 2 business days, 7 calendar days or best effort"


class Amount(NamedTuple):
    """`figure` is in seconds or days as the kind says; `clock` names whose target is meant."""

    kind: Kind
    figure: int = 0
    clock: str = ""

    def __str__(self) -> str:
        match self.kind:
            case "seconds":
                return elapsed(self.figure)
            case "business-days" | "counted-days" | "calendar-days":
                unit = self.kind.replace("-", " ")
                return f"{self.figure} {unit if self.figure > 1 else unit.removesuffix('s')}"
            case "best-effort":
                return "best effort"
            case "allowance":
                return "the allowance"
            case "target-of":
                return f"the target of {self.clock}"


BEST_EFFORT = Amount("best-effort")


def amount(text: object) -> Amount:
    """Read an amount. Raises ValueError with the remedy."""
    if isinstance(text, Amount):
        return text
    if not isinstance(text, str):
        raise ValueError(f"an amount of time is a text; {_REMEDY}")
    if text == "best effort":
        return BEST_EFFORT
    if text == "the allowance":
        return Amount("allowance")
    if target := _TARGET_OF.fullmatch(text):
        return Amount("target-of", clock=target["clock"])
    if days := _DAYS.fullmatch(text):
        return Amount("business-days" if days["kind"] == "business" else "calendar-days", int(days["n"]))
    if text and text == text.strip() and (parts := _ELAPSED.fullmatch(text)):
        return Amount("seconds", int(parts["h"] or 0) * 3600 + int(parts["min"] or 0) * 60 + int(parts["s"] or 0))
    raise ValueError(f"{text!r} is not an amount of time; {_REMEDY}")


def elapsed(seconds: int) -> str:
    """Seconds as hours, minutes and seconds: `2 h 20 min`. A negative figure keeps its sign in front."""
    sign = "-" if seconds < 0 else ""
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{count} {unit}" for count, unit in ((hours, "h"), (minutes, "min"), (rest, "s")) if count]
    return sign + (" ".join(parts) or "0 min")


AmountOfTime = Annotated[
    Amount,
    BeforeValidator(amount),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "description": _REMEDY}),
]


def _of_kind(*kinds: Kind) -> BeforeValidator:
    def check(text: object) -> Amount:
        given = amount(text)
        if given.kind not in kinds:
            raise ValueError(f"{given} cannot stand here; {_REMEDY}")
        return given

    return BeforeValidator(check)


Target = Annotated[AmountOfTime, _of_kind("seconds", "business-days", "calendar-days", "best-effort")]
RungAmount = Annotated[AmountOfTime, _of_kind("seconds", "business-days", "allowance", "target-of")]
Period = Annotated[AmountOfTime, _of_kind("seconds", "business-days", "calendar-days")]
