"""What an event is called where two replays are told apart: by its kind, with the severity or the wait that it brought."""

from domain.ticket.events import SeverityChanged, WaitEnded, Waiting
from domain.ticket.history import Recorded


def called(one: Recorded) -> str:
    match one.event:
        case Waiting(on=reason):
            return f"waiting on {reason}"
        case WaitEnded(on=reason):
            return f"wait on {reason} ended"
        case SeverityChanged(severity=severity):
            return f"severity changed to {severity}"
        case _:
            return one.event.event.replace("_", " ")
