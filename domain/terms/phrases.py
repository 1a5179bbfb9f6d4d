"""How lists, values and conditions are put into words, in problems and in descriptions alike."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

CONDITIONS = ("plan", "region", "severity", "category", "reading", "fact")
"""The conditions of a row, in the order in which they are told."""


def listing(words: Iterable[object], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    *first, final = [str(word) for word in words] or [""]
    return f"{', '.join(first)} {last} {final}" if first else final


def quoted(word: object) -> str:
    return f'"{word}"'


def shown(value: object) -> str:
    """A value as its author wrote it, a long one shortened."""
    match value:
        case dict():
            return "a table"
        case list():
            return "a list"
        case date():
            return value.isoformat()
        case _:
            text = json.dumps(value, ensure_ascii=False, default=str)
            return text if len(text) <= 60 else f"{text[:56]}…{text[-1]}"


def instead(word: object, known: Collection[object], what: str) -> str:
    """The remedy for an unknown name: the nearest of those that are known, and all of them where they are few."""
    names = [str(name) for name in known]
    if not names:
        return f"there is no {what} here"
    near = get_close_matches(str(word), names, n=1, cutoff=0.65)
    meant = f"write {quoted(near[0])}; " if near else ""
    if len(names) > 12 and near:
        return meant.removesuffix("; ")
    listed = listing(names) if len(names) <= 40 else f"{', '.join(names[:40])} …"
    return f"{meant}the {plural(what)} are {listed}" if len(names) > 1 else f"{meant}the only {what} is {listed}"


def expected(told: str) -> list[str]:
    """The values that pydantic names where it expected one of several."""
    return [one for one in re.findall(r"'([^']*)'", told) if one] or [told.lower()]


@lru_cache(maxsize=4096)
def plain(word: str) -> str:
    """A text without regard to case, spaces, hyphens and underscores."""
    return re.sub(r"[\s_-]+", "-", word.strip()).lower()


def plural(what: str) -> str:
    return f"{what[:-1]}ies" if what.endswith("ty") else f"{what}s"


def circumstances(conditions: Mapping[str, Any]) -> str:
    """Conditions in words: ` for premium, severities 1 and 2, where xima-care:6.5/online is read as from-phone`."""
    cases = [listing(names, "or") for place in ("plan", "region") if (names := conditions.get(place))]
    if numbers := conditions.get("severity"):
        cases.append(severities(numbers))
    if names := conditions.get("category"):
        cases.append(f"category {listing(names, 'or')}")
    cases += [_fact(fact.replace("_", " "), tuple(values)) for fact, values in conditions.get("fact", {}).items()]
    readings = conditions.get("reading", {}).items()
    read = [f"{reading} is read as {listing(options, 'or')}" for reading, options in readings]
    parts = [f" for {', '.join(cases)}"] * bool(cases) + [f" where {listing(read)}"] * bool(read)
    return ",".join(parts)


def severities(numbers: Collection[int]) -> str:
    return f"{'severities' if len(numbers) > 1 else 'severity'} {listing(sorted(numbers))}"


def _fact(fact: str, values: Collection[object]) -> str:
    match values:
        case (True,):
            return f"a contract with {fact}"
        case (False,):
            return f"a contract without {fact}"
        case _:
            return f"a contract with {fact} {listing(values, 'or')}"
