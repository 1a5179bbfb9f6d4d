"""Turns a request into a command and a refusal into a problem document. It decides nothing."""
