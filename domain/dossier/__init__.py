"""The dossier: one file that tells a ticket's whole story, and brings along all that is needed to check it."""
