"""An agreement in words that a lawyer could check, each term with its clause."""
