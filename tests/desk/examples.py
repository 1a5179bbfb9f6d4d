"""One example of every event that is stored, each of its fields said; `python -m tests.desk.examples` writes the golden files of
those that have none yet. A golden file is never written anew: it is what lies in somebody's database.
"""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from domain.desk.envelope import Envelope, Filed
from domain.desk.mapper import EnvelopeMapper
from domain.desk.names import STORED_NAMES, UPCASTS
from domain.instants import micros
from domain.ticket.history import Person
from tests.desk.seals import TestSeals

GOLDEN = Path(__file__).with_name("golden")
STREAM = UUID("6e1f0c1e-58a5-4b0e-9d8b-6a6f2a3d7c11")
MONDAY = datetime(2024, 3, 4, 9, 0, tzinfo=UTC)
ONE_OF = {
    "ticket.corrected": ("moved_to", "struck"),
    "ticket.ruled": ("strike_wait", "reading", "excuse"),
}
"""Of several fields only one may be said; these are left out."""

FILED = Filed(
    contract=UUID("0b7c8f5e-3f5d-4a53-8f0c-2f4f3f1b9a77"),
    customer="acme",
    agreement="imagicle-care",
    version="4.1",
    digest="ab" * 32,
    holidays={"italy": "cd" * 32},
    readings={"imagicle-care:reaction/limit": "at-most"},
    case="case-7",
    source={"system": "elsewhere"},
)


def example(name: str) -> Envelope:
    """An event in its envelope, everything in both said."""
    kind = STORED_NAMES[name]
    left_out = {"event", *ONE_OF.get(name, ())}
    told = {
        field.alias or attribute: _value(field.annotation, attribute)
        for attribute, field in kind.model_fields.items()
        if attribute not in left_out
    }
    return Envelope(
        originator_id=STREAM,
        originator_version=2,
        event=kind.model_validate(told),
        recorded_at=micros(MONDAY) + 1_500_000,
        customer="" if name.startswith("publication.") else "acme",
        by=Person(id="ada@acme.example", role="customer"),
        command="3f2a",
        correlation="request-1",
        origin="key:demo",
        filed=FILED,
        previous="ef" * 32,
    )


def mapper(seals: TestSeals | None = None) -> EnvelopeMapper:
    return EnvelopeMapper(STORED_NAMES, seals or TestSeals(), UPCASTS)


def _value(annotation: Any, name: str) -> Any:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _digest_or(_value(inner[0], name), name)
    if origin in (Union, UnionType):
        return _value(next(one for one in inner if one is not NoneType), name)
    if origin is Literal:
        return inner[0]
    if origin in (list, tuple):
        return [_value(inner[0], name)]
    if name in ("readings", "reading"):
        return {"imagicle-care:reaction/limit": "at-most"}
    if origin is dict:
        return {"name": _value(inner[1], "name") if inner[1] is not Any else "Ada"}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation.__name__ == "ContractTerms":
            return {"clocks": {"response": {"targets": [{"target": "2 h", "clause": "contract:7"}]}}}
        return {
            field.alias or attribute: _value(field.annotation, attribute)
            for attribute, field in annotation.model_fields.items()
        }
    plain: dict[Any, Any] = {
        str: _digest_or(name.replace("_", "-").strip("-"), name),
        int: 2024 if name.endswith("year") else 2,
        float: 95.5,
        bool: True,
        datetime: MONDAY.isoformat(),
        AwareDatetime: MONDAY.isoformat(),
        date: date(2024, 3, 1).isoformat(),
        UUID: str(STREAM),
        Any: "anything",
    }
    return plain[annotation]


def _digest_or(value: Any, name: str) -> Any:
    return "12" * 32 if name == "digest" else value


def main() -> None:
    GOLDEN.mkdir(exist_ok=True)
    for name in STORED_NAMES:
        file = GOLDEN / f"{name}.json"
        if not file.exists():
            envelope = example(name)
            state = mapper().to_stored_event(envelope).state.decode()
            told = envelope.event.model_dump(mode="json", by_alias=True, exclude_unset=True)
            file.write_text(json.dumps({"state": state, "event": told}, indent=1) + "\n")


if __name__ == "__main__":
    main()
