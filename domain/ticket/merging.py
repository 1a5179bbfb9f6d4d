"""Which ticket can stand for another one: one that goes on itself, so that mergers never run in a circle."""

from domain.conduct.knowledge import Knowledge
from domain.refusals import DoesNotFit
from domain.ticket.events import Merged, Opened

_ANOTHER = "name a ticket that goes on"


def check_goes_on(into: Knowledge, merged: str) -> None:
    """`into` is what is known of the ticket that is to go on, `merged` the id of the one that it is to stand for.

    A resolved or closed ticket can be reopened and goes on; one that is void cannot (semantics 3.9). Raises DoesNotFit.
    """
    happened = [one.recorded.event for one in into.past]
    if not any(isinstance(event, Opened) for event in happened):
        raise DoesNotFit("into: that ticket was refused when it was to be opened", remedy=_ANOTHER)
    if into.progress in ("declined", "withdrawn"):
        raise DoesNotFit(f"into: that ticket is {into.progress}; nothing leads back from there", remedy=_ANOTHER)
    if into.progress == "merged":
        goes_on = [event.into for event in happened if isinstance(event, Merged) and event.into][-1:]
        raise _merged_itself(goes_on[0] if goes_on else "", merged)


def _merged_itself(goes_on: str, merged: str) -> DoesNotFit:
    if goes_on == merged:
        return DoesNotFit("into: that ticket was merged into this one itself", remedy="go on with this one")
    if not goes_on:
        return DoesNotFit("into: that ticket was merged into another one itself", remedy=_ANOTHER)
    return DoesNotFit(f"into: that ticket was merged into {goes_on} itself", remedy=f"merge into {goes_on}")
