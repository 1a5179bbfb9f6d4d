"""The JSON Schema (2020-12) of the language of agreements, and what it tells about a place in a document."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import BeforeValidatorFunctionSchema

from domain.terms.agreement import Agreement
from domain.terms.checking.positions import KeyPath

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Generator(GenerateJsonSchema):
    """What makes a list of a single value does so for every list that it stands before, so the schema allows one too."""

    def function_before_schema(self, schema: BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        several = super().function_before_schema(schema)
        if several.get("type") != "array":
            return several
        one = several["items"]
        if schema["function"]["function"]("") == [{"event": ""}]:  # type: ignore[call-arg]
            one = {"anyOf": [{"type": "string"}, one]}  # the bare name of an event stands for a pattern
        return {"anyOf": [one, {**several, "items": one}]}


def agreement_schema() -> dict[str, Any]:
    """The schema of an agreement; the same at every call."""
    schema = Agreement.model_json_schema(by_alias=True, schema_generator=_Generator)
    return {"$schema": DIALECT, **schema, "title": "ticketclock agreement"}


def known_keys(path: KeyPath) -> tuple[str, ...]:
    """The keys that may stand in the table at this path."""
    return tuple(dict.fromkeys(key for node in _nodes(path) for key in node.get("properties", ())))


def example(path: KeyPath) -> str:
    """How the key at this path may be written, as far as its kind tells."""
    node = next(_nodes(path), {})
    match node:
        case {"type": "string", "format": "date"}:
            value = "2024-02-05"
        case {"enum": [first, *_]} | {"const": first}:
            value = f'"{first}"'
        case {"type": "array"}:
            value = "[ … ]"
        case {"type": "integer" | "number"}:
            value = "1"
        case {"type": "boolean"}:
            value = "true"
        case {"type": "object"}:
            value = "{ … }"
        case _:
            value = '"…"'
    return f"{path[-1]} = {value}"


@cache
def _schema() -> Mapping[str, Any]:
    return agreement_schema()


def _nodes(path: KeyPath) -> Iterator[Mapping[str, Any]]:
    """The parts of the schema that describe what stands at a path, references followed and alternatives spread out."""
    if not path:
        yield from _spread(_schema())
        return
    for node in _nodes(path[:-1]):
        for below in _below(node, path[-1]):
            yield from _spread(below)


def _below(node: Mapping[str, Any], part: str | int) -> Iterator[Mapping[str, Any]]:
    if isinstance(part, int):
        yield from (node["items"],) if "items" in node else ()
    elif part in node.get("properties", ()):
        yield node["properties"][part]
    else:
        yield from node.get("patternProperties", {}).values()
        if isinstance(node.get("additionalProperties"), dict):
            yield node["additionalProperties"]


def _spread(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "$ref" in node:
        yield from _spread(_schema()["$defs"][node["$ref"].rpartition("/")[2]])
    for alternative in (*node.get("anyOf", ()), *node.get("oneOf", ())):
        yield from _spread(alternative)
    if not {"$ref", "anyOf", "oneOf"} & node.keys():
        yield node
