"""The project's own `.venv`: made once from requirements.lock, then everything runs in it.

Standard library only, and plain enough for an old Python to read: it must get far enough to hear that it is too old.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, NoReturn

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv/bin"
READY = ROOT / ".venv/ready"  # written last, so a half-made .venv has none
OLDEST = (3, 11)

# Settings of the caller that bend what is imported or installed; where pip finds packages stays the caller's choice.
MEDDLING = re.compile(
    "VIRTUAL_ENV|PYTHON(HOME|PATH|SAFEPATH|WARNINGS)"
    "|PIP_(?!.*(CACHE|CERT|CONFIG|HOST|INDEX|KEYRING|LINKS|PROXY|RETRIES|TIMEOUT))"
)


class Machine(NamedTuple):
    python: tuple[int, int]
    has_venv: bool
    has_apt: bool
    is_root: bool


class CannotPrepare(Exception):
    """Says in a line what stands in the way and, where there is one, the command that clears it."""


def prepare() -> None:
    """Have `.venv` hold exactly what the lock says; silent and quick where it does already."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends us without a traceback
    os.chdir(ROOT)
    try:
        if not is_ready():
            demand(this_machine())
            make()
    except (CannotPrepare, OSError) as problem:
        sys.exit(f"ticketclock: {problem}")


def run(tool: str, *arguments: str) -> bool:
    """Show the command, run it in `.venv`, and tell whether it went well."""
    print("$", tool, *arguments, flush=True)
    return subprocess.run([BIN / tool, *arguments], env=calm(os.environ)).returncode == 0


def become(tool: str, *arguments: str) -> NoReturn:
    """Let a tool of `.venv` run in our place, called by its whole path: by it Python knows which house it lives in."""
    os.execve(BIN / tool, [str(BIN / tool), *arguments], calm(os.environ))


def calm(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if not MEDDLING.match(name)}


def this_machine() -> Machine:
    return Machine(
        python=sys.version_info[:2],
        has_venv=all(map(importlib.util.find_spec, ["venv", "ensurepip"])),  # Debian packs ensurepip separately
        has_apt=shutil.which("apt-get") is not None,
        is_root=os.geteuid() == 0,
    )


def demand(machine: Machine) -> None:
    if machine.python < OLDEST:
        raise CannotPrepare(f"Python {dotted(OLDEST)} or newer is needed, and this is {dotted(machine.python)}")
    python = f"python{dotted(machine.python)}"
    if not machine.has_venv and machine.has_apt:
        sudo = "" if machine.is_root else "sudo "
        raise CannotPrepare(f"{python} cannot make a .venv yet: {sudo}apt-get install -y {python}-venv")
    if not machine.has_venv:
        raise CannotPrepare(f"{python} cannot make a .venv: it lacks the modules venv and ensurepip")


def demand_own(place: Path) -> None:
    """What is made anew is emptied first; what a link leads to is somebody else's."""
    if place.is_symlink():
        raise CannotPrepare(f"{place.name} is a link, and what it leads to would be emptied: remove the link")


def dotted(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


def is_ready() -> bool:
    return (BIN / "python").exists() and READY.exists() and READY.read_text() == fingerprint(ROOT)


def fingerprint(root: Path) -> str:
    """What a `.venv` depends on: the lock, the project, where it stands, and the Python behind it."""
    digest = hashlib.sha256()
    for part in (
        (root / "requirements.lock").read_bytes(),
        (root / "pyproject.toml").read_bytes(),
        os.fsencode(root),
        os.fsencode((root / ".venv/bin/python").resolve()),
    ):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def make() -> None:
    here = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(here, fcntl.LOCK_EX)  # a second command started meanwhile waits, and finds the work done
    if not is_ready():
        demand_own(ROOT / ".venv")
        print("Making .venv from requirements.lock; this once takes about half a minute.", file=sys.stderr, flush=True)
        quietly(sys.executable, "-m", "venv", "--clear", ".venv")
        pip_install("--require-hashes", "--only-binary=:all:", "-r", "requirements.lock")
        pip_install("--no-deps", "--no-build-isolation", "--editable", ".")
        READY.write_text(fingerprint(ROOT))
    os.close(here)


def pip_install(*what: str) -> None:
    quietly(str(BIN / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", *what)


def quietly(*command: str) -> None:
    done = subprocess.run(command, env=calm(os.environ), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise CannotPrepare(explain(done.stdout))


def explain(output: str) -> str:
    """Turn what pip said into what it means."""
    if re.search("NewConnectionError|NameResolutionError|ConnectTimeout|ProxyError|Network is unreachable", output):
        return "the package index cannot be reached; with the network (or pip's index settings) in order, try again"
    return f"making .venv failed\n{output[max(output.find('ERROR:'), 0) :].rstrip()}"
