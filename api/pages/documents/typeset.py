"""A document as a PDF; the same one typeset twice is the same to the byte.

What is told goes to the typesetter as data, never as its markup. Only the typefaces that come with the program are used, and no
date is put in.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst


def typeset(layout: Path, name: str, document: Mapping[str, Any]) -> bytes:
    """`name` is the one by which the layout asks for the document."""
    compiled = typst.compile(
        layout.read_bytes(),
        format="pdf",
        sys_inputs={name: json.dumps(document, sort_keys=True)},
        font_paths=[],
        ignore_system_fonts=True,
    )
    assert isinstance(compiled, bytes)
    return compiled
