"""A table as CSV, for spreadsheets and programs: UTF-8 with its mark, commas, a header, one line a row."""

import csv as lines
from collections.abc import Iterable, Sequence
from io import StringIO

from fastapi import Response

from api.pages.paper import HEADERS

MARK = "\ufeff"
"""What a file begins with that is UTF-8; without it, a spreadsheet takes letters with accents for others."""

ACTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula where a text begins with it."""


def csv(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """To be kept under this name."""
    written = StringIO()
    written.write(MARK)
    writer = lines.writer(written, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([harmless(one) for one in row] for row in rows)
    disposition = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(written.getvalue(), media_type="text/csv; charset=utf-8", headers={**HEADERS, **disposition})


def harmless(value: object) -> object:
    """A text that a spreadsheet would reckon with is marked as a text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(ACTS) else value
