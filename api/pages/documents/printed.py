"""A service report as a PDF, to be sent and kept; it bears no date but that of the figures."""

from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from api.pages.documents.reported import Block, Told, blocks
from api.pages.documents.typeset import typeset
from api.pages.formats import Formats
from api.pages.texts import say
from projections.boards.service_report import ServiceReport

LAYOUT = Path(str(files("api.pages") / "templates" / "report.typ"))


def pdf(show: Formats, report: ServiceReport, told: Sequence[Told]) -> bytes:
    """The report as a viewer of these formats reads it."""
    document = {
        "title": say("report.title"),
        "lines": [
            [say("report.customer"), report.customer],
            [say("report.month"), show.month(report.month)],
            [say("report.made"), show.whole(report.at, "UTC")],
        ],
        "notes": [say("report.by_utc"), *([say("report.not_over")] if report.is_running else [])],
        "foot": say("report.of", customer=report.customer, month=show.month(report.month)),
        "page": say("report.page"),
        "of": say("report.of_pages"),
        "sections": [_section(one, blocks(one, show)) for one in told],
    }
    return typeset(LAYOUT, "report", document)


def _section(told: Told, parts: Iterable[Block]) -> dict[str, Any]:
    return {
        "title": told.agreement.title,
        "about": f"{told.section.agreement} {told.agreement.version}, {', '.join(told.section.plans)}".rstrip(", "),
        "blocks": [_block(part) for part in parts],
        "undefined": told.undefined,
    }


def _block(part: Block) -> dict[str, Any]:
    return {
        "title": part.title,
        "clause": part.clause,
        "notes": part.notes,
        "columns": [one._asdict() for one in part.columns],
        "rows": [[one._asdict() for one in row] for row in part.rows],
        "empty": part.empty,
    }
