"""What is said and done on the pages of a dispute."""
