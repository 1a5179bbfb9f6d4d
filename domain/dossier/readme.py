"""What a reader of a dossier finds first: what it is, what each file says, how it is checked, and what a seal does not prove."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from textwrap import fill

from domain.dossier.manifest import About

WIDTH = 100
INDENT = " " * 4


def readme(about: About, files: Mapping[str, str]) -> str:
    """The text, for somebody who has never seen a dossier. `files` gives what each says."""
    return "\n".join(_lines(about, files)) + "\n"


def _lines(about: About, files: Mapping[str, str]) -> Iterator[str]:
    title = "Dossier of a dispute about a support ticket" if about.dispute else "Dossier of a support ticket"
    yield title
    yield "=" * len(title)
    yield ""
    yield f"ticket    {about.ticket}"
    if about.dispute:
        yield f"dispute   {about.dispute}"
    yield f"as of     {about.as_of}"
    if about.known_at:
        yield f"known at  {about.known_at} (the earlier of the two answers)"
    yield f"made at   {about.made_at} by ticketclock {about.engine}"
    yield ""
    yield from _told(_WHAT)
    if about.redacted:
        yield from _told(_REDACTED)
    yield from _headed("What each file says")
    for says, alike in groupby(files, key=files.__getitem__):
        yield from alike
        yield fill(says, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT, break_on_hyphens=False)
    yield ""
    yield from _headed("How to check it")
    yield from _told(_CHECK)
    yield from _told(_UNPACK)
    yield "    unzip FILE -d dossier"
    yield "    cd dossier"
    yield "    python3 check.py ."
    yield ""
    yield from _told(_PACKED)
    yield "    unzip -p FILE check.py > check.py"
    yield "    python3 check.py FILE"
    yield ""
    yield from _told(_ENGINE)
    yield "    ticketclock verify-dossier FILE"
    yield ""
    yield from _told(_KEY)
    yield from _headed("What this proves, and what it does not")
    for point in _PROVES:
        yield fill(point, WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)


def _headed(title: str) -> Iterator[str]:
    yield title
    yield "-" * len(title)


def _told(paragraph: str) -> Iterator[str]:
    yield fill(" ".join(paragraph.split()), WIDTH, break_on_hyphens=False)
    yield ""


_WHAT = """This folder tells what happened to one ticket, what was agreed about it, and what is owed because of both. It
holds every fact that was recorded, the terms that were agreed, and the answers that follow from them, so that anybody can check
them without asking whoever made it. Begin with page.html or page.pdf."""

_REDACTED = """It was made without names: where somebody of the customer's is named, or a text of theirs stands, there is a
pseudonym, the same one for the same person or text. The stored events hold all of that sealed, so that digests, seal and answers
are those of the whole record."""

_CHECK = """Two programs check it. The first one comes with it, needs nothing but Python 3.9 or newer, is short enough to be
read, and shares nothing with the program that made the dossier; the second one is that program."""

_UNPACK = """The first one stands in the zip with the others. Unpack all of it and check the folder:"""

_PACKED = """Or take only the program out and check the zip itself, which has to be as it was packed:"""

_ENGINE = """The second one takes the zip or the folder:"""

_KEY = """Both say which key signed, and that it is the one that the dossier brings along. To be sure whose key it is, get the
public key from the one who made the dossier in another way, and name it with --public-key: 64 hexadecimal digits, or a file that
holds them or is PEM."""

_PROVES = (
    "No file was changed, added or removed since it was signed: manifest.json has the digest of each, and the signature is over "
    "manifest.json.",
    "The events are those of the log, in their order and with nothing left out up to the last one given here: each repeats the "
    "digest of the one before, and the last one is in the sealed log.",
    "The answers follow from the events and the terms: whoever judges again gets the same.",
    "How the claims of a dispute stand, and which answer belongs to which of them, follows from the stored events: the second "
    "program finds that anew, the first one only holds every word said in the dispute against what was stored.",
    "A seal proves what was on record when it was made. It does not prove that what was recorded is true, nor that "
    "everything that happened was recorded, nor what happened after it.",
    "The instants at which things were recorded are those of the clock of whoever keeps the log.",
    "Texts and names of people are stored sealed. That those in case.json and on the pages are what was sealed, nobody can "
    "check without the key to them; for that the signature answers. Where there are pseudonyms, they can be checked.",
    "Who asked, and what they were told, was kept beside the log, and no seal binds it; for that the signature answers. What was "
    "known when an answer was given stands with it, so that each can be judged again from the events.",
    "Names of the vendor's people and teams, references, causes, and what an imported history says about its source are not "
    "personal data to this program: they stand as they were recorded.",
)
