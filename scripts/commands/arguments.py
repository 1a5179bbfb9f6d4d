"""What more than one command takes as an argument."""

import argparse
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from domain.instants import Instant, micros
from domain.refusals import DoesNotFit
from domain.terms.readings import read_option

_INSTANT: TypeAdapter[Instant] = TypeAdapter(Instant)


def count(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isascii() or not text.isdecimal() or len(text) > 9 or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def port(text: str) -> int:
    """A port to listen on; 0 is any free one."""
    if not text.isascii() or not text.isdecimal() or len(text) > 5 or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port from 0 to 65535")
    return int(text)


def instant(text: str) -> datetime:
    """An instant with its offset."""
    try:
        return _INSTANT.validate_python(text)
    except ValidationError:
        message = f"{text!r} is no instant with an offset, such as 2024-03-28T16:30:00+01:00"
        raise argparse.ArgumentTypeError(message) from None


def uuid(text: str) -> UUID:
    """The id of a ticket, contract or dispute."""
    try:
        return UUID(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no id; ids are told when something is opened") from None


def instant_micros(text: str) -> int:
    """An instant with its offset, in microseconds since 1970 UTC."""
    return micros(instant(text))


def reading(text: str) -> tuple[str, str]:
    """A reading and the option that is to be taken of it."""
    try:
        return read_option(text)
    except DoesNotFit:
        message = f"{text!r} is not ID=OPTION, such as xmpro:6-reopen/clock=new-cycle"
        raise argparse.ArgumentTypeError(message) from None
