"""The same questions about an earlier instant: rows as they stood, made when asked for."""
