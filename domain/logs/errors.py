"""What stops a conversion. Whatever can be told in spite of an oddity stops nothing: it stands in the report.

LogError            the input is no such log, or cannot be read on from here
└── MappingError    the mapping file is not one
"""

from domain.refusals import Refusal


class LogError(Refusal):
    """Says where (file, line, column, as far as known), what is wrong, and what is expected."""

    def __init__(self, what: str, *, file: str | None = None, line: int | None = None, column: int | str | None = None):
        self.what, self.file, self.line, self.column = what, file, line, column
        place = [file, line and f"line {line}", column is not None and f"column {column}"]
        where = ", ".join(str(part) for part in place if part)
        super().__init__(f"{where}: {what}" if where else what)


class MappingError(LogError):
    """Names the key of the mapping file and what to write there."""
