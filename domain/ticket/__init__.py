"""A ticket: the facts it records (`events`) and its history on two time axes (`history`)."""
