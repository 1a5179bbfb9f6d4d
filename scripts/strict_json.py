"""JSON as a case file needs it, refused in plain words: UTF-8, no key twice, no NaN, no endless number, no endless depth."""

import json
import re
from typing import Any

from domain.refusals import CaseFileError
from domain.strict_json import Unfit, strictly

DEEPEST = 100
TOO_DEEP = f"nested more than {DEEPEST} deep; a case is flatter than that"
NEAR = 20
SPACE = " \t\r\n"

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def parse(text: bytes, place: str) -> Any:
    """The document of a text. Raises CaseFileError that names place, line and column."""
    try:
        document = strictly(text.decode("utf-8").rstrip(SPACE))
        if _SURROGATE.search(text):
            json.dumps(document, ensure_ascii=False).encode("utf-8")
    except (UnicodeError, ValueError, RecursionError) as error:
        raise CaseFileError(place, _problem(error, text)) from None
    if text.count(b"{") + text.count(b"[") > DEEPEST and _is_deeper(document, DEEPEST):
        raise CaseFileError(place, TOO_DEEP)
    return document


def goes_on(line: bytes) -> bool:
    """Whether a document that begins in this line is not complete in it, though what there is of it is sound."""
    text = line.decode("utf-8", "replace").rstrip(SPACE)
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.pos == len(text)
    except (ValueError, RecursionError):
        pass
    return False


def _problem(error: Exception, text: bytes) -> str:
    match error:
        case UnicodeEncodeError():
            return "holds half a character, an escape from \\ud800 to \\udfff alone; they come in pairs"
        case UnicodeDecodeError() if text.startswith((b"\xff\xfe", b"\xfe\xff")):
            return "UTF-16; save it as UTF-8"
        case UnicodeDecodeError():
            return f"not UTF-8 at byte {error.start + 1}; a case file is JSON, saved as UTF-8"
        case json.JSONDecodeError() if b"\0" in text:
            return "holds NUL characters, as UTF-16 does; save it as UTF-8"
        case json.JSONDecodeError():
            return _not_json(error)
        case RecursionError():
            return TOO_DEEP
        case Unfit():
            return str(error)
        case _:
            return "holds a number of thousands of digits"


def _not_json(error: json.JSONDecodeError) -> str:
    text = error.doc
    where = f"line {error.lineno}, column {error.colno}" if "\n" in text else f"column {error.colno}"
    if error.pos >= len(text):
        return f"the JSON ends too early, at {where}; is it cut short, or a case that stands on several lines?"
    if error.msg == "Extra data":
        return f"a second document begins at {where}; write JSON Lines, one case a line, or a JSON array"
    near = json.dumps(text[error.pos : error.pos + NEAR], ensure_ascii=False)[1:-1].replace('\\"', '"')
    if error.msg.startswith("Unterminated string"):
        return f"the text that begins at {where}, `{near}`, does not end; is the JSON cut short, or a quote missing?"
    return f"not JSON at {where}, `{near}`: {error.msg[0].lower()}{error.msg[1:].removesuffix(' at')}"


def _is_deeper(document: Any, than: int) -> bool:
    if not isinstance(document, dict | list):
        return False
    parts = document.values() if isinstance(document, dict) else document
    return than == 0 or any(_is_deeper(part, than - 1) for part in parts)
