"""Seals of the log: a tree of hashes over all events, its root signed from time to time, and proofs of what stands in it."""
