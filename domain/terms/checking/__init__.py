"""Is a text a sound agreement? Every problem with its line, its key and a remedy."""
