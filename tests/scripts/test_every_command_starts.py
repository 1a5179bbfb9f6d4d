"""Each command loads what it needs by itself: in a process of its own, where nothing else has been loaded before it."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("command", ["dossier", "compare", "what-if", "seal"])
def test_a_command_says_what_can_be_asked_of_it(command: str):
    told = subprocess.run(
        [sys.executable, "-m", "scripts.cli", command, "--help"], capture_output=True, text=True, check=False
    )

    assert (0, "") == (told.returncode, told.stderr)
    assert told.stdout.startswith(f"usage: ticketclock {command}")
