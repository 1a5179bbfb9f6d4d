"""Dossiers made: what an office may see of a ticket, put together in files, pages for people among them."""
