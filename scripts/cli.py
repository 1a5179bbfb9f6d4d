"""The `ticketclock` command: judge, agreements, convert, schema.

It answers on standard output, in UTF-8 wherever it runs, speaks of progress and of errors on standard error, and exits with
0 (done) or 2 (bad input, named).
"""

import argparse
import io
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from scripts.commands import agreements, convert, judge, schema
from scripts.endings import ended


class Parser(argparse.ArgumentParser):
    """Takes options as they are spelled only, so that a new one never changes what an old script means."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **settings})

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (--help shows what can be asked)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = Parser(prog="ticketclock", description="What happened, what was agreed, a moment: what is owed.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in (judge, agreements, convert, schema):
        command.add_to(commands)
    asked = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    return ended(lambda: asked.run(asked), parser.prog)


if __name__ == "__main__":
    sys.exit(main())
