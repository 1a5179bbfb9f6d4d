"""The one place where commands and the service ask what time it is."""

from datetime import UTC, datetime


def wall_clock() -> datetime:
    """The instant of now, in UTC."""
    return datetime.now(UTC)
