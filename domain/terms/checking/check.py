"""Reading an agreement and telling everything that is wrong with it: where, what, and what would be right.

First the text must be TOML, then each key must fit the language (`spelling`). Once each part does, the whole is asked: whether what
is named exists (`references`), every case finds its terms (`covering`), and every clock can run as it is written (`clockwork`).
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from domain.refusals import AgreementError
from domain.terms.agreement import Agreement
from domain.terms.checking import clockwork, covering
from domain.terms.checking.places import Flaw, key, line, places, where
from domain.terms.checking.positions import KeyPath, positions
from domain.terms.checking.references import References
from domain.terms.checking.spelling import misspellings
from domain.terms.library import published_holidays
from domain.terms.phrases import quoted

_SEVERITY = re.compile(r"[1-9]\d?")
_TOML_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
TOO_DEEP = Flaw((), "is nested too deeply to be an agreement", "write it as the JSON Schema of agreements describes it")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `key` is the dotted path, `at` the same in words; a JSON document has no lines.

    As text: `xima.toml:118: clock "response", targets row 2, target: is missing; add target = "…"`, the name where it is known.
    """

    line: int | None
    key: str
    at: str
    says: str
    remedy: str
    place: str = ""

    def __str__(self) -> str:
        begins = ":".join(str(part) for part in (self.place, self.line) if part)
        said = "; ".join(part for part in (self.says, self.remedy) if part)
        return ": ".join(part for part in (begins, self.at, said) if part)


def load(text: str, *, place: str = "") -> Agreement:
    """The agreement of a TOML text; `place` names the text in messages. Raises AgreementError with all problems."""
    agreement, found = _read(text, place)
    if agreement is None or found:
        raise AgreementError(map(str, found))
    return agreement


def problems(text: str, *, place: str = "") -> tuple[Problem, ...]:
    """Everything that is wrong with a TOML text, in the order of its lines."""
    return _read(text, place)[1]


def read(document: Mapping[str, Any], *, place: str = "") -> Agreement:
    """The agreement of a JSON document. Raises AgreementError with all problems."""
    agreement, flaws = _checked(document, _from_json)
    if agreement is None or flaws:
        raise AgreementError(str(problem) for problem in _problems(flaws, document, None, place))
    return agreement


def problems_of(document: Mapping[str, Any], *, place: str = "") -> tuple[Problem, ...]:
    """Everything that is wrong with a JSON document."""
    return _problems(_checked(document, _from_json)[1], document, None, place)


def _read(text: str, place: str) -> tuple[Agreement | None, tuple[Problem, ...]]:
    try:
        document = tomllib.loads(text)
    except RecursionError:
        return None, _problems([TOO_DEEP], {}, {}, place)
    except ValueError as error:
        return None, (_not_toml(str(error), text, place),)
    agreement, flaws = _checked(document, Agreement.model_validate)
    return agreement, _problems(flaws, document, positions(text) if flaws else {}, place)


def _not_toml(message: str, text: str, place: str) -> Problem:
    found = _TOML_LINE.search(message)
    line = int(found[1]) if found and found[1] else 1 + text.rstrip("\n").count("\n") if found else None
    says = message[: found.start()] if found else message
    return Problem(line, "", "", f"this is not TOML: {says[:1].lower()}{says[1:]}", "", place)


def _from_json(document: object) -> Agreement:
    """JSON has no dates: in its mode the language takes them as texts."""
    return Agreement.model_validate_json(json.dumps(document, default=str))


def _checked(document: Any, read: Callable[[object], Agreement]) -> tuple[Agreement | None, list[Flaw]]:
    try:
        agreement = read(document)
    except ValidationError as error:
        return None, misspellings(error, document)
    except (RecursionError, ValueError):
        return None, [TOO_DEEP]
    return agreement, list(_across(agreement, document))


def _across(agreement: Agreement, document: object) -> Iterator[Flaw]:
    """What is wrong with the whole. Without numbers for severities nothing else can be asked."""
    if wrong := [severity for severity in agreement.severities if not _SEVERITY.fullmatch(severity)]:
        remedy = "write a whole number from 1, the worst, to 99"
        yield from (Flaw(("severities", one), f"{quoted(one)} is no severity", remedy) for one in wrong)
        return
    terms = list(places(agreement, document))
    yield from References(agreement, document, published_holidays()).flaws(terms)
    survey = covering.Survey(agreement, document, terms)
    yield from covering.flaws(survey)
    yield from clockwork.flaws(survey)


def _problems(
    flaws: Iterable[Flaw], document: object, lines: Mapping[KeyPath, int] | None, place: str
) -> tuple[Problem, ...]:
    found = [
        Problem(
            line(lines, flaw.path) if lines is not None else None,
            key(document, flaw.path),
            where(document, flaw.path),
            flaw.says,
            flaw.remedy,
            place,
        )
        for flaw in dict.fromkeys(flaws)
    ]
    return tuple(sorted(found, key=lambda problem: problem.line or 0))
