"""What is owed: the fold of (history, terms, readings, as of, known at) into clocks, segments, rungs and verdicts."""
