"""`ticketclock schema case|answer|agreement`: the published JSON Schemas."""

import argparse
import json
import sys

from domain.schemas import SCHEMAS


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("schema", help="print the JSON Schema of a public format")
    parser.add_argument("format", choices=sorted(SCHEMAS))
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    json.dump(SCHEMAS[asked.format](), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
    return 0
