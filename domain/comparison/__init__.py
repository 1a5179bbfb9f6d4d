"""Two judgements of one ticket side by side: what differs, why, and what was known and told when."""
