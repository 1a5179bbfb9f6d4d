"""What is in a dossier and in which order, each file with what it says in plain words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from domain.dossier.manifest import MANIFEST, SIGNATURE, About, manifest_of, signature_of
from domain.dossier.readme import readme
from domain.dossier.texts import readable

README = "README.txt"

FILES: Mapping[str, str] = {
    README: "This text.",
    MANIFEST: "What the dossier is about, and the SHA-256 of every other file in it.",
    SIGNATURE: "The signature over manifest.json: whoever holds that key answers for all files.",
    "case.json": "What happened, as a case file: every event with when it counted, when it was recorded and by whom; the contract; "
    "the agreement.",
    "history.jsonl": "The ticket's events exactly as they were stored, one a line, each with a digest that the next one repeats. "
    "What is personal is stored sealed.",
    "contract.jsonl": "The same of the contract.",
    "dispute.jsonl": "The same of the dispute.",
    "proof.json": "The seal of the log, and the proof that the last event of each of these histories is in what was sealed.",
    "agreement.json": "The agreement by which the ticket is judged, as it was published.",
    "holidays/*.json": "The list of holidays by which it is judged, as it was published.",
    "terms.json": "The terms of this agreement for this ticket: clocks, targets, each with its clause, and calendars date by date.",
    "replays/known-then.json": "The answer with what was known then.",
    "replays/known-now.json": "The answer with all that is known now.",
    "replays/reading-*.json": "The answer if a clause is read in another honest way.",
    "replays/claims-none.json": "The answer without what was ruled in the dispute.",
    "replays/claim-*.json": "The answer if one claim of the dispute holds, and no other.",
    "replays/claims-all.json": "The answer if all claims of the dispute hold.",
    "replays/before-ruling.json": "The answer just before the first ruling.",
    "replays/after-ruling.json": "The answer with the last ruling.",
    "differences.json": "What differs between these answers, and what decides each difference.",
    "revisions.json": "What was known when, who said it, and which answer was given to whom at the time. The answers to those who "
    "asked (`answered`) were kept beside the log: no seal binds them.",
    "dispute.json": "The dispute: its claims, answers, evidence (by digest) and rulings, and which claim decides what.",
    "page.html": "All of it for people, to be opened in a browser.",
    "page.pdf": "The same on paper.",
    "check.py": "A program that checks all this anew, and shares nothing with the one that made it.",
}
"""The files by name or pattern, in their order."""

Sign = Callable[[bytes], bytes]


def sealed(files: Mapping[str, bytes], about: About, public_key: bytes, sign: Sign) -> dict[str, bytes]:
    """All files of a dossier in their order: those given, with the README, the manifest and its signature."""
    told = dict(_described(files))
    whole = {**files, README: readme(about, told).encode()}
    whole = dict(sorted(whole.items(), key=lambda one: place(one[0])))
    manifest = manifest_of(about, whole).bytes()
    signature = readable(signature_of(sign(manifest), public_key))
    whole |= {MANIFEST: manifest, SIGNATURE: signature}
    return dict(sorted(whole.items(), key=lambda one: place(one[0])))


def place(name: str) -> tuple[int, int, str]:
    """Where a file stands among the others; numbers in names count as numbers."""
    patterns = list(FILES)
    which = next((at for at, pattern in enumerate(patterns) if fnmatchcase(name, pattern)), len(patterns))
    number = name.rpartition("-")[2].partition(".")[0]
    return which, int(number) if number.isdecimal() and number.isascii() else 0, name


def _described(files: Iterable[str]) -> Iterator[tuple[str, str]]:
    names = sorted({*files, README, MANIFEST, SIGNATURE}, key=place)
    for name in names:
        which = place(name)[0]
        yield name, list(FILES.values())[which] if which < len(FILES) else ""
