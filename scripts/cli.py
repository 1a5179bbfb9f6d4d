"""The `ticketclock` command: what asks no database (judge, agreements, convert, schema), and what works on a log.

It answers on standard output, in UTF-8 wherever it runs, speaks of progress and of errors on standard error, and exits with
0 (done), 1 (`verify` or `verify-dossier` found something broken) or 2 (bad input or no database, named).
"""

import argparse
import io
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

from scripts.endings import ended

WITHOUT_LOG = ("judge", "agreements", "convert", "schema", "verify_dossier")
ON_A_LOG = (
    *("serve", "timekeeper", "import_", "export", "rebuild", "seal", "verify"),
    *("compare", "what_if", "dossier", "keys", "forget"),
)
MODULES = {name.rstrip("_").replace("_", "-"): f"scripts.commands.{name}" for name in (*WITHOUT_LOG, *ON_A_LOG)}


class Parser(argparse.ArgumentParser):
    """Takes options as they are spelled only, so that a new one never changes what an old script means."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **settings})

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (--help shows what can be asked)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    parser = Parser(prog="ticketclock", description="What happened, what was agreed, a moment: what is owed.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in _needed(given):
        import_module(module).add_to(commands)
    asked = parser.parse_args(given)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    return ended(lambda: asked.run(asked), parser.prog)


def _needed(given: Sequence[str]) -> list[str]:
    """The command that is asked for, alone: judging a case does not wait for a web server to be loaded."""
    return [MODULES[name] for name in given[:1] if name in MODULES] or list(MODULES.values())


if __name__ == "__main__":
    sys.exit(main())
