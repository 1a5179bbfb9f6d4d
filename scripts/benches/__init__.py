"""One file a measurement: `./scripts/bench NAME` runs `NAME.py`, whose first docstring line says what it measures."""
