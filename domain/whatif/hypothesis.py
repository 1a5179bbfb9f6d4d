"""What may be supposed of a ticket, and of many: other terms, plan, severity or readings, events left out or added, holidays.

A hypothesis is a public JSON document; an unknown field is an error. It is never stored, and answered beside the replay of record.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from domain.contract.facts import Contract
from domain.instants import Instant
from domain.misreadings import misreadings
from domain.refusals import CaseFileError
from domain.terms.agreement import HoursText
from domain.terms.override import ContractTerms
from domain.terms.rows import Name, Sentence
from domain.ticket.events import EventNumber, Severity

MOST_EVENTS = 1_000
MOST_HOLIDAYS = 400


class _Supposed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SupposedHoliday(_Supposed):
    """A date that is to be a holiday: closed, or with other hours, on the calendars named, without any on every one with hours."""

    date: date
    name: Sentence = "supposed holiday"
    calendars: tuple[Name, ...] = ()
    hours: tuple[HoursText, ...] = ()


class Hypothesis(_Supposed):
    """What is to be otherwise; everything left out is as it is on record."""

    model_config = ConfigDict(title="ticketclock hypothesis")

    agreement: Annotated[str, Field(min_length=1, max_length=60)] | dict[str, Any] | None = Field(
        default=None, description="Another agreement: its id, or a whole agreement document."
    )
    version: str | None = Field(
        default=None, description="Which version; of the ticket's own agreement where none is named."
    )
    plan: Name | None = None
    contract: Contract | None = Field(
        default=None,
        description="Facts of the contract that are to be otherwise; its `events` are added to those on record.",
    )
    terms: ContractTerms | None = Field(default=None, description="Single terms, which go before all others.")
    severity: Severity | None = Field(
        default=None, description="As if opened at it; with `since`, as if changed to it then."
    )
    since: Instant | None = None
    readings: dict[str, str] = {}
    without: Annotated[tuple[EventNumber, ...], Field(max_length=MOST_EVENTS)] = Field(
        default=(), description="The numbers of events that never were."
    )
    with_: Annotated[tuple[dict[str, Any], ...], Field(max_length=MOST_EVENTS)] = Field(
        default=(), alias="with", description="Events that were, as a case file has them."
    )
    holidays: Annotated[tuple[SupposedHoliday, ...], Field(max_length=MOST_HOLIDAYS)] = ()

    @model_validator(mode="after")
    def _something_is_otherwise(self) -> Self:
        if not self.model_fields_set:
            raise ValueError(
                "nothing is supposed; name a plan, a severity, a reading, an event, a holiday, an agreement"
            )
        if self.since is not None and self.severity is None:
            raise ValueError("since goes with severity")
        if self.contract is not None and self.contract.terms is not None:
            raise ValueError("contract.terms: give them as terms")
        if self.plan is not None and self.contract is not None and "plan" in self.contract.model_fields_set:
            raise ValueError("plan: is said twice; leave it out of contract")
        return self

    @property
    def is_about_one_ticket(self) -> bool:
        """Whether it names events by their numbers or adds some, which says nothing about other tickets."""
        return bool(self.without or self.with_ or self.since)


def read_hypothesis(document: object, place: str = "") -> Hypothesis:
    """Read a hypothesis. Raises CaseFileError that names the place and the field."""
    if not isinstance(document, Mapping):
        raise CaseFileError(place, 'a hypothesis is a JSON object, such as {"plan": "gold"}')
    try:
        return Hypothesis.model_validate(document)
    except ValidationError as error:
        raise CaseFileError(place, misreadings(error, document, Hypothesis)) from None
