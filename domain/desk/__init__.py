"""The edge of the domain: what is stored of a history, and a command's way through it.

`envelope` is an event with who, when and whence; `mapper` its stored form; `desk` takes a command, asks the decision and the rules
of the agreement, and appends. This is the one room that knows the event store.
"""
