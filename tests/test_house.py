"""Rules of the house that no linter knows."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

IMPURE_MODULES = {"os", "random", "secrets", "time"}
IMPURE_NAMES = re.compile(r"(^|\.)((datetime|date)\.(now|utcnow|today)|uuid[14])$")

HOSTS = [".".join(host) for host in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("crates", "io"))]
PLACES = re.compile(rf"(?<![\w.-])/(?:home|root|Users|work|farm|opt)/|{'|'.join(map(re.escape, HOSTS))}")


def impurities(source: str) -> Iterator[str]:
    """Yield what would make the same history answer differently: a clock, chance, a setting, the machine's own zone."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=aliases):
                yield from (alias.name for alias in aliases if alias.name.partition(".")[0] in IMPURE_MODULES)
            case ast.ImportFrom(module=str(module), level=0) if module.partition(".")[0] in IMPURE_MODULES:
                yield module
            case ast.Call(func=ast.Attribute(attr="astimezone"), args=[], keywords=[]):
                yield ast.unparse(node)
            case ast.Attribute() | ast.Name() if IMPURE_NAMES.search(ast.unparse(node)):
                yield ast.unparse(node)


def files_of_the_project() -> list[Path]:
    """What git tracks, and what it would track next."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [path for name in names.split("\0") if (path := ROOT / name).is_file()]


def test_the_domain_reads_no_clock_no_chance_and_no_setting():
    found = {str(path): list(impurities(path.read_text())) for path in (ROOT / "domain").rglob("*.py")}

    assert {} == {path: names for path, names in found.items() if names}


@pytest.mark.parametrize(
    "source",
    [
        "import time",
        "import os.path",
        "from random import choice",
        "at = datetime.now(UTC)",
        "at = dt.datetime.utcnow()",
        "day = date.today()",
        "id: UUID = Field(default_factory=uuid4)",
        "local = at.astimezone()",
    ],
)
def test_an_impurity_is_noticed(source):
    assert list(impurities(source))


@pytest.mark.parametrize("source", ["from datetime import datetime, time", "at.astimezone(zone)", "uuid5(ns, name)"])
def test_a_pure_line_is_let_pass(source):
    assert [] == list(impurities(source))


def test_no_file_names_a_package_registry_or_a_place_on_somebodys_machine():
    found = {str(path): PLACES.findall(path.read_text(errors="ignore")) for path in files_of_the_project()}

    assert {} == {path: places for path, places in found.items() if places}
