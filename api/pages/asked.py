"""What an address may ask for: words and instants. What a form leaves empty is not asked for."""

from typing import Annotated

from fastapi import Query
from pydantic import BeforeValidator, Field

from domain.instants import Instant

WITHOUT_ZERO = r"^[^\x00]*$"
"""Nothing is called by a text with a zero byte, which no database holds."""

Text = Annotated[str, Query(max_length=200, pattern=WITHOUT_ZERO)]
Word = Annotated[str | None, Query(max_length=200, pattern=WITHOUT_ZERO)]
Words = Annotated[list[Annotated[str, Query(max_length=200, pattern=WITHOUT_ZERO)]] | None, Query(max_length=50)]
Place = Annotated[str, Query(max_length=500, pattern=WITHOUT_ZERO)]
"""Where a list goes on."""

Done = Annotated[str | None, Query(max_length=40, pattern=WITHOUT_ZERO)]
"""The command that a visitor has just given."""

Act = Annotated[str, Query(max_length=40, pattern=WITHOUT_ZERO)]
"""The command whose form stands open."""


def _or_none(told: object) -> object:
    return None if told == "" else told


Moment = Annotated[Instant | None, BeforeValidator(_or_none)]
"""An instant with its offset, if any."""

CalendarYear = Annotated[Annotated[int, Field(ge=1970, le=2199)] | None, BeforeValidator(_or_none)]
