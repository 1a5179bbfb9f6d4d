"""What an address may ask for: words, months and instants. What a form leaves empty is not asked for."""

import re
from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator, BeforeValidator, Field

from domain.instants import Instant
from domain.misreadings import shown


def _writable(text: str) -> str:
    """Nothing is called by a text with a zero byte, which no database holds."""
    if "\0" in text:
        raise ValueError("holds a zero byte; a text may hold any character but that")
    return text


_Writable = AfterValidator(_writable)
_Word = Annotated[str, Field(max_length=200), _Writable]

Text = Annotated[_Word, Query()]
Word = Annotated[_Word | None, Query()]
Words = Annotated[list[_Word] | None, Query(max_length=50)]
Place = Annotated[Annotated[str, Field(max_length=500), _Writable], Query()]
"""Where a list goes on."""

_Command = Annotated[str, Field(max_length=40), _Writable]

Done = Annotated[_Command | None, Query()]
"""The command that a visitor has just given."""

Act = Annotated[_Command, Query()]
"""The command whose form stands open."""

_A_MONTH = re.compile(r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])")


def _month(told: str) -> str:
    if told and not _A_MONTH.fullmatch(told):
        raise ValueError(f"{shown(told)} is no month; write one such as 2026-11")
    return told


Month = Annotated[str, AfterValidator(_month)]
"""A month such as 2026-11, or nothing."""


def _or_none(told: object) -> object:
    return None if told == "" else told


Moment = Annotated[Instant | None, BeforeValidator(_or_none)]
"""An instant with its offset, if any."""

CalendarYear = Annotated[Annotated[int, Field(ge=1970, le=2199)] | None, BeforeValidator(_or_none)]
