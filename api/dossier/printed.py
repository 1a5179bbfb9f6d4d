"""The page of a dossier on paper: the same parts in the same words, and the same bytes each time it is printed."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

from api.dossier.parts import Facts, Page, Part, Picture, Says, Table
from api.dossier.standing import standing_alone
from api.pages.documents.typeset import typeset
from api.pages.texts import say

BREAK = "\u200b"
"""Shows nothing; a line may end there."""

_LONG = re.compile(r"[^\s]{17,}")
_PIECES = re.compile(r"[^\s:/@._-]{1,12}[:/@._-]?|[:/@._-]")

LAYOUT = Path(str(files("api.dossier") / "templates" / "page.typ"))


def pdf(page: Page) -> bytes:
    document = {
        "title": page.title,
        "facts": [(name, breakable(says)) for name, says in page.facts],
        "notes": page.notes,
        "foot": page.foot,
        "page": say("dossier.page"),
        "of": say("dossier.of_pages"),
        "sections": [{"title": one.title, "parts": [_part(part) for part in one.parts]} for one in page.sections],
    }
    return typeset(LAYOUT, "dossier", document)


def _part(part: Part) -> dict[str, Any]:
    match part:
        case Table():
            rows = [[{"text": breakable(cell.text), "kind": cell.kind} for cell in row.cells] for row in part.rows]
            return {**part._asdict(), "rows": rows}
        case Picture():
            return {"form": part.form, "svg": standing_alone(part.svg), "legend": part.legend}
        case Facts():
            return {**part._asdict(), "rows": [(name, breakable(says)) for name, says in part.rows]}
        case Says():
            return part._asdict()


def breakable(text: str) -> str:
    """Long names without spaces may break after a sign that joins words, and digits in between."""
    return _LONG.sub(lambda long: _PIECES.sub(rf"\g<0>{BREAK}", long[0]), text)
