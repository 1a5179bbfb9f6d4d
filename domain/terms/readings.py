"""Which option is to be taken of a reading, as people write it: ID=OPTION."""

from collections.abc import Iterable

from domain.refusals import DoesNotFit


def read_options(told: Iterable[str]) -> dict[str, str]:
    """Options by reading; of a reading told twice the last. Raises DoesNotFit."""
    return dict(map(read_option, told))


def read_option(text: str) -> tuple[str, str]:
    """A reading and its option; neither has a `=` in its name. Raises DoesNotFit."""
    reading, _, option = text.partition("=")
    if not reading or not option:
        raise DoesNotFit("reading: write ID=OPTION", remedy="choose one of the readings that the agreement has")
    return reading, option
