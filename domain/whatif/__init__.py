"""What would have been: a ticket, or many, judged under a hypothesis, beside what is on record. Nothing of it is stored."""
