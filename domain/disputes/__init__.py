"""Disputes about a ticket: what two replays differ in and why, what would have been, and how an argument is settled."""
