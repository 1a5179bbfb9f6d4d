"""The checker stands alone: anybody with Python can run the one file, and nothing of the engine is in it."""

import ast
import sys
from pathlib import Path

from api.dossier.checker import check

SOURCE = Path(check.__file__).read_text("utf-8")


def imported() -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(SOURCE)):
        if isinstance(node, ast.Import):
            names |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0] if not node.level else ".")
    return names


def test_it_imports_nothing_but_the_standard_library():
    assert set() == imported() - sys.stdlib_module_names


def test_it_is_written_in_the_python_of_2020():
    ast.parse(SOURCE, feature_version=(3, 9))


def test_it_is_plain_text_on_every_computer():
    assert SOURCE.isascii()


def test_it_stays_short_enough_to_be_read_in_one_sitting():
    assert len(SOURCE.splitlines()) < 1000
