"""What an address may ask for: words and instants. What a form leaves empty is not asked for."""

from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator, BeforeValidator, Field

from domain.instants import Instant


def _writable(text: str) -> str:
    """Nothing is called by a text with a zero byte, which no database holds."""
    if "\0" in text:
        raise ValueError("holds a zero byte; a text may hold any character but that")
    return text


_Writable = Annotated[str, AfterValidator(_writable)]

Text = Annotated[_Writable, Query(max_length=200)]
Word = Annotated[_Writable | None, Query(max_length=200)]
Words = Annotated[list[Annotated[_Writable, Query(max_length=200)]] | None, Query(max_length=50)]
Place = Annotated[_Writable, Query(max_length=500)]
"""Where a list goes on."""

Done = Annotated[_Writable | None, Query(max_length=40)]
"""The command that a visitor has just given."""

Act = Annotated[_Writable, Query(max_length=40)]
"""The command whose form stands open."""


def _or_none(told: object) -> object:
    return None if told == "" else told


Moment = Annotated[Instant | None, BeforeValidator(_or_none)]
"""An instant with its offset, if any."""

CalendarYear = Annotated[Annotated[int, Field(ge=1970, le=2199)] | None, BeforeValidator(_or_none)]
