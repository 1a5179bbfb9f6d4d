"""Rows: the form of every term. A row carries conditions and applies where all of them hold.

The conditions are plan, region, severity, category, reading and contract facts; one left out holds always. Where one row of several
is wanted, the first that applies wins. A row names the clause it comes from; without one it stands on the clause of the clock or
table it belongs to.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=60)]
ClauseId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+:[a-z0-9.-]+$", max_length=120)]
ReadingId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+:[a-z0-9.-]+/[a-z0-9-]+$", max_length=160)]
AssumptionId = ReadingId
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
SeverityNumber = Annotated[int, Field(ge=1, le=99, strict=True)]
WaitName = Literal["customer", "third-party", "access", "authorization", "fees", "contact"]


def _listed(value: object) -> object:
    """One value may stand for a list of one."""
    return [value] if isinstance(value, str | int) else value


Names = Annotated[tuple[Name, ...], BeforeValidator(_listed)]
Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Severities = Annotated[tuple[SeverityNumber, ...], BeforeValidator(_listed)]
Scalars = Annotated[tuple[str | int | bool, ...], BeforeValidator(_listed)]
AssumptionIds = Annotated[tuple[AssumptionId, ...], BeforeValidator(_listed)]


class Term(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Scope(Term):
    """What selects rows: the facts of a contract and a ticket, and the readings in force."""

    plan: str = ""
    region: str = ""
    category: str = ""
    readings: Mapping[str, str] = {}
    facts: Mapping[str, str | int | bool] = {}


class Row(Term):
    """The conditions under which a term applies; those left out hold always."""

    plan: Names = ()
    region: Names = ()
    severity: Severities = ()
    category: Words = ()
    reading: dict[ReadingId, Names] = {}
    fact: dict[str, Scalars] = {}
    clause: ClauseId | None = None
    assumes: AssumptionIds = ()

    def concerns(self, scope: Scope, severity: int | None = None) -> bool:
        """Whether every condition but the readings holds; severity conditions only where a severity is asked about."""
        return (
            (not self.plan or scope.plan in self.plan)
            and (not self.region or scope.region in self.region)
            and (not self.category or scope.category in self.category)
            and (not self.severity or severity is None or severity in self.severity)
            and all(scope.facts.get(name, False) in allowed for name, allowed in self.fact.items())
        )

    def is_read(self, readings: Mapping[str, str]) -> bool:
        return all(readings[name] in options for name, options in self.reading.items())

    def applies(self, scope: Scope, severity: int | None = None) -> bool:
        return self.concerns(scope, severity) and self.is_read(scope.readings)
