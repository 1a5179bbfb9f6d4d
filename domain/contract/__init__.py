"""The contract behind a ticket: the facts that select its terms (`facts`) and whether it was covered (`cover`)."""
