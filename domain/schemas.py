"""The published JSON Schemas (2020-12) of the public formats: the case file, its answer, and the language of agreements."""

from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter

from domain.answer import Answer
from domain.casefile import CaseDocument, Envelope
from domain.terms.checking.schema import agreement_schema
from domain.ticket.history import EVENT

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def case_schema() -> dict[str, Any]:
    """One ticket with everything needed to judge it. In a case file the effective instant of an event is its `at`."""
    schema = CaseDocument.model_json_schema(by_alias=True)
    events = EVENT.json_schema(by_alias=True)
    envelope = TypeAdapter(Envelope).json_schema(by_alias=True)
    definitions = schema.setdefault("$defs", {}) | envelope.pop("$defs", {}) | events.pop("$defs")
    for definition in definitions.values():
        properties = definition.get("properties", {})
        if "event" in properties and "effective_at" in properties:
            properties["at"] = properties.pop("effective_at") | {"title": "At"}
            properties |= envelope["properties"]
            definition["required"] = ["at", "event", *(set(definition["required"]) - {"effective_at", "event"})]
            definition["required"].sort()
    schema["$defs"] = dict(sorted(definitions.items()))
    schema["properties"]["events"]["items"] = events
    return {"$schema": DIALECT, **schema}


def answer_schema() -> dict[str, Any]:
    """What is said of one case."""
    return {"$schema": DIALECT, **TypeAdapter(Answer).json_schema(), "title": "ticketclock answer"}


SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "agreement": agreement_schema,
    "answer": answer_schema,
    "case": case_schema,
}
