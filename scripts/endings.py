"""How a command ends: with a code, and with a line instead of a traceback for what people and machines do to it."""

import os
import sys
from collections.abc import Callable

from domain.refusals import Refusal

BAD_INPUT = 2
INTERRUPTED = 130
PIPE_CLOSED = 141


def ended(run: Callable[[], int], name: str) -> int:
    """The exit code of a run; what it refuses is told in the command's name, after what it had to say before."""
    if sys.stdout is None:
        print(f"{name}: standard output is closed", file=sys.stderr)
        return BAD_INPUT
    try:
        return _flushed(run, name)
    except KeyboardInterrupt:
        _close_output()
        return INTERRUPTED
    except BrokenPipeError:
        _close_output()
        return PIPE_CLOSED
    except OSError as error:
        _close_output()
        print(f"{name}: {error.strerror or error}", file=sys.stderr)
        return BAD_INPUT


def _flushed(run: Callable[[], int], name: str) -> int:
    try:
        code = run()
    except Refusal as refusal:
        sys.stdout.flush()
        print(f"{name}: {harmless(str(refusal))}", file=sys.stderr)
        return BAD_INPUT
    sys.stdout.flush()
    return code


def harmless(text: str) -> str:
    """Nothing from the input moves the cursor or turns the writing around."""
    return "".join(letter if letter.isprintable() or letter == "\n" else f"\\u{ord(letter):04x}" for letter in text)


def _close_output() -> None:
    """Let nobody write to standard output any more, not even Python as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
