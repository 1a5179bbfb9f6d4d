"""The headers by which an answer says up to where it knows: in the stream that it is about, and in the log."""


def at_version(version: int) -> dict[str, str]:
    """What the next command on the stream names in If-Match."""
    return {"ETag": f'"{version}"'}


def at_position(position: int) -> dict[str, str]:
    """What `?after=` on a query waits for."""
    return {"X-Position": str(position)}
