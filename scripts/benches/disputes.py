"""Settling disputes: dossiers, proofs out of a log of a million events, and what-ifs over an estate.

`--events N` takes a smaller log.
"""

import argparse
import tempfile
from pathlib import Path

from scripts.benches._aims import show_aims
from scripts.benches._dossier import dossiers
from scripts.benches._proofs import proofs
from scripts.benches._whatif import what_ifs
from scripts.commands.arguments import count
from scripts.database import embedded


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=count, default=1_000_000, metavar="N", help="in the log; without it a million")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ticketclock-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        with embedded(Path(folder)) as server:
            aims = [*dossiers(server.url, Path(folder)), *proofs(server.url, asked.events), *what_ifs(server.url)]
    show_aims(aims)


if __name__ == "__main__":
    main()
