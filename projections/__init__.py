"""Answers questions with rows: one file a question, its table, writer and queries. Imports the domain, not the api."""
