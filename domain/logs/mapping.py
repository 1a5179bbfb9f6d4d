"""The mapping file: how an XES event log's own vocabulary is read as stages of a ticket. TOML, strictly checked.

`volvo.toml` beside this file is one, commented for whoever writes the next.
"""

import tomllib
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, ValidationError, field_validator

from domain.logs.errors import MappingError
from domain.logs.lifecycle import Stage
from domain.terms.checking.positions import line_of
from domain.terms.phrases import expected, instead
from domain.terms.zones import UnknownZone, zone
from domain.ticket.events import Channel, Severity

Status = Literal[Stage, "unknown"]
Attribute = Annotated[str, StringConstraints(min_length=1)]

REMEDIES = {
    "extra_forbidden": "there is no such key; look for a slip of the pen, or leave it out",
    "missing": "this key is needed; volvo.toml shows how it is written",
}


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SeverityValues(Part):
    """The attribute that grades a ticket, its values as the agreement's numbers, and the number where none is stated."""

    attribute: Attribute | None = None
    values: dict[str, Severity] = {}
    default: Severity | None = None


class ChannelValues(Part):
    """The attribute that says how a ticket came in, and its values as channels."""

    attribute: Attribute | None = None
    values: dict[str, Channel] = {}
    default: Channel | None = None


class XesMapping(Part):
    """Which attributes of traces and events mean what. An attribute that an event lacks is looked for on its trace."""

    agreement: str | dict[str, JsonValue]
    contract: dict[str, JsonValue]
    system: str = "xes"
    timezone: str | None = None
    case: Attribute = "concept:name"
    time: Attribute = "time:timestamp"
    status: Annotated[tuple[Attribute, ...], Field(min_length=1)] = ("concept:name",)
    statuses: Annotated[dict[str, Status], Field(min_length=1)]
    severity: SeverityValues
    channel: ChannelValues = ChannelValues()
    assigned: Attribute | None = None
    category: Attribute | None = None
    keep: tuple[Attribute, ...] = ()

    @field_validator("agreement", mode="before")
    @classmethod
    def _named_or_whole(cls, agreement: object) -> object:
        if not agreement or not isinstance(agreement, (str, dict)):
            raise ValueError("give the id of a known agreement, or a whole agreement as a table")
        return agreement

    @field_validator("timezone")
    @classmethod
    def _published(cls, name: str | None) -> str | None:
        if name is not None:
            try:
                zone(name)
            except UnknownZone as error:
                raise ValueError(str(error)) from error
        return name

    def stage(self, status: str) -> Stage | None:
        """None for a status that says nothing, or that the mapping does not name."""
        stage = self.statuses.get(status)
        return None if stage == "unknown" else stage

    def event_attributes(self) -> frozenset[str]:
        """The attributes that are read, wherever they stand."""
        single = (self.case, self.time, self.severity.attribute, self.channel.attribute, self.assigned, self.category)
        return frozenset(name for name in (*self.status, *self.keep, *single) if name is not None)


def read_mapping(text: str, file: str | None = None) -> XesMapping:
    """The mapping that a TOML text states. Raises MappingError, naming the key and what to write there."""
    try:
        document: dict[str, Any] = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"not TOML: {error}", file=file) from error
    try:
        return XesMapping.model_validate(document)
    except ValidationError as error:
        faults = [_fault(dict(found), text) for found in error.errors(include_url=False)]
        raise MappingError("the mapping does not hold:\n" + "\n".join(faults), file=file) from error


def _fault(found: dict[str, Any], text: str) -> str:
    key = ".".join(f'"{part}"' if " " in str(part) or "/" in str(part) else str(part) for part in found["loc"])
    remedy = REMEDIES.get(found["type"], found["msg"])
    given = "" if found["type"] in REMEDIES else f" (here: {str(found['input'])[:60]!r})"
    if found["type"] == "literal_error":
        remedy = instead(found["input"], expected(found["ctx"]["expected"]), "value")
    return f"  line {line_of(text, found['loc'])}, {key}: {remedy}{given}"
