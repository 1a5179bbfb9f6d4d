import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.environment import ROOT, CannotPrepare, Machine, calm, demand, demand_own, explain, fingerprint

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()
PINNED = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", LOCK, re.MULTILINE))

DEBIAN = Machine(python=(3, 11), has_venv=True, has_apt=True, is_root=False)


def every_requirement() -> list[str]:
    groups = PROJECT["dependency-groups"].values()
    return [
        *PROJECT["project"]["dependencies"],
        *PROJECT["build-system"]["requires"],
        *(entry for group in groups for entry in group if isinstance(entry, str)),
    ]


@pytest.mark.parametrize("requirement", every_requirement())
def test_the_lock_pins_what_the_project_asks_for(requirement):
    wanted = Requirement(requirement)

    assert wanted.specifier.contains(PINNED[canonicalize_name(wanted.name)])


def test_the_lock_holds_pins_and_hashes_and_nothing_that_names_a_place():
    pin = r"[a-z0-9-]+==[\w.]+( ; [\w.' =!<>()]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+\n"
    comments = r"(#.*\n)*"

    assert re.fullmatch(f"{comments}({pin})+", LOCK)
    assert "://" not in LOCK


def test_a_machine_with_all_it_takes_is_asked_for_nothing():
    demand(DEBIAN)


@pytest.mark.parametrize(
    ("machine", "answer"),
    [
        (DEBIAN._replace(python=(3, 9)), r"^Python 3\.11 or newer is needed, and this is 3\.9$"),
        (DEBIAN._replace(has_venv=False), r": sudo apt-get install -y python3\.11-venv$"),
        (DEBIAN._replace(has_venv=False, python=(3, 13)), r": sudo apt-get install -y python3\.13-venv$"),
        (DEBIAN._replace(has_venv=False, is_root=True), r": apt-get install -y python3\.11-venv$"),
        (DEBIAN._replace(has_venv=False, has_apt=False), r"lacks the modules venv and ensurepip$"),
    ],
)
def test_a_machine_that_lacks_something_hears_what_brings_it(machine, answer):
    with pytest.raises(CannotPrepare, match=answer):
        demand(machine)


def test_what_a_link_leads_to_is_never_emptied(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / ".venv").symlink_to(tmp_path / "theirs")

    with pytest.raises(CannotPrepare, match="remove the link"):
        demand_own(tmp_path / ".venv")


def test_without_a_network_one_line_says_so():
    said = "WARNING: Retrying ... NewConnectionError(...): Network is unreachable\nERROR: No matching distribution"

    assert re.fullmatch(r"the package index cannot be reached.*", explain(said))


def test_any_other_failure_keeps_the_words_of_pip_but_for_its_warnings():
    said = "WARNING: Location ignored\nERROR: THESE PACKAGES DO NOT MATCH THE HASHES\n"

    assert "making .venv failed\nERROR: THESE PACKAGES DO NOT MATCH THE HASHES" == explain(said)


def test_the_caller_says_where_packages_come_from_but_not_how_they_are_installed():
    caller = {"PATH": "/bin", "PIP_INDEX_URL": "mirror", "PIP_CERT": "mine", "PIP_USER": "1", "PIP_TARGET": "elsewhere"}
    caller |= {"PYTHONPATH": "elsewhere", "PYTHONUTF8": "1", "VIRTUAL_ENV": "elsewhere"}

    assert {"PATH": "/bin", "PIP_INDEX_URL": "mirror", "PIP_CERT": "mine", "PYTHONUTF8": "1"} == calm(caller)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "requirements.lock").write_text("one==1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    return tmp_path


def test_the_fingerprint_stays_while_nothing_changes(checkout):
    assert fingerprint(checkout) == fingerprint(checkout)


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_the_fingerprint_changes_with_the_lock_and_with_the_project(checkout, name):
    before = fingerprint(checkout)
    (checkout / name).write_text("two==2\n")

    assert before != fingerprint(checkout)


def test_the_fingerprint_changes_with_the_python_behind_the_environment(checkout):
    (checkout / ".venv/bin").mkdir(parents=True)
    before = fingerprint(checkout)
    (checkout / ".venv/bin/python").symlink_to(checkout / "python3.99")

    assert before != fingerprint(checkout)


def test_what_runs_in_our_place_lives_in_the_venv_whatever_python_comes_first(tmp_path):
    venv.create(tmp_path / "house", with_pip=False, symlinks=True)
    code = (
        "import sys, pathlib; from scripts import environment; "
        f"environment.BIN = pathlib.Path({str(tmp_path / 'house/bin')!r}); "
        "environment.become('python', '-c', 'import sys; print(sys.prefix)')"
    )
    outside = {"PATH": f"{Path(sys._base_executable).parent}:/usr/bin:/bin", "HOME": str(tmp_path)}  # type: ignore[attr-defined]
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=outside, capture_output=True, text=True, check=True
    )

    assert str(tmp_path / "house") == ran.stdout.strip()
