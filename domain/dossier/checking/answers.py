"""Do the answers follow from the case file? Each is judged anew and compared."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from domain.casefile import Lookup, read_case
from domain.desk.envelope import Filed
from domain.dossier.checking.finding import Finding, fails, holds
from domain.dossier.comparisons import comparison
from domain.dossier.replays import answered
from domain.dossier.texts import canonical, strict
from domain.judgement import Judgement, judge
from domain.resolved import resolved

THEN, NOW = "replays/known-then.json", "replays/known-now.json"
TERMS, DIFFERENCES = "terms.json", "differences.json"


def replays_in(files: Mapping[str, bytes]) -> list[str]:
    return [name for name in files if fnmatchcase(name, "replays/*.json")]


def judged(case: Mapping[str, Any], replay: Mapping[str, Any], find: Lookup, place: str) -> Judgement:
    """A case file judged as a replay asks. Raises CaseFileError, and LookupError where it does not say what it asks."""
    contract = case.get("contract", {})
    if "contract" in replay:
        contract = {**replay["contract"], **({"events": contract["events"]} if "events" in contract else {})}
    added = (replay["hypothesis"] or {}).get("with", ())
    asked = {name: replay[name] for name in ("as_of", "known_at", "readings")}
    document = {**case, **asked, "contract": contract, "events": [*case["events"], *added]}
    return judge(read_case(document, find, place=place))


def check_replay(
    name: str, content: bytes, case: Mapping[str, Any], terms: Mapping[str, Any], filed: Filed, find: Lookup
) -> Iterator[Finding]:
    """One answer, and the terms that it was given under."""
    replay = strict(content)
    judgement = judged(case, replay, find, name)
    again, told = answered(judgement), replay["answer"]
    under = strict(canonical(resolved(judgement, digest=filed.digest, holidays=filed.holidays)))
    if not says_no_more(replay.get("terms", terms), under):
        yield fails(name if "terms" in replay else TERMS, f"is not what the ticket is judged by in {name}")
    elif not says_no_more(told, again):
        yield fails(name, f"judged again, the answer is another one: {_differing(again, told)}")
    else:
        verdicts = ", ".join(f"{one['clock']} {one['verdict']}" for one in told["clocks"] if one["started_at"])
        yield holds(name, f"judged again, the answer is the same ({verdicts or 'no clock started'})")


def check_differences(
    content: bytes, replays: Mapping[str, bytes], case: Mapping[str, Any], find: Lookup
) -> Iterator[Finding]:
    """What differs between two answers, found anew."""
    told = strict(content)
    for one in told:
        before, after = (judged(case, strict(replays[one[side]]), find, one[side]) for side in ("before", "after"))
        if not says_no_more(_without_words(one["difference"]), comparison(before, after)):
            yield fails(DIFFERENCES, f"what differs between {one['before']} and {one['after']} is something else")
            return
    yield holds(DIFFERENCES, f"{len(told)} comparisons, each found anew and the same")


def says_no_more(told: Any, again: Any) -> bool:
    """Whether all that was told is found again. Formats grow: what is found besides was not told then."""
    match told:
        case dict():
            return isinstance(again, dict) and all(
                name in again and says_no_more(one, again[name]) for name, one in told.items()
            )
        case list():
            alike = isinstance(again, list) and len(told) == len(again)
            return alike and all(says_no_more(*pair) for pair in zip(told, again, strict=True))
        case _:
            return bool(told == again) and isinstance(told, bool) == isinstance(again, bool)


def _without_words(document: Any) -> Any:
    """A difference without the sentences that tell it: they may be put better one day."""
    match document:
        case dict():
            return {name: _without_words(one) for name, one in document.items() if name not in ("says", "words")}
        case list():
            return [_without_words(one) for one in document]
        case _:
            return document


def _differing(again: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    """The first thing that differs, in the words of the format."""
    for name in dict.fromkeys((*again, *told)):
        if again.get(name) != told.get(name):
            return f"{name} differs" if name != "clocks" else _of_clocks(again["clocks"], told.get("clocks", []))
    return "in its form"


def _of_clocks(again: list[Mapping[str, Any]], told: list[Mapping[str, Any]]) -> str:
    for one, other in zip(again, told, strict=False):
        for name in dict.fromkeys((*one, *other)):
            if one.get(name) != other.get(name):
                return f"{name} of clock {one['clock']} {one['cycle']} differs"
    return "there are other clocks"
