"""The independent checker: one file that goes with every dossier and knows nothing of the program that made it."""
