"""What happened, what was agreed, and what is owed: pure rules, no clock, no database, no network."""
