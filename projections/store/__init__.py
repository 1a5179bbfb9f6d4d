"""The log in PostgreSQL: events, the commands they answer, the keys of customers. A schema is one log."""
