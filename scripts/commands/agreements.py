"""`ticketclock agreements`: list them, show one in words, check a file."""

import argparse
import sys
from pathlib import Path

from domain.refusals import AgreementError
from domain.terms.checking.check import problems
from domain.terms.library import agreement_ids, agreement_text, selector
from domain.terms.words.whole import in_words, summary


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("agreements", help="list agreements, show one in words, check one of your own")
    parser.set_defaults(run=_list)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    actions.add_parser("list", help="the agreements that come with the program").set_defaults(run=_list)
    show = actions.add_parser("show", help="an agreement in words, each term with its clause")
    show.add_argument("agreement", metavar="ID")
    show.add_argument("--plan", help="only the terms of this plan")
    show.add_argument("--region", help="only the terms of this region")
    show.add_argument("--toml", action="store_true", help="as the TOML it is written in: a start for one of your own")
    show.set_defaults(run=_show)
    check = actions.add_parser("check", help="find every problem of an agreement, with line, key and remedy")
    check.add_argument("file", metavar="FILE")
    check.set_defaults(run=_check)


def _list(asked: argparse.Namespace) -> int:
    for agreement_id in agreement_ids():
        print(summary(selector(agreement_id).agreement))
    return 0


def _show(asked: argparse.Namespace) -> int:
    try:
        text = agreement_text(asked.agreement)
    except KeyError:
        known = ", ".join(agreement_ids())
        raise AgreementError([f"unknown agreement {asked.agreement!r}; there are {known}"]) from None
    if not asked.toml:
        agreement = selector(asked.agreement).agreement
        for name, known_names in (("plan", agreement.plans), ("region", agreement.regions)):
            given = getattr(asked, name)
            if given and given not in known_names:
                raise AgreementError(
                    [f"--{name}: unknown {name} {given!r}; {agreement.id} has {', '.join(known_names)}"]
                )
        text = in_words(agreement, plan=asked.plan, region=asked.region)
    sys.stdout.write(text)
    return 0


def _check(asked: argparse.Namespace) -> int:
    try:
        text = Path(asked.file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AgreementError([f"{asked.file}: {getattr(error, 'strerror', None) or 'not UTF-8'}"]) from None
    found = problems(text)
    for problem in found:
        print(f"{asked.file}:{problem}")
    if found:
        print(f"{asked.file}: {len(found)} found; what hangs on these is checked once they are mended")
    else:
        print(f"{asked.file}: sound")
    return 2 if found else 0
