"""Who may do what, evaluated: one event against the rules of its agreement and what was known before it."""
