"""The agreements and holiday lists that come with the program: read and checked once, published wherever a test wants them."""

from dataclasses import replace
from datetime import datetime
from functools import cache

from domain.desk.desk import Desk
from domain.desk.envelope import NO_DIGEST
from domain.desk.orders import Order, enveloped
from domain.desk.shelf import agreement_stream
from domain.instants import micros
from domain.terms.publication import AgreementPublished, Library, library_publications, publish_agreement


@cache
def library() -> Library:
    return library_publications()


def publish(desk: Desk, order: Order) -> None:
    """As the desk publishes an agreement of the library, `order.command`, unless one of its name is there.

    The desk would check it anew: for all five that takes longer than most tests.
    """
    name = order.command["id"]
    if not desk.shelf.versions(name):
        order = replace(order, stream=agreement_stream(name))
        events = enveloped(order, order.stream, "", [_published(name, order.at)], micros(order.at), 0, NO_DIGEST)
        desk.saved(order, 0, events)


@cache
def _published(name: str, at: datetime) -> AgreementPublished:
    (published,) = publish_agreement((), library().agreements[name], at)
    return published
