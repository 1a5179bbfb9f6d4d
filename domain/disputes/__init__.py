"""An argument about a ticket: what parties claim, what each claim would change, and what was ruled."""
