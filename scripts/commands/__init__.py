"""One file a command: `add_to` declares its arguments, `run` does it."""
