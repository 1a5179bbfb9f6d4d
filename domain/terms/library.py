"""The agreements and holiday lists that come with the program, read from their TOML files.

Reading files is for the edge of the program, before anything is judged; what is read is frozen.
"""

import tomllib
from functools import cache
from importlib.resources import files

from domain.terms.agreement import Agreement
from domain.terms.holidays import HolidayList
from domain.terms.selection import Selector


@cache
def published_holidays() -> dict[str, HolidayList]:
    """The published holiday lists by name."""
    folder = files("domain.terms").joinpath("published")
    lists = [
        HolidayList.model_validate(tomllib.loads(file.read_text("utf-8")))
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    ]
    return {holidays.name: holidays for holidays in lists}


@cache
def agreement_ids() -> tuple[str, ...]:
    """The ids of the agreements that come with the program, in alphabetical order."""
    folder = files("domain.terms").joinpath("agreements")
    return tuple(sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")))


def agreement_text(agreement_id: str) -> str:
    """The TOML of an agreement that comes with the program. Raises KeyError for an unknown id."""
    if agreement_id not in agreement_ids():
        raise KeyError(agreement_id)
    return files("domain.terms").joinpath("agreements", f"{agreement_id}.toml").read_text("utf-8")


@cache
def selector(agreement_id: str) -> Selector:
    """The terms of an agreement that comes with the program. Raises KeyError for an unknown id."""
    return selector_of(Agreement.model_validate(tomllib.loads(agreement_text(agreement_id))))


def selector_of(agreement: Agreement) -> Selector:
    """The terms of any agreement, with the published holiday lists at hand."""
    return Selector(agreement, published_holidays())
